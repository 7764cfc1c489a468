"""Cleaning, in order: repair, passes of cutting until nothing more is found, the guard, the reading of what was cut."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from ingest.clean.blanks import close_blanks
from ingest.clean.cutter import Pass, cut_chrome
from ingest.clean.guard import OVER_REMOVAL, is_over_removal
from ingest.clean.headline import find_title
from ingest.clean.learned.snapshot import NOTHING_LEARNED, Learned, publisher_of
from ingest.clean.ledger import rebase, splice_out, unite, verify_conservation
from ingest.clean.matcher import Matcher, Matchers
from ingest.clean.readings import Readings, read_spans
from ingest.clean.repair import find_controls
from ingest.clean.rulepack import Rule, load_rules, rules_version
from ingest.clean.settings import CleanSettings
from ingest.model import Article, Cleaning, Comment, ContentKind, Page, Span, SpanClass

__all__ = ["clean_page", "clean_text", "rules_version", "verify_conservation"]


@dataclass(slots=True)
class _Work:
    """A cleaning in progress: the given text, its cuts so far, and what they leave."""

    text: str
    controls: list[Span]
    cuts: list[Span] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    comments_complete: bool | None = None

    @property
    def spans(self) -> list[Span]:
        return sorted([*self.controls, *self.cuts], key=lambda span: span.start)


def clean_page(
    page: Page,
    settings: CleanSettings,
    rules: tuple[Rule, ...] | None = None,
    learned: Learned = NOTHING_LEARNED,
) -> Article:
    """Clean a page's text; comments that were cut out with their elements come before those found in the text.

    Of what was learned, what concerns the page's own publisher counts.
    """
    document, publisher = page.document, publisher_of(page)
    cleaning = clean_text(
        page.text,
        settings,
        kind=document.kind,
        url=document.url,
        publisher=document.given.publisher,
        rules=rules,
        accepted=learned.rules_for(publisher),
        usual_share=learned.usual_share(publisher, document.capture),
    )
    if page.comments:
        complete = cleaning.comments_complete if cleaning.comments_complete is not None else True
        cleaning = replace(cleaning, comments=(*page.comments, *cleaning.comments), comments_complete=complete)
    return Article(page=page, cleaning=cleaning)


def clean_text(
    text: str,
    settings: CleanSettings,
    *,
    kind: ContentKind = "text",
    url: str | None = None,
    publisher: str | None = None,
    rules: tuple[Rule, ...] | None = None,
    accepted: tuple[Rule, ...] = (),
    usual_share: float | None = None,
) -> Cleaning:
    """Clean a text: give its body and the spans that were taken, which together cover it exactly once.

    Offsets are code points of `text`. For `html` (text that extraction gave) only strict rules apply. Lines that merely
    repeat `url` or `publisher` go. `rules` stand in for the packaged ones; `accepted` are the publisher's own besides,
    and `usual_share` is that of its bodies. Raises ConservationLawBroken where the law does not hold.
    """
    work = _Work(text, find_controls(text, settings.max_mark_run))
    matcher: Matcher | Matchers = _matcher(kind, rules)
    if accepted:
        matcher = Matchers(_matcher(kind, rules), _accepted_matcher(kind, accepted))
    _cut_until_clean(work, matcher, settings, surroundings=kind == "text", names=(url, publisher))
    over = is_over_removal(text, work.spans, settings, usual_share)
    cleaning = _settle(work, over=over)
    verify_conservation(text, cleaning)
    return cleaning


@lru_cache(maxsize=8)
def _matcher(kind: ContentKind, rules: tuple[Rule, ...] | None) -> Matcher:
    pack = load_rules() if rules is None else rules
    return Matcher([rule for rule in pack if rule.strict or kind == "text"])


@lru_cache(maxsize=512)
def _accepted_matcher(kind: ContentKind, rules: tuple[Rule, ...]) -> Matcher:
    return Matcher([rule for rule in rules if rule.strict or kind == "text"])


def _cut_until_clean(
    work: _Work,
    matcher: Matcher | Matchers,
    settings: CleanSettings,
    *,
    surroundings: bool,
    names: tuple[str | None, ...],
) -> None:
    """Cut, and cut what remains, until a pass finds nothing; so a body that is cleaned again stays as it is."""
    for _ in range(settings.max_passes):
        spans = work.spans
        found = cut_chrome(splice_out(work.text, spans), matcher, surroundings=surroundings, names=names)
        _take(work, found, spans)
        if not found.ledger:
            break


def _take(work: _Work, found: Pass, spans: list[Span]) -> None:
    """Move what a pass found onto the given text."""
    if found.comments:
        work.comments += _rebase_comments(found.comments, spans, len(work.text))
    if found.comments_complete is not None and work.comments_complete is None:
        work.comments_complete = found.comments_complete
    work.cuts += rebase(found.ledger, spans, len(work.text)) if spans else list(found.ledger)


def _rebase_comments(comments: list[Comment], spans: list[Span], length: int) -> list[Comment]:
    if not spans:
        return comments
    places = [Span(start=c.start or 0, end=c.end or 0, span_class=SpanClass.COMMENT, rule="") for c in comments]
    moved = [rebase([place], spans, length) for place in places]
    return [replace(c, start=m[0].start, end=m[-1].end) for c, m in zip(comments, moved, strict=True)]


def _settle(work: _Work, *, over: bool) -> Cleaning:
    """Close the blanks and read what was cut; a text that would lose too much is kept whole, its cuts suggested."""
    suggested = unite(close_blanks(work.text, unite(work.spans))) if over else []
    spans = unite(close_blanks(work.text, unite(work.controls if over else work.spans)))
    body = splice_out(work.text, spans)
    readings = Readings() if over else read_spans(work.text, spans)
    return Cleaning(
        body=body,
        spans=tuple(spans),
        title=find_title(body),
        comments=() if over else tuple(work.comments),
        comments_complete=None if over else work.comments_complete,
        rights=readings.rights,
        captions=readings.captions,
        credits=readings.credits,
        authors=readings.authors,
        bylines=readings.bylines,
        leaked=readings.leaked,
        flags=(OVER_REMOVAL,) if over else (),
        suggested_spans=tuple(suggested),
    )
