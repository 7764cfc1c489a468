"""Labelled documents: what each character of a text is, and how a cleaning compares with that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from ingest.errors import UsageError
from ingest.model import Payload, Span, SpanClass
from ingest.settings import Settings
from ingest.sources import read_payloads

# One byte a character: nothing to score (blanks, headlines, what annotators left open), body, or a class of span.
UNSCORED, BODY = 0, 1
_CLASSES = tuple(SpanClass)
_CODES: Mapping[str, int] = {
    **{span_class.value: place for place, span_class in enumerate(_CLASSES, start=2)},
    "body": BODY,
    "mixed": BODY,
    **dict.fromkeys(("blank", "headline", "embed", "neutral"), UNSCORED),
}
_OTHER_NAMES: Mapping[str, SpanClass] = {
    "nav": SpanClass.NAVIGATION,
    "ad": SpanClass.ADVERT,
    "meta": SpanClass.METADATA,
    "additional_reporting": SpanClass.CREDIT,
}


def read_labels(path: str, settings: Settings) -> dict[str, bytes]:
    """Read labelled documents: JSON lines with `text` and `lines`, each of which has its `text` and its `label`.

    A line labelled `mixed` is body but for its `spans` (`start`, `end` within the line, `label`). Gives a code for each
    character, by the document's origin. Raises UsageError that names what is at fault by file and line.
    """
    return {payload.origin: _read_document(payload) for payload in read_payloads([path], settings.sources)}


def _read_document(payload: Payload) -> bytes:
    if payload.problem is not None:
        raise UsageError(f"{payload.origin}: {payload.problem}")
    try:
        record = orjson.loads(payload.content)
        if "\n".join(line["text"] for line in record["lines"]) != record["text"]:
            raise UsageError(f"{payload.origin}: the lines do not give the text")
        return b"\0".join(_encode_line(line) for line in record["lines"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise UsageError(f"{payload.origin}: not a labelled document: {type(error).__name__}: {error}") from error


def _encode_line(line: Mapping[str, Any]) -> bytes:
    codes = bytearray([_code_of(line["label"])]) * len(line["text"])
    for span in line.get("spans") or ():
        codes[span["start"] : span["end"]] = bytes([_code_of(span["label"])]) * (span["end"] - span["start"])
    if len(codes) != len(line["text"]):
        raise TypeError("a span leaves its line")
    for place, character in enumerate(line["text"]):
        if character.isspace():
            codes[place] = UNSCORED
    return bytes(codes)


def _code_of(label: str) -> int:
    return _CODES[_OTHER_NAMES.get(label, label)]


@dataclass(slots=True)
class Scores:
    """Characters by what they are and by the class of span that took them (None: kept)."""

    counts: Counter[tuple[int, SpanClass | None]] = field(default_factory=Counter)

    def add(self, labels: bytes, spans: Iterable[Span]) -> None:
        """Count a document's characters."""
        at = 0
        for span in spans:
            self._count(labels[at : span.start], None)
            self._count(labels[span.start : span.end], span.span_class)
            at = span.end
        self._count(labels[at:], None)

    def _count(self, labels: bytes, taken_as: SpanClass | None) -> None:
        for code in set(labels) - {UNSCORED}:
            self.counts[code, taken_as] += labels.count(code)

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Give precision and recall by class, in characters, and under `any` those of all chrome, whatever its class.

        `labelled` is of the class, `taken` went as the class; None where nothing was to be found or taken.
        """
        chrome = {code for code, _ in self.counts} - {BODY}
        classes = {
            span_class.value: self._score({code}, {span_class})
            for code, span_class in enumerate(_CLASSES, start=2)
            if any(code == labelled or span_class is taken for labelled, taken in self.counts)
        }
        return {"any": self._score(chrome, set(_CLASSES)), **classes}

    def _score(self, codes: set[int], classes: set[SpanClass]) -> dict[str, Any]:
        labelled = sum(count for (code, _), count in self.counts.items() if code in codes)
        taken = sum(count for (_, taken_as), count in self.counts.items() if taken_as in classes)
        right = sum(count for (code, taken_as), count in self.counts.items() if code in codes and taken_as in classes)
        body = sum(count for (code, taken_as), count in self.counts.items() if code == BODY and taken_as in classes)
        return {
            "precision": right / taken if taken else None,
            "recall": right / labelled if labelled else None,
            "labelled": labelled,
            "taken": taken,
            "body_taken": body,
        }


@dataclass(slots=True)
class Firings:
    """How often a rule fired, in spans, how many of these took labelled body, and how many characters of it."""

    fired: int = 0
    on_body: int = 0
    body_chars: int = 0

    def to_json(self) -> dict[str, int]:
        """Give the counts by name."""
        return {"fired": self.fired, "on_body": self.on_body, "body_chars": self.body_chars}


def count_firings(firings: dict[str, Firings], spans: Iterable[Span], labels: bytes | None) -> None:
    """Count the spans of one document to their rules."""
    for span in spans:
        count = firings.setdefault(span.rule, Firings())
        body = labels.count(BODY, span.start, span.end) if labels is not None else 0
        count.fired += 1
        count.on_body += body > 0
        count.body_chars += body
