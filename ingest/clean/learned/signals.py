"""The second signal: what but repetition says that a line is chrome. Subheads and formulas of a body show none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.clean.learned.counts import Occurrence, PublisherCounts
from ingest.clean.learned.vocabulary import Vocabulary, find_address, find_label, find_link, find_order
from ingest.clean.lines import Line
from ingest.model import SpanClass

MOSTLY = 0.8
_FEWEST_FILLINGS = 2
# What stands beside these is not of them, since its words say nothing of the kind.
_BESIDE = {SpanClass.COPYRIGHT: SpanClass.NOTICE, SpanClass.COMMENT: SpanClass.COMMENT_UI}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One that agrees: its name, why in words, and the class that it speaks for, None where it knows none."""

    name: str
    why: str
    span_class: SpanClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A line that repeats: how it reads, its occurrences, and the publisher's counts that they are of."""

    line: Line
    occurrences: Sequence[Occurrence]
    counts: PublisherCounts

    def share(self, holds: Callable[[Occurrence], bool]) -> float:
        """Give the share of occurrences of which something holds."""
        return share_of(self.occurrences, holds)

    @property
    def kept(self) -> list[Occurrence]:
        """Those that no rule takes."""
        return [occurrence for occurrence in self.occurrences if occurrence.fate == 0]

    @property
    def side(self) -> Literal["head", "tail"] | None:
        """Head or tail, where it stands on one side of all prose, nearly always."""
        sides: tuple[Literal["head", "tail"], ...] = ("head", "tail")
        places = Counter(occurrence.place for occurrence in self.occurrences)
        return next((side for side in sides if places[side] >= MOSTLY * len(self.occurrences)), None)

    @property
    def reads_as_prose(self) -> bool:
        """Whether it is a sentence or a paragraph, which a body may repeat."""
        return self.line.is_sentence or self.line.is_prose


def share_of(occurrences: Sequence[Occurrence], holds: Callable[[Occurrence], bool]) -> float:
    """Give the share of occurrences of which something holds."""
    return sum(map(holds, occurrences)) / len(occurrences)


def find_signals(evidence: Evidence, vocabulary: Vocabulary) -> list[Signal]:
    """Give the signals that agree, those of its words before those of its surroundings."""
    return [*_wording(evidence, vocabulary), *_surroundings(evidence)]


def _wording(evidence: Evidence, vocabulary: Vocabulary) -> Iterator[Signal]:
    """Look at its words; those of a sentence say nothing where it stands among the prose."""
    text = evidence.line.text
    if evidence.reads_as_prose and evidence.side is None:
        return
    if hit := vocabulary.find(text):
        rule, words = hit
        yield Signal(
            name="rule_words", why=f"has words of the rule {rule.id}: {words[:60]!r}", span_class=rule.span_class
        )
    if order := find_order(text):
        yield Signal(name="order", why=f"tells the reader what to do: {order[1]!r}", span_class=order[0])
    if label := find_label(text):
        yield Signal(name="label", why="is the label of a picture or a recording", span_class=label)
    if address := find_address(text):
        yield Signal(name="link", why=f"holds an address: {address!r}", span_class=SpanClass.NOTICE)
    elif link := find_link(text):
        yield Signal(name="link", why=f"holds a link or a handle: {link!r}", span_class=SpanClass.RELATED)
    if _is_template(evidence):
        fillings = len({occurrence.digits for occurrence in evidence.occurrences})
        yield Signal(name="template", why=f"differs in its digits alone, {fillings} fillings, outside the prose")


def _is_template(evidence: Evidence) -> bool:
    fillings = {occurrence.digits for occurrence in evidence.occurrences}
    outside = evidence.share(lambda occurrence: occurrence.place != "inside") >= MOSTLY
    return len(fillings) >= _FEWEST_FILLINGS and outside and not evidence.reads_as_prose


def _surroundings(evidence: Evidence) -> Iterator[Signal]:
    side, prose = evidence.side, evidence.reads_as_prose
    enclosed = evidence.share(lambda occurrence: occurrence.is_enclosed)
    if enclosed >= MOSTLY:
        why = f"stands between lines that rules take, in {enclosed:.0%}"
        yield Signal(name="enclosed", why=why, span_class=_class_around(evidence))
    before, after = (_constant(evidence, side) for side in ("before", "after"))
    if (before or after) and (not prose or (before is not None and after is not None)):
        beside = " and ".join(name for name, held in (("before", before), ("after", after)) if held)
        why = f"the line {beside} it is always the same"
        yield Signal(name="same_neighbour", why=why, span_class=_class_around(evidence))
    if side and not prose:
        yield Signal(name="edge", why=f"always at the {side} of the article, and no sentence")


def _constant(evidence: Evidence, side: str) -> str | None:
    """Give the one neighbour that it has on a side, empty for the document's edge; None where it changes."""
    key, count = Counter(getattr(occurrence, side) for occurrence in evidence.occurrences).most_common(1)[0]
    return str(key) if count >= MOSTLY * len(evidence.occurrences) else None


def _class_around(evidence: Evidence) -> SpanClass | None:
    keys = Counter(key for o in evidence.occurrences for key in (o.before, o.after) if key)
    fates = (evidence.counts.fate_of_neighbour(key) for key, _ in keys.most_common(4))
    found = next((SpanClass(fate.partition(" ")[0]) for fate in fates if fate), None)
    return _BESIDE.get(found, found) if found else None
