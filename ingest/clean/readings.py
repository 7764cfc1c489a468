"""What cut spans say: rights, captions, credits, authors and leaked fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.clean.byline import read_authors, read_signature
from ingest.clean.captions import is_credit, read_caption, read_credit
from ingest.clean.corrections import HAND_CUT
from ingest.clean.rights import read_rights
from ingest.clean.signatures import BESIDE_DATE
from ingest.model import Candidate, Caption, Credit, Rights, Span, SpanClass

_FIELD = re.compile(
    r"(?i)^\W*((?:first |originally |last )?(?:date|published|pubdate|datepublished|updated|posted|modified|created"
    r"|datum|veröffentlicht|aktualisiert|stand|publié|publicado|actualizado|pubblicato|fecha|data))\b\s*[:=|-]?\s*(\S.*)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The records read from a text's spans, in its order, each once."""

    rights: tuple[Rights, ...] = ()
    captions: tuple[Caption, ...] = ()
    credits: tuple[Credit, ...] = ()
    authors: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    leaked: tuple[Candidate, ...] = ()


def read_spans(text: str, spans: Sequence[Span]) -> Readings:
    """Read the records that spans over a text hold."""
    return Readings(
        rights=_read_all_rights(_lines_of(text, spans, SpanClass.COPYRIGHT)),
        captions=_read_captions(text, spans),
        credits=tuple(read_credit(each) for each in _lines_of(text, spans, SpanClass.CREDIT)),
        authors=_read_all_authors(text, spans),
        bylines=tuple(dict.fromkeys(_lines_of(text, spans, SpanClass.BYLINE))),
        leaked=tuple(_read_field(each) for each in _lines_of(text, spans, SpanClass.METADATA)),
    )


def _lines_of(text: str, spans: Iterable[Span], span_class: SpanClass) -> list[str]:
    """Give the visible lines of the spans of one class."""
    cut = (text[span.start : span.end] for span in spans if span.span_class is span_class)
    return [line.strip() for piece in cut for line in piece.splitlines() if line.strip()]


def _read_all_rights(notices: Iterable[str]) -> tuple[Rights, ...]:
    found: dict[tuple[str | None, tuple[int, ...]], Rights] = {}
    for notice in notices:
        if rights := read_rights(notice):
            found.setdefault((rights.holder, rights.years), rights)
    return tuple(found.values())


def _read_all_authors(text: str, spans: Iterable[Span]) -> tuple[str, ...]:
    """Read the authors of bylines; where its place or a person made a line one, it may be no more than a name."""
    names: dict[str, None] = {}
    for span in (span for span in spans if span.span_class is SpanClass.BYLINE):
        for line in _lines_of(text, [span], SpanClass.BYLINE):
            signed = read_signature(line) if span.rule in (BESIDE_DATE, HAND_CUT) else ()
            names.update(dict.fromkeys(read_authors(line) or signed))
    return tuple(names)


def _read_captions(text: str, spans: Sequence[Span]) -> tuple[Caption, ...]:
    """Read captions; a line that is only a credit belongs to the caption right above it."""
    captions: list[Caption] = []
    end = -1
    for span in (span for span in spans if span.span_class is SpanClass.CAPTION):
        for line in _lines_of(text, [span], SpanClass.CAPTION):
            caption = read_caption(line)
            above = captions[-1] if captions and not text[end : span.start].strip() else None
            if above is not None and above.credit is None and (is_credit(line) or caption.text == caption.credit):
                captions[-1] = replace(above, credit=caption.credit or line)
            else:
                captions.append(caption)
            end = span.end
    return tuple(captions)


def _read_field(line: str) -> Candidate:
    """Read `name value`; a line without a known name is a field `line`."""
    match = _FIELD.match(line)
    name, value = (match[1].strip().lower(), match[2]) if match else ("line", line)
    return Candidate(field=name, value=value.strip(), origin="leaked")
