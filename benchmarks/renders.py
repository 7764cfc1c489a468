"""Pages with a gold body, rendered to plain text and labelled line by line by alignment: publishers nobody labelled.

A line is body where its words stand in the gold body, headline where it repeats the title, and chrome otherwise; the
text is the part of the page around its article, as somebody would copy it. The classes of chrome are not told apart.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate
from typing import Any, Literal
from urllib.parse import urlsplit

from resiliparse.extract.html2text import extract_plain_text

from benchmarks.corpora import read_lines
from ingest.clean.cleaner import clean_text
from ingest.clean.settings import CleanSettings

Label = Literal["body", "headline", "chrome", "blank"]
Part = Literal["tuned", "held_out"]
SETS = ("scrapinghub", "fundus")
_LINES_BEFORE = 8
_LINES_AFTER = 40
_LEAST_BODY_SHARE = 0.55
_SHINGLE_WORDS = 4
_FEWEST_BODY_CHARS = 300
_TAG = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"<h1\b[^>]*>(.{1,600}?)</h1>", re.DOTALL | re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SAMPLES = 400


@dataclass(frozen=True, slots=True)
class Render:
    """A page as plain text with a label a line, its publisher's part, and whether a main part was picked first."""

    id: str
    url: str
    text: str
    labels: tuple[Label, ...]
    part: Part
    main_content: bool


def part_of(host: str) -> Part:
    """Give the part of the publishers that a host is in, a quarter of them held out; subdomains go with their site."""
    drawn = hashlib.sha256(".".join(host.split(".")[-2:]).encode()).digest()
    return "tuned" if drawn[0] & 1 or drawn[1] & 1 else "held_out"


def read_renders() -> Iterator[Render]:
    """Yield each page twice, whole and by its main part, where enough of the gold body is found in it."""
    for name in SETS:
        for record in read_lines(f"html/{name}.jsonl.gz"):
            for main_content in (False, True):
                rendered = render(record, main_content=main_content)
                if rendered is not None:
                    yield rendered


def render(record: dict[str, Any], *, main_content: bool) -> Render | None:
    """Render a page and label its lines; None where the gold body is not in it, or is next to nothing."""
    lines = extract_plain_text(record["html"], main_content=main_content, alt_texts=False).split("\n")
    labels = label_lines(lines, record["body"], [*_headings(record["html"]), record.get("title") or ""])
    body = [place for place, label in enumerate(labels) if label == "body"]
    labels = [_below_body(label) if place > body[0] else label for place, label in enumerate(labels)] if body else []
    found = sum(len(_words(lines[place])) for place in body)
    if sum(len(lines[place]) for place in body) < _FEWEST_BODY_CHARS or 2 * found < len(_words(record["body"])):
        return None
    shown = _window(lines, labels)
    return Render(
        id=record["id"],
        url=record["url"],
        text="\n".join(lines[shown]),
        labels=tuple(labels[shown]),
        part=part_of(urlsplit(record["url"]).netloc),
        main_content=main_content,
    )


def _headings(html: str) -> list[str]:
    """Give the page's headings of the first order; where the gold has no title, one of them is the headline."""
    return [unescape(_TAG.sub(" ", heading)) for heading in _HEADING.findall(html)]


def label_lines(lines: Sequence[str], gold: str, titles: Sequence[str]) -> list[Label]:
    """Label lines: a short one is body only as a line of the gold body, a long one by most of its shingles."""
    whole = {tuple(_words(line)) for line in gold.split("\n")}
    known = _shingles(_words(gold))
    headlines = {tuple(_words(title)) for title in titles}
    return [_label(_words(line), whole, known, headlines) for line in lines]


def _label(
    words: list[str], whole: set[tuple[str, ...]], known: set[tuple[str, ...]], headlines: set[tuple[str, ...]]
) -> Label:
    if not words:
        return "blank"
    if tuple(words) in headlines and len(words) > 1:
        return "headline"
    shingles = _shingles(words)
    if tuple(words) in whole or (len(words) > _SHINGLE_WORDS and 2 * len(shingles & known) >= len(shingles)):
        return "body"
    return "chrome"


