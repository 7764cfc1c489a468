"""Peers at work, in an environment of their own: `python worker.py [WITHOUT ...]`, tasks as JSON lines in, answers out.

It imports nothing of this repository, so that no peer can change what the product is measured with. A peer that is not
installed is told on standard error and left out.
"""

from __future__ import annotations

import html
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module, metadata
from typing import Any

HtmlPeer = Callable[[str, str], str]
LinesPeer = Callable[[Sequence[str]], Iterable[str]]


def wrap(lines: Iterable[str]) -> str:
    """Make a page of lines, a paragraph each, since these peers read pages only."""
    paragraphs = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f"<html><head><title>Page</title></head><body>{paragraphs}</body></html>"


def justext_lines(lines: Sequence[str]) -> Iterable[str]:
    """Give the lines that jusText keeps."""
    justext = import_module("justext")
    paragraphs = justext.justext(wrap(lines), justext.get_stoplist("English"))
    return [paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate]


def boilerpy3_lines(lines: Sequence[str]) -> Iterable[str]:
    """Give the lines that boilerpy3 keeps."""
    extractor = import_module("boilerpy3.extractors").ArticleExtractor(raise_on_failure=False)
    blocks = extractor.get_doc(wrap(lines)).text_blocks
    return [line for block in blocks if block.is_content for line in block.text.split("\n")]


def trafilatura_html(page: str, url: str) -> str:
    """Extract by trafilatura as its users call it."""
    return import_module("trafilatura").extract(page, include_comments=False, with_metadata=False, url=url) or ""


def trafilatura_precision_html(page: str, url: str) -> str:
    """Extract by trafilatura, in favour of precision."""
    return import_module("trafilatura").extract(page, include_comments=False, favor_precision=True, url=url) or ""


def readability_html(page: str, url: str) -> str:
    """Extract by readability-lxml."""
    summary = import_module("readability").Document(page, url=url).summary()
    return "\n".join(import_module("lxml.html").fromstring(summary).itertext())


def newspaper_html(page: str, url: str) -> str:
    """Extract by newspaper4k."""
    article = import_module("newspaper").Article(url or "https://page.example/")
    article.download(input_html=page)
    article.parse()
    return str(article.text)


def resiliparse_html(page: str, url: str) -> str:  # noqa: ARG001 - peers are called alike
    """Extract by resiliparse."""
    return str(import_module("resiliparse.extract.html2text").extract_plain_text(page, main_content=True))


def newsplease_html(page: str, url: str) -> str:
    """Extract by news-please, by all its extractors."""
    return import_module("newsplease").NewsPlease.from_html(page, url=url or None).maintext or ""


def on_lines(extract: HtmlPeer) -> LinesPeer:
    """Let a peer for pages work on lines."""
    return lambda lines: extract(wrap(lines), "https://page.example/").split("\n")


HTML_PEERS: Mapping[str, tuple[str, HtmlPeer]] = {
    "trafilatura": ("trafilatura", trafilatura_html),
    "trafilatura, precision": ("trafilatura", trafilatura_precision_html),
    "readability-lxml": ("readability-lxml", readability_html),
    "newspaper4k": ("newspaper4k", newspaper_html),
    "resiliparse": ("resiliparse", resiliparse_html),
    "news-please": ("news-please", newsplease_html),
}
LINES_PEERS: Mapping[str, tuple[str, LinesPeer]] = {
    "jusText on lines": ("justext", justext_lines),
    "boilerpy3 on lines": ("boilerpy3", boilerpy3_lines),
    "trafilatura on lines": ("trafilatura", on_lines(trafilatura_html)),
    "readability-lxml on lines": ("readability-lxml", on_lines(readability_html)),
    "resiliparse on lines": ("resiliparse", on_lines(resiliparse_html)),
}


def is_installed(distribution: str) -> bool:
    """Tell whether a peer is here."""
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def answer(peer: str, run: Callable[[], Any], task: Mapping[str, Any]) -> dict[str, Any]:
    """Run a peer on a task; what it raises is an empty answer, which is told."""
    started = time.process_time()
    error = None
    try:
        given = run()
    except Exception as failure:  # noqa: BLE001 - a peer may raise anything, and the others go on
        given, error = "", f"{type(failure).__name__}: {failure}"[:200]
    return {
        "peer": peer,
        "id": task["id"],
        "kept": given if isinstance(given, str) else "\n".join(given),
        "seconds": time.process_time() - started,
        "error": error,
    }


def main() -> None:
    """Answer each task by every peer for its kind."""
    warnings.simplefilter("ignore")
    chosen: dict[str, list[tuple[str, Any]]] = {"html": [], "lines": []}
    for kind, peers in (("html", HTML_PEERS), ("lines", LINES_PEERS)):
        for peer, (distribution, run) in peers.items():
            if distribution in sys.argv[1:]:
                continue
            if is_installed(distribution):
                chosen[kind].append((peer, run))
            else:
                print(f"{peer}: {distribution} is not installed", file=sys.stderr)
    for line in sys.stdin:
        task = json.loads(line)
        for peer, run in chosen[task["kind"]]:
            arguments = (task["html"], task.get("url") or "") if task["kind"] == "html" else (task["lines"],)
            print(json.dumps(answer(peer, partial(run, *arguments), task)), flush=True)


if __name__ == "__main__":
    main()
