"""What frames an article on its page: menus and labels above its headline, links and footers below its last paragraph.

No wording gives these lines away, only where they stand: beyond the headline, or beyond the last prose and the chrome
that rules found after it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.clean.zones import Zones
from ingest.model import Span, SpanClass

_ABOVE_RULE = "frame.above_headline"
_BELOW_RULE = "frame.below_article"
_WORD = re.compile(r"\w+")
_FEWEST_WORD_CHARS = 4
_FEWEST_SHARED_WORDS = 3
_HEAD_LINES = 40
_HEADLINE_CHARS = 200
_TEASER_CHARS = 240
_MOST_TEASER_SHARE = 0.4
_SHORT_WORDS = 3
_FEWEST_TITLES = 4
_LABEL_WORDS = 2
_ALIKE = 0.6
_MOTTO_CHARS = 60
_FEWEST_LISTED = 2
_DAY = re.compile(r"(?:19|20)\d\d$")
_DAY_CHARS = 32
_CLOSING = frozenset(
    (
        SpanClass.SHARE,
        SpanClass.COMMENT_UI,
        SpanClass.NEWSLETTER,
        SpanClass.RELATED,
        SpanClass.COPYRIGHT,
        SpanClass.PAGINATION,
        SpanClass.NAVIGATION,
        SpanClass.TAGS,
        SpanClass.PAYWALL,
    )
)

_FINAL = (SpanClass.COPYRIGHT, SpanClass.TAGS)
_FINAL_RULES = (
    "byline.bio",
    "signature.about_author",
    "comment.rules",
    "comment.invitation",
    "comment.closed",
    "comment.join",
    "comment.world_prompt",
    "navigation.footer",
)
_BETWEEN = (SpanClass.ADVERT, SpanClass.CAPTION, SpanClass.NAVIGATION)
_FEWEST_CUT = 4
_TRAIL = re.compile(r"(?i)^(?:you are here|home|start|accueil|inicio|início|haberler)\b|[»›>]")
_TRAIL_LINES = 12
_LINES_TO_TITLE = 5
_FEWEST_CLASSES = 2


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline's line, and all that are like it: a page repeats its headline in its trail and its links."""

    index: int
    alike: frozenset[int]


def find_headline(lines: Sequence[Line], known: Iterable[str | None]) -> Headline | None:
    """Give the line that says most of what the address does, the first of several alike; None where none does."""
    wanted = [words for name in known if name and (words := _known_words(name))]
    if not wanted:
        return None
    shares = [_share(line, wanted) for line in lines[:_HEAD_LINES]]
    likely = [(share, -index) for index, share in enumerate(shares) if share and not lines[index].is_entry]
    if not likely:
        return None
    best = max(likely)[0]
    index = next(index for index, share in enumerate(shares) if share >= _ALIKE * best and not lines[index].is_entry)
    return Headline(index, frozenset(index for index, share in enumerate(shares) if share))


def _share(line: Line, wanted: Sequence[set[str]]) -> float:
    """Give how far a line says what is known of the headline; prose says more and is none."""
    if line.is_prose or line.text.endswith((".", ":", ",")) or len(line) > _HEADLINE_CHARS:
        return 0.0
    words = _words(line.text)
    return max(_overlap(words, each) for each in wanted)


def _known_words(name: str) -> set[str]:
    """Give the words of a title, or of the longest part of an address."""
    if "://" in name:
        path = unquote(urlsplit(name).path)
        name = max(path.split("/"), key=lambda part: len(_words(part)), default="")
    words = _words(name)
    return words if len(words) >= _FEWEST_SHARED_WORDS else set()


def _words(text: str) -> set[str]:
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    words = _WORD.findall(text.casefold().replace("_", " "))
    return {word for word in words if len(word) >= _FEWEST_WORD_CHARS and not word.isdigit()}


def _overlap(words: set[str], known: set[str]) -> float:
    shared = len(words & known)
    share = shared / max(1, len(words | known))
    return share if shared >= _FEWEST_SHARED_WORDS and 2 * shared >= min(len(words), len(known)) else 0.0


def cut_frame(lines: Sequence[Line], ledger: Ledger, zones: Zones, headline: Headline | None) -> None:
    """Cut what stands above the headline and is no prose, and what stands below the article among its chrome."""
    article = lines[: zones.end]
    for line, title in _trails(article):
        if not ledger.holds(line.start, line.end) and not ledger.holds(title.start, title.end):
            ledger.take(line.start, line.end, SpanClass.NAVIGATION, _ABOVE_RULE)
    if headline is not None and headline.index <= zones.first_prose:
        for line in article[: headline.index]:
            if _is_label(line, headline) and not ledger.holds(line.start, line.end):
                ledger.take(line.start, line.end, SpanClass.NAVIGATION, _ABOVE_RULE)
    for line in (*_below(article, ledger), *_among_chrome(article, ledger)):
        short = len(line.text.split()) <= _SHORT_WORDS
        ledger.take(line.start, line.end, SpanClass.NAVIGATION if short else SpanClass.RELATED, _BELOW_RULE)


