"""Pages of the page sets as labelled texts: what their comment containers hold is comments, the rest is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from benchmarks.corpora import read_lines
from ingest.extract.article import extract_article
from ingest.extract.comments import find_containers
from ingest.extract.thread import read_comments
from ingest.extract.tree import parse_page, visible_text
from ingest.model import Comment

SETS = ("scrapinghub", "fundus", "traf")
_PLACE = "\ue000"


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page: its publisher, the lines of its article, its comments, and all its lines with whether each is one."""

    publisher: str
    body: tuple[str, ...]
    comments: tuple[Comment, ...]
    thread: tuple[str, ...]
    shown: tuple[tuple[str, bool], ...]


def read_pages() -> Iterator[SourcePage]:
    """Yield the pages of the sets in order; those that cannot be parsed are left out."""
    for name in SETS:
        for record in read_lines(f"html/{name}.jsonl.gz"):
            page = _read_page(record)
            if page is not None:
                yield page


def _read_page(record: dict[str, Any]) -> SourcePage | None:
    tree = parse_page(record["html"])
    if tree is None or tree.find("body") is None:
        return None
    threads, comments = _take_threads(tree)
    shown = tuple(_mark_lines(visible_text(tree.find("body")), threads))
    outside = "\n".join(line for line, said in shown if not said)
    if any(snippet in outside for snippet in record.get("comments") or ()):
        shown = ()  # a container was missed, so its lines would be labelled wrong
    body = record.get("body") or _extract(tree)
    lines = tuple(line for line in body.split("\n") if line.strip())
    thread = tuple(line for text, said in threads if said for line in text.split("\n"))
    host = (urlsplit(record["url"]).hostname or record["id"]).removeprefix("www.")
    return SourcePage(host, lines, tuple(comments), thread, shown)


def _take_threads(tree: HtmlElement) -> tuple[list[tuple[str, bool]], list[Comment]]:
    """Take the comment containers out of a tree; give the text of each, whether it holds comments, and those."""
    threads: list[tuple[str, bool]] = []
    comments: list[Comment] = []
    for place, element in enumerate(find_containers(tree)):
        found = read_comments(element, len(comments) + 1)
        comments += found
        threads.append((visible_text(element), bool(found)))
        element.clear(keep_tail=True)
        element.text = f"{_PLACE}{place}"
    return threads, comments


def _mark_lines(text: str, threads: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    for line in text.split("\n"):
        if line.startswith(_PLACE):
            said, is_thread = threads[int(line[1:])]
            yield from ((each, is_thread) for each in said.split("\n") if each)
        elif _PLACE not in line:
            yield line, False


def _extract(tree: HtmlElement) -> str:
    for element in tree.iter():
        if element.text and element.text.startswith(_PLACE):
            element.text = None
    return extract_article(tree, (), None)[0]
