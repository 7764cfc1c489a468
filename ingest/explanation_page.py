"""Explanations as one self-contained HTML page: original and article side by side. Everything in it is escaped."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, TextIO

from ingest.characters import show, split_visible
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.jobs.explaining import Cut, Explanation

CLASSES = (
    "copyright", "newsletter", "byline", "share", "related", "caption", "comment", "credit", "comment_ui", "advert",
    "tags", "pagination", "notice", "navigation", "paywall", "metadata", "control",
)  # fmt: skip
QUIET_CLASS = "whitespace"


def write_page(explanations: Iterable[Explanation], path: Path, sources: Sequence[str] = ()) -> int:
    """Write the page of explanations to a file, which appears when it is whole; give the number of documents.

    Raises UsageError where it cannot be written or is one of the sources.
    """
    if path.exists() and any(Path(source).exists() and path.samefile(source) for source in sources):
        raise UsageError(f"{path} is a document to read; name another file for the page")
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            count = _write_documents(explanations, out)
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _write_documents(explanations: Iterable[Explanation], out: TextIO) -> int:
    """Write head, documents as they come, and the list of them."""
    out.write(_render_head())
    entries: list[str] = []
    for number, explanation in enumerate(explanations, start=1):
        out.write(render_document(explanation, number))
        entries.append(f'<li><a href="#document-{number}">{_heading(explanation)}</a></li>')
    script = _read("explanation.js")
    out.write(Template(_read("explanation-tail.html")).substitute(entries="\n".join(entries), script=script))
    return len(entries)


def _render_head() -> str:
    style = _read("explanation.css") + "\n" + "\n".join(_class_style(name) for name in (*CLASSES, QUIET_CLASS))
    return Template(_read("explanation-head.html")).substitute(
        style=style,
        style_hash=_hash_source(style),
        script_hash=_hash_source(_read("explanation.js")),
        toggles="\n".join(_render_toggle(name) for name in (*CLASSES, QUIET_CLASS)),
    )


def _class_style(name: str) -> str:
    """Give the colours of a class, which hold only while its toggle is on."""
    shown = f'body:has(#show-{name}:checked) mark[data-class="{name}"]'
    if name == QUIET_CLASS:
        return f"{shown}, .legend .c-{name} {{ background: var(--panel); box-shadow: inset 0 -1px var(--line); }}"
    hue = round(CLASSES.index(name) * 360 / len(CLASSES))
    cut = f"hsl({hue} var(--cut-chroma) var(--cut-light))"
    edge = f"hsl({hue} 70% var(--edge-light))"
    return (
        f"{shown}, .legend .c-{name} {{ background: {cut}; color: var(--cut-ink); box-shadow: inset 0 -2px {edge}; }}\n"
        f"{shown}::before {{ background: {edge}; color: var(--paper); }}\n"
        f'body:not(:has(#show-{name}:checked)) mark[data-class="{name}"]::before {{ display: none; }}'
    )


def _render_toggle(name: str) -> str:
    return (
        f'<label class="c-{name}"><input type="checkbox" id="show-{name}" value="{name}" checked>'
        f"<span>{name}</span></label>"
    )


def render_document(explanation: Explanation, number: int) -> str:
    """Give the section of one document."""
    suggested = " suggested" if explanation.is_kept_whole else ""
    head = (
        f'<section class="document{suggested}" id="document-{number}" aria-labelledby="name-{number}">\n'
        f'<div class="head"><h2 id="name-{number}" dir="auto">{_heading(explanation)}</h2>\n'
        f'<p class="quiet">{_summary(explanation)}</p></div>\n'
    )
    return head + _render_notes(explanation) + _render_panes(explanation, number) + "</section>\n"


def _heading(explanation: Explanation) -> str:
    return to_html(explanation.title or explanation.origin or explanation.name)


def _summary(explanation: Explanation) -> str:
    counts = Counter(cut.span_class for cut in explanation.cuts)
    cuts = ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing cut"
    parts = (explanation.origin, explanation.name, "" if explanation.failed else cuts)
    return " · ".join(to_html(part) for part in parts if part)


def _render_notes(explanation: Explanation) -> str:
    notes = []
    if explanation.failed is not None:
        notes.append(f"No article: {explanation.failed}")
    if explanation.is_kept_whole:
        notes.append("Kept whole: too much would go, so what is marked is only suggested.")
    notes += [
        f"Cut out before the text was taken: {cut.element} ({cut.span_class}, {cut.length:,} characters)"
        for cut in explanation.pruned
    ]
    return "".join(f'<p class="note">{to_html(note)}</p>\n' for note in notes)


def _render_panes(explanation: Explanation, number: int) -> str:
    if explanation.failed is not None:
        return ""
    original = "".join(_render_piece(piece, cut) for piece, cut in explanation.pieces())
    kept = [f'<span class="kept">{to_html(piece)}</span>' for piece, cut in explanation.pieces() if cut is None]
    article = to_html(explanation.body) if explanation.is_kept_whole else "".join(kept)
    panes = (("original", "Original", original), ("article", "Article", article))
    rendered = [
        f'<div class="pane {kind}" tabindex="0" role="region" aria-labelledby="{kind}-{number}">'
        f'<h3 id="{kind}-{number}">{label}</h3><div class="text" dir="auto">{text}</div></div>\n'
        for kind, label, text in panes
    ]
    return f'<div class="panes">{"".join(rendered)}</div>\n'


def _render_piece(piece: str, cut: Cut | None) -> str:
    if cut is None:
        return f'<span class="kept">{to_html(piece)}</span>'
    # Blanks can be pointed at but are no stop for the keyboard: there is one beside every other cut.
    stop = "" if cut.span_class == QUIET_CLASS else ' tabindex="0"'
    values = {"data-class": cut.span_class, "data-rule": cut.rule, "title": cut.reason}
    attributes = "".join(f' {name}="{escape(show(value))}"' for name, value in values.items())
    return f"<mark{stop}{attributes}>{to_html(piece)}</mark>"


def to_html(text: str) -> str:
    """Escape a text, with characters that would act on the page shown as their code points."""
    return "".join(
        escape(piece) if name is None else f'<span class="acting" title="{escape(name)}">{piece}</span>'
        for piece, name in split_visible(text)
    )


def _read(name: str) -> str:
    return (resources.files("ingest") / "templates" / name).read_text(encoding="utf-8")


def _hash_source(text: str) -> str:
    """Give the digest by which a content security policy names an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
