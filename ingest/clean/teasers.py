"""Links to other articles that no wording gives away: titles above a button or a date, or said twice, and final lists.

A title is no sentence and has more words than a label; what tells a link from a subhead is what stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import re2

from ingest.clean.frame import Headline
from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.clean.stamps import is_age, is_stamp
from ingest.clean.zones import Zones
from ingest.model import SpanClass

_BUTTON_RULE = "teaser.above_button"
_DATE_RULE = "teaser.above_date"
_TWICE_RULE = "teaser.said_twice"
_SHOUTED_RULE = "teaser.shouted"
_LIST_RULE = "teaser.final_list"
_TAGS_RULE = "teaser.final_tags"
_TITLE_WORDS = 4
_MOST_TITLE_CHARS = 170
_MOST_TEASER_CHARS = 420
_FEWEST_BUTTONS = 2
_MOST_LINES_OF_LINK = 3
_FEWEST_TWICE_CHARS = 25
_FEWEST_PROSE = 2
_FEWEST_SHOUTED_WORDS = 7
_MOST_SHOUTED_WORDS = 14
_FEWEST_SHOUTED_CHARS = 48
_FEWEST_LISTED = 4
_MOST_LISTED_CHARS = 130
_LISTED_WORDS = 6
_FEWEST_TAGS = 3
_MOST_TAG_WORDS = 3
_MOST_TAG_CHARS = 32
_BUTTON_CHARS = 40
_FEWEST_DATED = 3
_BUTTON = re2.compile(
    r"(?i)(?:(?:read|see|learn) more|read (?:the )?full story|more|mehr(?: (?:lesen|erfahren))?|weiterlesen"
    r"|lire (?:la suite|plus|l'article)|en savoir plus|leer más|saber más|seguir leyendo|leggi(?: tutto| di più)?"
    r"|continua a leggere|l(?:er|eia) mais|saiba mais|lees (?:meer|verder)|meer|läs (?:mer|hela)|les (?:mer|hele)"
    r"|læs mere|lue lisää|czytaj (?:więcej|dalej)|czytaj całość|číst (?:dále|více)|celý článek|tovább"
    r"|читать (?:далее|дальше|полностью|ещё)|подробнее|читати далі|devamı(?:nı oku)?|続きを(?:読む|見る)"
    r"|阅读全文|閱讀全文|더보기|selengkapnya|xem thêm)(?: ?(?:\.\.\.|…|[>»›→:.]+))?"
)
_ENDS_IN_BUTTON = re2.compile(r"(?i)(?:\.\.\.|…) ?(?:read more|mehr|weiterlesen|lire la suite|leer más|leggi tutto)$")
_CLOSING = (
    SpanClass.SHARE,
    SpanClass.COMMENT_UI,
    SpanClass.NEWSLETTER,
    SpanClass.RELATED,
    SpanClass.COPYRIGHT,
    SpanClass.NAVIGATION,
    SpanClass.PAYWALL,
    SpanClass.BYLINE,
    SpanClass.METADATA,
)


def cut_teasers(lines: Sequence[Line], ledger: Ledger, zones: Zones, headline: Headline | None) -> None:
    """Cut links below the headline and the first prose, and the lists of links or tags that end the article."""
    article = lines[: zones.end]
    classes = {span.start: span.span_class for span in ledger}
    prose = [line.index for line in article if line.is_prose and line.start not in classes]
    if len(prose) < _FEWEST_PROSE:
        return
    first = 1 + max(prose[_FEWEST_PROSE - 1], headline.index if headline else 0)
    if all(line.is_sentence or line.start in classes for line in article[first:]):
        return
    for find, rule in (
        (_above_buttons, _BUTTON_RULE),
        (_above_dates, _DATE_RULE),
        (_said_twice, _TWICE_RULE),
        (_shouted, _SHOUTED_RULE),
    ):
        for line in find(article, classes, first):
            ledger.take(line.start, line.end, SpanClass.RELATED, rule)
    free = [line for line in article if not ledger.holds(line.start, line.end)]
    for line in _final_list(free):
        ledger.take(line.start, line.end, SpanClass.RELATED, _LIST_RULE)
    for line in _final_tags(article, {span.start: span.span_class for span in ledger}):
        ledger.take(line.start, line.end, SpanClass.TAGS, _TAGS_RULE)


def _is_title(line: Line) -> bool:
    """Tell whether a line reads as the title of an article does: some words, and no end of a sentence."""
    text = line.text
    fits = len(line) <= _MOST_TITLE_CHARS and len(text.split()) >= _TITLE_WORDS
    ends = line.is_sentence or text[-1] in ":,;-"
    # Neither a row of a table nor the signature of a quoted post.
    return fits and not ends and not text[0].islower() and "  " not in text and "(@" not in text


def _above_buttons(article: Sequence[Line], classes: Mapping[int, SpanClass], first: int) -> Iterator[Line]:
    """Give the titles right above a button, and where buttons recur the teasers between, each below its title."""
    places = [line.index for line in article[first:] if _is_button(line)]
    recur = len(places) >= _FEWEST_BUTTONS
    for place in places:
        above = article[place - 1]
        link: list[Line] = []
        if above.start in classes:
            continue
        if _ENDS_IN_BUTTON.search(article[place].text) or _is_title(above):
            link = _titles_above(article, place, classes)
        elif recur and above.is_sentence and len(above) <= _MOST_TEASER_CHARS:
            titles = _titles_above(article, place - 1, classes)
            link = [*titles, above] if titles else []
        if link:
            yield from link
            yield article[place]


def _is_button(line: Line) -> bool:
    if len(line) <= _BUTTON_CHARS:
        return _BUTTON.fullmatch(line.text) is not None
    ending = line.text[-_BUTTON_CHARS:]
    if len(line) > _MOST_TEASER_CHARS or not ("..." in ending or "…" in ending):
        return False
    return _ENDS_IN_BUTTON.search(line.text) is not None


def _titles_above(article: Sequence[Line], place: int, classes: Mapping[int, SpanClass]) -> list[Line]:
    """Give the one to three lines above a place that are titles or labels over a title; the nearest is a title."""
    found: list[Line] = []
    for line in reversed(article[max(0, place - _MOST_LINES_OF_LINK) : place]):
        if line.start in classes or line.is_sentence or line.text[-1] in ":,;" or len(line) > _MOST_TITLE_CHARS:
            break
        if not found and not _is_title(line):
            break
        found.append(line)
    return found


def _above_dates(article: Sequence[Line], classes: Mapping[int, SpanClass], first: int) -> Iterator[Line]:
    """Give titles that have a line of nothing but a date below them: single ones between paragraphs, or a list."""
    pairs = [
        (line, date)
        for line, date in pairwise(article[first:])
        if (_is_title(line) or line.is_entry) and line.start not in classes and is_stamp(date)
    ]
    for line, date in pairs:
        before = article[line.index - 1]
        after = article[date.index + 1] if date.index + 1 < len(article) else None
        follows = after is not None and (after.is_prose or after.start in classes)
        alone = follows and not is_age(date) and not line.is_entry and (before.is_prose or before.start in classes)
        listed = len(pairs) >= _FEWEST_DATED and len(line) <= _MOST_LISTED_CHARS
        if alone or listed:
            yield from (line, date)


def _said_twice(article: Sequence[Line], classes: Mapping[int, SpanClass], first: int) -> Iterator[Line]:
    """Give titles that are said twice in a row or around a label, once for a picture and once as a link."""
    said = Counter(line.text for line in article)
    for line in article[first:]:
        if said[line.text] != 2 or len(line) < _FEWEST_TWICE_CHARS or not _is_title(line):
            continue
        again = next((each for each in article[line.index + 1 : line.index + 3] if each.text == line.text), None)
        if again is None or not _is_set_apart(article, line.index, again.index, classes):
            continue
        yield line
        between = article[line.index + 1 : again.index]
        yield from (each for each in between if len(each.text.split()) <= _MOST_TAG_WORDS)
        yield again


def _shouted(article: Sequence[Line], classes: Mapping[int, SpanClass], first: int) -> Iterator[Line]:
    """Give titles all in capitals between paragraphs: a subhead that shouts is shorter."""
    for line in article[first:]:
        words = _FEWEST_SHOUTED_WORDS <= len(line.text.split()) <= _MOST_SHOUTED_WORDS
        if (
            words
            and len(line) >= _FEWEST_SHOUTED_CHARS
            and line.text.isupper()
            and line.text[0] != "("
            and _is_title(line)
            and line.index + 1 < len(article)
        ):
            around = article[line.index - 1], article[line.index + 1]
            if all(each.is_prose or each.start in classes for each in around):
                yield line


def _is_set_apart(article: Sequence[Line], first: int, last: int, classes: Mapping[int, SpanClass]) -> bool:
    """Tell whether two lines stand between prose or chrome, with a label at most: a refrain has other short lines."""
    above, below = article[first - 1], article[last + 1] if last + 1 < len(article) else None
    return (above.is_sentence or above.start in classes or len(above.text.split()) <= _MOST_TAG_WORDS) and (
        below is None or below.is_sentence or below.start in classes or _is_button(below)
    )


def _final_list(free: Sequence[Line]) -> Sequence[Line]:
    """Give the titles that end a text, no prose after them: many, long, and written as sentences are, not names."""
    last = next((line for line in reversed(free) if line.is_prose and not _is_link(line)), None)
    if last is None or not last.is_sentence:
        return ()
    run = [line for line in free if line.index > last.index]
    titles = run[1:] if run and run[0].text[-1] == ":" and run[0].text.isupper() else run
    if len(titles) < _FEWEST_LISTED or not all(map(_is_link, titles)):
        return ()
    words = [word for line in titles for word in line.text.split()]
    small = sum(word[0].islower() for word in words)
    return run if len(words) >= _LISTED_WORDS * len(titles) and 2 * small >= len(words) else ()


def _is_link(line: Line) -> bool:
    """Tell whether a line may be one of a list of titles, which may ask or cry out but do not end in a full stop."""
    first = line.text[0]
    ends = line.text[-1] in ".:,;)" and not line.text.endswith("..")
    return len(line) <= _MOST_LISTED_CHARS and not ends and (first.isupper() or first in "\"'") and not line.is_entry


def _final_tags(article: Sequence[Line], classes: Mapping[int, SpanClass]) -> Sequence[Line]:
    """Give the short capitalised lines between the last prose and the chrome that closes the article."""
    last = next((line for line in reversed(article) if line.is_prose and line.start not in classes), None)
    if last is None or not last.is_sentence:
        return ()
    run: list[Line] = []
    for line in article[last.index + 1 :]:
        if line.start in classes:
            if len(run) >= _FEWEST_TAGS:
                return run if classes[line.start] in _CLOSING else ()
            run = []
        elif _is_tag(line):
            run.append(line)
        else:
            return ()
    return ()


def _is_tag(line: Line) -> bool:
    text = line.text.lstrip("•*-# ")
    fits = 0 < len(text) <= _MOST_TAG_CHARS and len(text.split()) <= _MOST_TAG_WORDS
    return fits and text[0].isupper() and (text[-1].isalnum() or text[-1] == ")")
