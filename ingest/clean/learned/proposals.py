"""Which repeated lines are proposed as chrome, with all that speaks for it. Nothing here takes anything."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.clean.learned.counts import Occurrence, PublisherCounts
from ingest.clean.learned.settings import LearnSettings
from ingest.clean.learned.signals import Evidence, Signal, Vocabulary, find_signals, share_of
from ingest.clean.lines import split_lines
from ingest.model import SpanClass

LONG_LINE_CHARS = 200
_SIGNALS_FOR_DOUBT = 2
_MOST_EXAMPLES = 3
_LEARNED = "learned."


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A document that holds the line, and how it reads there, where that is still known."""

    id: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A line that repeats on a publisher's pages, and that a second signal calls chrome.

    `documents` of the publisher's `of` hold it; `places` count where it stood. It would take `would_take` lines of
    `would_change` documents; where that is too few, `covered_by` names the rule that takes the line already.
    """

    id: str
    key: str
    publisher: str
    text: str
    span_class: SpanClass
    documents: int
    of: int
    places: dict[str, int]
    signals: tuple[Signal, ...]
    would_change: int
    covered_by: str | None
    examples: tuple[Example, ...]

    @property
    def share(self) -> float:
        """The share of the publisher's documents that hold it."""
        return self.documents / self.of


def propose(
    publisher: str, counts: PublisherCounts, vocabulary: Vocabulary, settings: LearnSettings
) -> Iterator[Proposal]:
    """Yield what is to be proposed of a publisher, what most documents hold first.

    A line repeats in the settings' number and share of documents and a second signal agrees; one of over 200 characters takes two, and so does one that
    stands as a headline, which may be a column's name.
    """
    of = len(counts.originals)
    needed = max(settings.min_documents, math.ceil(settings.min_share * of))
    for key, found in sorted(counts.lines.items(), key=lambda item: (-len(item[1]), item[0])):
        if len(found) < needed:
            return
        texts = counts.texts.get(key)
        if not texts:
            continue
        line = split_lines(texts[-1][1])[0]
        signals = find_signals(Evidence(line=line, occurrences=found, counts=counts), vocabulary)
        kept = sum(occurrence.fate == 0 for occurrence in found)
        fate = counts.fate_of(found) if kept < settings.min_documents else ""
        if fate:
            signals = [_taken(fate, len(found) - kept), *signals]
        is_title = share_of(found, lambda occurrence: occurrence.is_title) >= 0.5
        needs_more = not fate and (is_title or len(line) > LONG_LINE_CHARS)
        if len(signals) >= (_SIGNALS_FOR_DOUBT if needs_more else 1):
            yield Proposal(
                id=name_proposal(publisher, key),
                key=key,
                publisher=publisher,
                text=line.text,
                span_class=_choose_class(signals, found),
                documents=len(found),
                of=of,
                places=dict(Counter(occurrence.place for occurrence in found)),
                signals=tuple(signals),
                would_change=kept,
                covered_by=fate.partition(" ")[2] or None,
                examples=_examples(counts, key, found),
            )


def name_proposal(publisher: str, key: str) -> str:
    """Name a proposal by its publisher and its line: 8 hexadecimal digits, the same whenever it is proposed."""
    return hashlib.blake2b(f"{publisher}\0{key}".encode(), digest_size=4).hexdigest()


def rule_id(proposal_id: str) -> str:
    """Name the rule that a proposal becomes."""
    return _LEARNED + proposal_id


def _taken(fate: str, times: int) -> Signal:
    name, _, rule = fate.partition(" ")
    return Signal(name="taken", why=f"the rule {rule} takes it already, in {times} documents", span_class=SpanClass(name))


def _choose_class(signals: Sequence[Signal], found: Sequence[Occurrence]) -> SpanClass:
    """Take the class of the first signal that knows one; else what stands at the edges without words is navigation."""
    known = [signal.span_class for signal in signals if signal.span_class is not None]
    if known:
        return known[0]
    digits = any(occurrence.digits for occurrence in found)
    return SpanClass.METADATA if digits and found[0].place == "head" else SpanClass.NAVIGATION


def _examples(counts: PublisherCounts, key: str, found: Sequence[Occurrence]) -> tuple[Example, ...]:
    """Give the last documents that hold a line, those whose wording is known first."""
    names = {document.number: document.id for document in counts.documents}
    texts = dict(counts.texts.get(key, ()))
    numbers = [*reversed(texts), *(o.document for o in reversed(found) if o.document not in texts)]
    chosen = [number for number in numbers if number in names][:_MOST_EXAMPLES]
    return tuple(Example(id=names[number], text=texts.get(number)) for number in chosen)
