"""Cleaning that explains itself: the original of each document, what was cut from it, by which rule, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ingest.clean.reasons import UNKNOWN, list_reasons
from ingest.clean.rulepack import load_rules
from ingest.jobs.cleaning import clean_documents, reported_id, to_failed_line
from ingest.learning import read_accepted
from ingest.model import Article, Dropped, Failed, Pruned, Span
from ingest.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A span `[start, end)` of the original in code points, with its class, its rule and the rule's reason."""

    start: int
    end: int
    span_class: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One document explained: `cuts` over `original` leave `body`.

    Where `is_kept_whole` the cuts are only suggested and `body` is the whole text. `failed` says why there is no
    article. `origin` is the path, with the line where it is one of many.
    """

    name: str
    origin: str = ""
    original: str = ""
    body: str = ""
    title: str | None = None
    cuts: tuple[Cut, ...] = ()
    is_kept_whole: bool = False
    pruned: tuple[Pruned, ...] = ()
    failed: str | None = None

    def pieces(self) -> Iterator[tuple[str, Cut | None]]:
        """Give the original in order: what was kept (None) and what was cut, empty pieces left out."""
        at = 0
        for cut in self.cuts:
            if cut.start > at:
                yield self.original[at : cut.start], None
            yield self.original[cut.start : cut.end], cut
            at = cut.end
        if at < len(self.original):
            yield self.original[at:], None

    def to_json(self) -> dict[str, Any]:
        """Give the line of `clean --explain --json`."""
        return {
            "id": self.name,
            "origin": self.origin,
            "title": self.title,
            "original": self.original,
            "body": self.body,
            "kept_whole": self.is_kept_whole,
            "spans": [
                {"start": c.start, "end": c.end, "class": c.span_class, "rule": c.rule, "reason": c.reason}
                for c in self.cuts
            ],
            "failed": self.failed,
        }


def explain(arguments: Sequence[str], settings: Settings, *, with_index: bool = False) -> Iterator[Explanation]:
    """Clean documents, as `clean` does, and explain each; those that were dropped or failed say so."""
    accepted = read_accepted(settings.learn).rules.values()
    reasons = list_reasons([*load_rules(), *chain.from_iterable(accepted)])
    for outcome in clean_documents(arguments, settings, with_index=with_index):
        yield explain_article(outcome, reasons) if isinstance(outcome, Article) else explain_failure(outcome)


def explain_article(article: Article, reasons: dict[str, str]) -> Explanation:
    """Explain one article with the reasons of the rules by their ids."""
    cleaning, document = article.cleaning, article.document
    suggested = cleaning.suggested_spans
    return Explanation(
        name=reported_id(article.trace),
        origin=article.trace.origin,
        original=article.page.text,
        body=cleaning.body,
        title=document.given.title or cleaning.title,
        cuts=tuple(to_cuts(suggested or cleaning.spans, reasons)),
        is_kept_whole=bool(suggested),
        pruned=article.page.pruned,
    )


def explain_failure(left: Dropped | Failed) -> Explanation:
    """Say of a document that has no article where it left and why."""
    told = to_failed_line(left)["failed"]
    failed = f"{told['stage']}: {told['error']}"
    return Explanation(name=reported_id(left.trace), origin=left.trace.origin, failed=failed)


def to_cuts(spans: Iterable[Span], reasons: dict[str, str]) -> Iterator[Cut]:
    """Add to spans the reasons of their rules."""
    for s in spans:
        reason = reasons.get(s.rule, UNKNOWN)
        yield Cut(start=s.start, end=s.end, span_class=s.span_class.value, rule=s.rule, reason=reason)
