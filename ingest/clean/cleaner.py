"""Cleaning, in order: repair, passes of cutting until nothing more is found, the guard, the reading of what was cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from ingest.clean.blanks import close_blanks
from ingest.clean.comments import is_complete
from ingest.clean.corrections import CORRECTION_LOST, HAND_CUT, Correction, correct, take_away
from ingest.clean.cutter import Pass, cut_chrome
from ingest.clean.guard import OVER_REMOVAL, is_over_removal
from ingest.clean.headline import find_title
from ingest.clean.learned.snapshot import NOTHING_LEARNED, Learned, publisher_of
from ingest.clean.ledger import rebase, splice_out, unite, verify_conservation
from ingest.clean.matcher import Matcher, Matchers
from ingest.clean.readings import read_spans
from ingest.clean.repair import find_controls
from ingest.clean.rereading import reread_comments
from ingest.clean.rulepack import Rule, load_rules, rules_version
from ingest.clean.settings import CleanSettings
from ingest.model import Article, Cleaning, Comment, ContentKind, LostCorrection, Page, Span, SpanClass

__all__ = ["clean_page", "clean_text", "rules_version", "verify_conservation"]


@dataclass(slots=True)
class _Work:
    """A cleaning in progress: the given text, its cuts so far, and what they leave."""

    text: str
    controls: list[Span]
    cuts: list[Span] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    comments_complete: bool | None = None
    suggested: list[Span] = field(default_factory=list)
    lost: list[LostCorrection] = field(default_factory=list)

    @property
    def spans(self) -> list[Span]:
        return sorted([*self.controls, *self.cuts], key=lambda span: span.start)

    @property
    def closed(self) -> list[Span]:
        """The cuts so far with the blanks that they leave."""
        return unite(close_blanks(self.text, unite(self.spans)))


def clean_page(
    page: Page,
    settings: CleanSettings,
    rules: tuple[Rule, ...] | None = None,
    learned: Learned = NOTHING_LEARNED,
    corrections: Sequence[Correction] = (),
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
        corrections=corrections,
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
    corrections: Sequence[Correction] = (),
) -> Cleaning:
    """Clean a text: give its body and the spans that were taken, which together cover it exactly once.

    Offsets are code points of `text`. For `html` (text that extraction gave) only strict rules apply. Lines that merely
    repeat `url` or `publisher` go. `rules` stand in for the packaged ones; `accepted` are the publisher's own besides,
    and `usual_share` is that of its bodies. A person's `corrections` come last and hold against rules and guard. Raises
    ConservationLawBroken where the law does not hold.
    """
    work = _Work(text, find_controls(text, settings.max_mark_run))
    matcher: Matcher | Matchers = _matcher(kind, rules)
    if accepted:
        matcher = Matchers(_matcher(kind, rules), _accepted_matcher(kind, accepted))
    _cut_until_clean(work, matcher, settings, surroundings=kind == "text", names=(url, publisher))
    over = is_over_removal(text, work.spans, settings, usual_share)
    work.suggested = work.cuts if over else []
    if over:
        work.cuts, work.comments, work.comments_complete = [], [], None
    if corrections:
        _correct(work, corrections, matcher)
    cleaning = _settle(work)
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
    """Cut, and cut what remains, until a pass finds nothing; so a body that is cleaned again stays as it is.

    What remains is looked at as the body would be: where a cut joins two lines, they are one.
    """
    for _ in range(settings.max_passes):
        spans = work.closed
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


def _correct(work: _Work, corrections: Sequence[Correction], matcher: Matcher | Matchers) -> None:
    """Lay a person's corrections over the cuts; what they decided is suggested no longer, and threads are read anew."""
    done = correct(work.text, work.controls, work.cuts, corrections)
    work.cuts, work.lost = done.cuts, done.lost
    left = take_away(work.suggested, done.decided)
    work.suggested = [span for span in left if work.text[span.start : span.end].strip()]
    comments = reread_comments(work.text, work.comments, done, matcher)
    if comments != work.comments:
        work.comments_complete = is_complete(comments, ()) if comments else None
    work.comments = comments


def _settle(work: _Work) -> Cleaning:
    """Close the blanks and read what was cut; of a text that would lose too much the cuts are only suggested."""
    spans = work.closed
    body = splice_out(work.text, spans)
    readings = read_spans(work.text, spans)
    flags = {OVER_REMOVAL: work.suggested, CORRECTION_LOST: work.lost}
    return Cleaning(
        body=body,
        spans=tuple(spans),
        title=find_title(body),
        comments=tuple(work.comments),
        comments_complete=work.comments_complete,
        rights=readings.rights,
        captions=readings.captions,
        credits=readings.credits,
        authors=readings.authors,
        bylines=readings.bylines,
        leaked=readings.leaked,
        flags=tuple(flag for flag, cause in flags.items() if cause),
        suggested_spans=tuple(_suggest(work)),
        lost_corrections=tuple(work.lost),
    )


def _suggest(work: _Work) -> list[Span]:
    """Give the suggested cuts as they would be if they were made."""
    if not work.suggested:
        return []
    spans = sorted([*work.spans, *work.suggested], key=lambda span: span.start)
    return [span for span in unite(close_blanks(work.text, unite(spans))) if span.rule != HAND_CUT]
