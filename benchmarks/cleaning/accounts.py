"""One labelled document against one cleaning: what was lost, what was left, and which rule took it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from ingest.model import Cleaning, SpanClass

UNSCORED = ("blank", "headline", "embed", "neutral")
CLASS_OF = {"nav": "navigation", "ad": "advert", "meta": "metadata", "additional_reporting": "credit"}
COMMENTS = ("comment", "comment_ui")
_HEAVY_SHARE = 0.05
_CLASSES = frozenset(each.value for each in SpanClass)

Record = Mapping[str, Any]
Clean = Callable[[Record], Cleaning]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Characters of one label with one fate, in a row: `rule` and `taken_as` say what took them, None what is left."""

    label: str
    taken_as: str | None
    rule: str | None
    text: str

    @property
    def size(self) -> int:
        """Its visible characters."""
        return len("".join(self.text.split()))

    @property
    def is_wrong(self) -> bool:
        """Whether it went and should have stayed, stayed and should have gone, or went as another class."""
        if self.label in ("body", "headline"):
            return self.rule is not None
        return self.rule is None or self.taken_as != CLASS_OF.get(self.label, self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What cleaning did to one document; `counts` of several add up, `stretches` are what went wrong."""

    id: str
    publisher: str
    counts: Counter[str]
    stretches: tuple[Stretch, ...]


@dataclass(slots=True)
class _Ledger:
    """What took each character of a text: its class and its rule, or None."""

    owner: list[tuple[str, str] | None]
    counts: Counter[str] = field(default_factory=Counter)
    stretches: list[Stretch] = field(default_factory=list)


def publisher_of(record: Record) -> str:
    """Give the publisher of a document: its host, or itself where nothing tells."""
    if record.get("host_group"):
        return str(record["host_group"])
    host = record.get("host") or urlsplit(record.get("url") or "").hostname
    return ".".join(host.split(".")[-2:]) if host else str(record["id"])


def draw_account(record: Record, cleaning: Cleaning) -> Account:
    """Compare a cleaning with the labels of its document's lines, character for character and line for line."""
    ledger = _Ledger([None] * len(record["text"]))
    for span in cleaning.spans:
        ledger.owner[span.start : span.end] = [(span.span_class.value, span.rule)] * (span.end - span.start)
    at = 0
    for line in record["lines"]:
        _count_line(ledger, line, at)
        at += len(line["text"]) + 1
    _count_document(ledger.counts)
    ledger.counts.update(find_faults(record["text"], cleaning))
    return Account(
        id=str(record["id"]),
        publisher=publisher_of(record),
        counts=ledger.counts,
        stretches=tuple(each for each in ledger.stretches if each.is_wrong),
    )


def _count_line(ledger: _Ledger, line: Record, at: int) -> None:
    text, label = line["text"], line["label"]
    if not text.strip():
        return
    labels = ["body" if label == "mixed" else label] * len(text)
    for span in line.get("spans") or ():
        labels[span["start"] : span["end"]] = [span["label"]] * (span["end"] - span["start"])
    if label not in UNSCORED or label == "headline":
        _count_characters(ledger, line, labels, at)
    if label not in UNSCORED and label != "mixed":
        _count_whole(ledger, line, at)


def _count_characters(ledger: _Ledger, line: Record, labels: Sequence[str], at: int) -> None:
    counts, text = ledger.counts, line["text"]
    places = ((labels[i], ledger.owner[at + i], i) for i in range(len(text)))
    for (label, owner), group in groupby(places, key=lambda each: each[:2]):
        indices = [index for _, _, index in group]
        stretch = Stretch(
            label=label,
            taken_as=owner[0] if owner else None,
            rule=owner[1] if owner else None,
            text=text[indices[0] : indices[-1] + 1],
        )
        if stretch.size == 0 or (label in UNSCORED and not label == "headline" == line["label"]):
            continue
        ledger.stretches.append(stretch)
        for name in _names_of(stretch, is_mixed=line["label"] == "mixed"):
            counts[name] += stretch.size


def _names_of(stretch: Stretch, *, is_mixed: bool) -> Iterator[str]:
    """Name the counts that a stretch adds to."""
    kept = stretch.rule is None
    yield f"all.{stretch.label}"
    if kept:
        yield f"kept.{stretch.label}"
    if is_mixed:
        yield f"mixed.{'body' if stretch.label == 'body' else 'chrome'}.{'kept' if kept else 'taken'}"
    if kept or stretch.label == "headline":
        return
    yield f"taken_as.{stretch.taken_as}"
    if stretch.label == "body":
        if stretch.taken_as in COMMENTS:
            yield "body_taken_as_comment"
    elif not stretch.is_wrong:
        yield f"right.{stretch.taken_as}"


def _count_whole(ledger: _Ledger, line: Record, at: int) -> None:
    """Count a line as removed where at least half of its visible characters are."""
    fates = [ledger.owner[at + i] is not None for i, char in enumerate(line["text"]) if not char.isspace()]
    removed, label = sum(fates) * 2 >= len(fates), line["label"]
    ledger.counts[f"lines.{'body' if label == 'body' else 'chrome'}.{'taken' if removed else 'kept'}"] += 1
    if label != "body":
        ledger.counts[f"lines_of.{label}"] += 1
        ledger.counts[f"lines_left.{label}"] += not removed


def _count_document(counts: Counter[str]) -> None:
    """Count the document itself: whether it lost much, and whether comments were cut where there are none."""
    counts["documents"] = 1
    body = counts["all.body"]
    counts["heavy"] = int(body > 0 and body - counts["kept.body"] > _HEAVY_SHARE * body)
    without = not any(counts[f"all.{label}"] for label in COMMENTS)
    counts["without_comments"] = int(without)
    counts["false_comment_cuts"] = int(without and counts["body_taken_as_comment"] > 0)


def find_faults(text: str, cleaning: Cleaning) -> dict[str, int]:
    """Count what no output may have: a broken law, words glued together, a span without a known class and a rule."""
    body, at, gap, glued, last = [], 0, False, False, ""
    for span in [*cleaning.spans, None]:
        piece = text[at : span.start if span else len(text)]
        if gap and piece and last.isalnum() and piece[0].isalnum():
            glued = True
        if piece:
            body.append(piece)
            last, gap = piece[-1], False
        if span:
            gap = gap or any(map(str.isspace, text[span.start : span.end]))
            at = span.end
    named = all(span.span_class.value in _CLASSES and span.rule for span in cleaning.spans)
    return {
        "conservation_broken": int("".join(body) != cleaning.body),
        "glued": int(glued),
        "class_or_rule_errors": int(not named),
    }
