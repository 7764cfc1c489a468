"""Which repeated lines are proposed as chrome, with all that speaks for it. Nothing here takes anything."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.clean.learned.counts import Occurrence, PublisherCounts
from ingest.clean.learned.settings import LearnSettings
from ingest.clean.learned.signals import Evidence, Signal, find_signals, share_of
from ingest.clean.learned.vocabulary import Vocabulary
from ingest.clean.lines import split_lines
from ingest.clean.rulepack import Zone
from ingest.model import SpanClass

LONG_LINE_CHARS = 200
_SIGNALS_FOR_DOUBT = 2
_MOST_EXAMPLES = 3
LEARNED = "learned."


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A document that holds the line, and how it reads there, where that is still known."""

    id: str
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A line that repeats on a publisher's pages, and that a second signal calls chrome.

    `documents` of the publisher's `of` hold it; `places` count where it stood, `side` says where nearly always. It
    would change `would_change` documents; where they are too few, `covered_by` names what takes the line already.
    """

    id: str
    key: str
    publisher: str
    text: str
    span_class: SpanClass
    documents: int
    of: int
    places: dict[str, int]
    side: Zone | None
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

    A line repeats in the settings' number and share of documents and a second signal agrees; one of over 200 characters
    takes two, and so does one that stands as a headline, which may be a column's name.
    """
    needed = max(settings.min_documents, math.ceil(settings.min_share * len(counts.originals)))
    repeated = [(key, found) for key, found in counts.lines.items() if len(found) >= needed and key in counts.texts]
    for key, found in sorted(repeated, key=lambda item: (-len(item[1]), item[0])):
        line = split_lines(counts.texts[key][-1][1])[0]
        evidence = Evidence(line=line, occurrences=found, counts=counts)
        fate = counts.fate_of(found) if len(evidence.kept) < settings.min_documents else ""
        signals = [*_taken(fate, evidence), *find_signals(evidence, vocabulary)]
        if len(signals) >= (1 if fate else _needed_signals(evidence)):
            yield _to_proposal(publisher, key, evidence, signals, fate)


def _needed_signals(evidence: Evidence) -> int:
    is_title = share_of(evidence.occurrences, lambda occurrence: occurrence.is_title) >= 0.5
    return _SIGNALS_FOR_DOUBT if is_title or len(evidence.line) > LONG_LINE_CHARS else 1


def _to_proposal(publisher: str, key: str, evidence: Evidence, signals: Sequence[Signal], fate: str) -> Proposal:
    found = evidence.occurrences
    return Proposal(
        id=name_proposal(publisher, key),
        key=key,
        publisher=publisher,
        text=evidence.line.text,
        span_class=_choose_class(signals, found),
        documents=len(found),
        of=len(evidence.counts.originals),
        places=dict(Counter(occurrence.place for occurrence in found)),
        side=evidence.side,
        signals=tuple(signals),
        would_change=len(evidence.kept),
        covered_by=fate.partition(" ")[2] or None,
        examples=_examples(evidence.counts, key, found),
    )


def name_proposal(publisher: str, key: str) -> str:
    """Name a proposal by its publisher and its line: 8 hexadecimal digits, the same whenever it is proposed."""
    return hashlib.blake2b(f"{publisher}\0{key}".encode(), digest_size=4).hexdigest()


def rule_id(proposal_id: str) -> str:
    """Name the rule that a proposal becomes."""
    return LEARNED + proposal_id


def _taken(fate: str, evidence: Evidence) -> Iterator[Signal]:
    name, _, rule = fate.partition(" ")
    if fate:
        times = len(evidence.occurrences) - len(evidence.kept)
        yield Signal(name="taken", why=f"{rule} takes it already, in {times} documents", span_class=SpanClass(name))


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