def _below_body(label: Label) -> Label:
    """Give what a line is below the article's begin, where a heading heads something else."""
    return "chrome" if label == "headline" else label


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _SHINGLE_WORDS]) for at in range(max(1, len(words) - _SHINGLE_WORDS + 1))}


def _window(lines: Sequence[str], labels: Sequence[Label]) -> slice:
    """Give the part from some visible lines above the article to some below it, of which the body is the most."""
    body = [place for place, label in enumerate(labels) if label == "body"]
    visible = [place for place, label in enumerate(labels) if label != "blank"]
    above = [place for place in visible if place < body[0]][-_LINES_BEFORE:]
    below = [place for place in visible if place > body[-1]][:_LINES_AFTER]
    room = sum(len(lines[place]) for place in body) * (1 / _LEAST_BODY_SHARE - 1)
    first = (above or body)[0]
    shown = accumulate(len(lines[place]) for place in below)
    last = [place for place, length in zip(below, shown, strict=True) if length <= room]
    return slice(first, (last or body)[-1] + 1)


def measure() -> dict[str, Any]:
    """Clean every render and count, by part of the publishers: what is lost and left, and the F1 of lines cut.

    Rules are written on the tuned part; on the other they are merely counted, except where body or a headline is lost.
    The gold leaves out some headings and summaries that are the article's, and keeps some credits and notices that are
    not.
    """
    counts: dict[str, list[dict[str, int]]] = {"tuned": [], "held_out": []}
    for rendered in read_renders():
        counts[rendered.part].append(count(rendered))
    return {part: _summary(documents) for part, documents in counts.items()}


def count(rendered: Render) -> dict[str, int]:
    """Count a render's visible characters by label, those that cleaning keeps, and its lines of chrome and body cut."""
    kept = [True] * len(rendered.text)
    for span in clean_text(rendered.text, CleanSettings(), url=rendered.url).spans:
        kept[span.start : span.end] = [False] * (span.end - span.start)
    names = ("body", "body_kept", "chrome", "chrome_kept", "headline", "headline_kept")
    counted = dict.fromkeys((*names, "chrome_lines", "chrome_lines_cut", "body_lines_cut"), 0)
    at = 0
    for line, label in zip(rendered.text.split("\n"), rendered.labels, strict=True):
        if label != "blank":
            places = [at + i for i, char in enumerate(line) if not char.isspace()]
            counted[label] += len(places)
            left = sum(kept[place] for place in places)
            counted[f"{label}_kept"] += left
            counted["chrome_lines"] += label == "chrome"
            if label != "headline" and 2 * left <= len(places):
                counted[f"{label}_lines_cut"] += 1
        at += len(line) + 1
    return counted


def _summary(documents: Sequence[dict[str, int]]) -> dict[str, Any]:
    rng = random.Random(0)
    samples = [_shares(rng.choices(documents, k=len(documents))) for _ in range(_SAMPLES)]
    intervals = {}
    for name in ("line_f1", "body_lost", "chrome_left"):
        drawn = sorted(sample[name] for sample in samples)
        intervals[name] = [drawn[int(0.025 * _SAMPLES)], drawn[int(0.975 * _SAMPLES) - 1]]
    return {"documents": len(documents), **_shares(documents), "interval_95": intervals}


def _shares(documents: Sequence[dict[str, int]]) -> dict[str, float]:
    total = {name: sum(each[name] for each in documents) for name in documents[0]}
    heavy = sum(each["body_kept"] < 0.95 * each["body"] for each in documents)
    found = 2 * total["chrome_lines_cut"]
    return {
        "line_f1": found / max(1, total["chrome_lines"] + total["chrome_lines_cut"] + total["body_lines_cut"]),
        "body_lost": 1 - total["body_kept"] / max(1, total["body"]),
        "documents_losing_over_5_percent": heavy / len(documents),
        "headlines_lost": 1 - total["headline_kept"] / max(1, total["headline"]),
        "chrome_left": total["chrome_kept"] / max(1, total["chrome"]),
    }