def _is_label(line: Line, headline: Headline) -> bool:
    """Tell whether a line above the headline may go: not what says the same, nor the source of a motto."""
    if line.index in headline.alike or line.is_prose or line.is_sentence or line.text[-1] in ":,;":
        return False
    if line.text.startswith("- ") and len(line) > _MOTTO_CHARS:
        return False
    return line.is_entry or line.index < headline.index - 1 or len(line.text.split()) <= _LABEL_WORDS


def _trails(article: Sequence[Line]) -> Iterator[tuple[Line, Line]]:
    """Give the trails of sections that are run into the headline which soon follows them, each with that headline."""
    for line in article[:_TRAIL_LINES]:
        for title in article[line.index + 1 : line.index + 1 + _LINES_TO_TITLE]:
            if not line.text.endswith(title.text) or line.is_entry or title.is_prose:
                continue
            if len(title.text.split()) > _SHORT_WORDS:
                sections = line.text[: len(line.text) - len(title.text)]
                if sections[-1:].isalnum() or _TRAIL.search(sections):
                    yield line, title


def _below(article: Sequence[Line], ledger: Ledger) -> Sequence[Line]:
    """Give the free lines after the first chrome that closes an article, where next to no prose follows it."""
    classes = {span.start: span.span_class for span in ledger}
    if _CLOSING.isdisjoint(classes.values()):
        return ()
    free = [line for line in article if not ledger.holds(line.start, line.end)]
    listed = _last_outside_lists(article, classes)
    run = _run_below(article, free, classes, listed)
    if sum(line.is_sentence for line in run) >= _FEWEST_LISTED:
        return run
    return _run_below(article, free, classes, _last_solid(free))


def _run_below(
    article: Sequence[Line], free: Sequence[Line], classes: Mapping[int, SpanClass], last: int | None
) -> Sequence[Line]:
    """Give the free lines after the first closing chrome below the last prose, where they are titles with teasers."""
    if last is None:
        return ()
    rest = article[last + 1 :]
    first = next((line.index for line in rest if classes.get(line.start) in _CLOSING), len(article))
    run = [line for line in free if line.index > first]
    above = sum(len(line) for line in free if line.index <= last and line.is_prose)
    teasers = [len(line) for line in run if line.is_sentence]
    # A paragraph of the article may follow a prompt and a label; among several titles it is a teaser.
    titles = len(run) - len(teasers)
    fits = titles >= max(len(teasers), _FEWEST_TITLES if teasers else 0)
    return run if fits and sum(teasers) <= _MOST_TEASER_SHARE * above else ()


def _among_chrome(article: Sequence[Line], ledger: Ledger) -> Sequence[Line]:
    """Give the free lines among the chrome that ends a page: single ones, below chrome that no article goes on after.

    What stands after the last of the chrome stays, unless it is no prose; so does prose beside prose.
    """
    spans = {span.start: span for span in ledger}
    if not any(map(_is_final, spans.values())):
        return ()
    solid = _last_beside_prose(article, spans)
    first = next((line.index for line in article[solid + 1 :] if _is_final(spans.get(line.start))), None)
    if solid < 0 or first is None:
        return ()
    cut = [line.index for line in article[first:] if line.start in spans]
    run = [
        line
        for line in article[first:]
        if not ledger.holds(line.start, line.end) and (line.index < cut[-1] or not line.is_prose)
    ]
    classes = {spans[article[index].start].span_class for index in cut}
    above = sum(len(line) for line in article[: solid + 1] if line.is_prose and line.start not in spans)
    fits = len(cut) >= max(_FEWEST_CUT, len(run)) and len(classes) >= _FEWEST_CLASSES
    return run if fits and sum(len(line) for line in run if line.is_prose) <= _MOST_TEASER_SHARE * above else ()


def _last_beside_prose(article: Sequence[Line], spans: Mapping[int, Span]) -> int:
    """Give the index of the last prose that has prose beside it, adverts and captions aside; -1 where none has."""
    solid, before = -1, False
    for line in article:
        span = spans.get(line.start)
        if span is not None and span.span_class in _BETWEEN:
            continue
        prose = span is None and line.is_prose
        if prose and before:
            solid = line.index
        before = prose
    return solid


def _is_final(span: Span | None) -> bool:
    """Tell whether chrome is of a kind that no article goes on after."""
    return span is not None and (span.span_class in _FINAL or span.rule in _FINAL_RULES)


def _last_solid(free: Sequence[Line]) -> int | None:
    """Give the last line of prose that is long or has prose beside it: a teaser stands alone with its title."""
    solid = (
        line.index
        for before, line in pairwise(free)
        if line.is_prose and (before.is_sentence or len(line) > _TEASER_CHARS)
    )
    return max(solid, default=None)


def _last_outside_lists(article: Sequence[Line], classes: Mapping[int, SpanClass]) -> int | None:
    """Give the last prose that no list of teasers can hold: there each stands right under a title or a date."""
    solid = (
        line.index
        for before, line in pairwise(article)
        if line.is_prose
        and line.start not in classes
        and (
            (before.is_sentence and before.start not in classes) or (len(line) > _TEASER_CHARS and not _is_day(before))
        )
    )
    return max(solid, default=None)


def _is_day(line: Line) -> bool:
    return len(line) <= _DAY_CHARS and _DAY.search(line.text) is not None
