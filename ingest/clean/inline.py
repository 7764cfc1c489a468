"""Captions and teasers run into an article without line breaks: from their label to the seam where prose resumes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import re2

from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.clean.sentences import find_seam, find_stop, sentence_start
from ingest.model import SpanClass

_RULE = "figure.inline"
_BRACKET_RULE = "figure.bracketed_credit"
_LAST_RULE = "figure.inline_last"
_FEWEST_LINE_CHARS = 200
_MOST_CAPTION_CHARS = 260
_FEWEST_BRACKETED_CHARS = 15
_MOST_BRACKETED_CHARS = 420
_MOST_LAST_CHARS = 140
_FEWEST_LAST_WORDS = 5
_FEWEST_COUNTED = 3
_AGENCY = (
    r"(?:AP:Associated Press|PA:Press Association|Getty(?: Images?)?(?: - (?:Getty|\p{Lu}\p{Ll}+))?|GETTY|Reuters"
    r"|REUTERS|EPA|AFP(?: or licensors)?|Rex(?: Features)?|Alamy|Shutterstock|Splash News|Barcroft(?: \p{Lu}\p{Ll}+)?"
    r"|SWNS(?:\.com|:[\p{L} ]+)?|PA(?: Wire| Images)?|AP(?: Photo)?|News Group Newspapers Ltd|Press Association|Corbis"
    r"|iStock|NurPhoto)"
)
# What stands before a caption: an agency with the picture's number, a player's label, an agency in capitals, `3/8`.
_LABEL = re2.compile(
    rf"(?:^|[.!?\"')\]\p{{Ll}}\d] )((?:{_AGENCY} \d{{1,2}}"
    r"|[Ii]mage (?:copyright|source|credit),? [^.!?]{1,60} [Ii]mage caption|(?:Image|Media) caption)"
    r"|(?:GETTY|REUTERS|SWNS|ALAMY|SPLASH|SHUTTERSTOCK)(?: IMAGES)?(?: \* \p{Lu}+)*|\d{1,2}/(\d{1,2})) [\"'\p{Lu}\d]"
)
_TEASERS = re2.compile(
    r"[.!?\"')] ((?i:related (?:articles?|stories|content)|more (?:stories|from)|most read)|RELATED)"
    r" [\"'\p{Lu}]"
)
_TEASER_RULE = "related.inline"
_MOST_TEASER_CHARS = 700
_LABEL_HINTS = (
    " caption ",
    "AP:",
    "PA:",
    "Getty",
    "Reuters",
    "EPA",
    "AFP",
    "GETTY",
    "REUTERS",
    "SWNS",
    "1/",
    "Splash",
    "Alamy",
)
_TEASER_HINTS = ("elated ", "RELATED", "ore stories", "ore from", "ost read", "ost Read")
_BRACKETS = re2.compile(
    r"\((?:(?:(?i:photo|image|picture|photograph|credit|file photo|photo credit|pic)s?"
    r"(?: ?:| by| courtesy(?: of)?) ?[^()]+"
    r"|[^()/]*\b(?i:photos?|images?|pool|foto) ?/ ?[^()]+)"
    rf"|((?:[^()]*(?:/|via ))?{_AGENCY}(?:/[^()]*)?)|(\p{{Lu}}[^()/,]*/\p{{Lu}}[^()]*))\)"
)


def cut_inline_captions(lines: Sequence[Line], ledger: Ledger) -> None:
    """Cut labelled captions within long lines; where there were any, also the unended words after the last sentence."""
    long = [line for line in lines if len(line) >= _FEWEST_LINE_CHARS]
    shown = "\n".join([line.text for line in long])
    label_hints = [hint for hint in _LABEL_HINTS if hint in shown]
    teaser_hints = [hint for hint in _TEASER_HINTS if hint in shown]
    for line in long:
        labelled = list(_labelled_captions(line.text)) if any(hint in line.text for hint in label_hints) else []
        credited = list(_bracketed_credits(line.text)) if "(" in line.text else []
        for rule, places in ((_RULE, labelled), (_BRACKET_RULE, credited)):
            for start, end in places:
                ledger.take(line.start + start, line.start + end, SpanClass.CAPTION, rule)
        teasers = _teasers(line.text) if any(hint in line.text for hint in teaser_hints) else ()
        for start, end in teasers:
            ledger.take(line.start + start, line.start + end, SpanClass.RELATED, _TEASER_RULE)
        if labelled and (last := _last_words(line.text)) is not None:
            ledger.take(line.start + last, line.end, SpanClass.CAPTION, _LAST_RULE)


def _labelled_captions(text: str) -> Iterator[tuple[int, int]]:
    matches = list(_LABEL.finditer(text))
    counted = Counter(match[2] for match in matches)
    labels = [match.span(1) for match in matches if not match[2] or counted[match[2]] >= _FEWEST_COUNTED]
    for place, (start, head) in enumerate(labels):
        following = labels[place + 1][0] if place + 1 < len(labels) else len(text)
        yield start, _end_of_caption(text, head, following)


def _end_of_caption(text: str, start: int, following: int) -> int:
    """Give where a caption ends: at the next label, a seam, or its own full stop, whichever tells it from prose.

    Prose after a caption would end in a full stop before another sentence or label begins, so what has none is caption.
    """
    window = text[start : min(following, start + _MOST_CAPTION_CHARS)]
    stop = find_stop(window)
    if stop is None and following < len(text) and following - start <= _MOST_CAPTION_CHARS:
        return following
    seam = find_seam(window if stop is None else window[:stop])
    if seam is not None:
        return start + seam
    if stop is not None:
        return start + stop
    return start + len(window) if following == len(text) and len(window) < _MOST_CAPTION_CHARS else start


def _teasers(text: str) -> Iterator[tuple[int, int]]:
    """Give lists of headlines: from their label to the sentence that runs on from the last of them."""
    for match in _TEASERS.finditer(text):
        start, head = match.span(1)
        window = text[head : head + _MOST_TEASER_CHARS]
        stop = find_stop(window, ".")
        titles = window[: stop or 0]
        last = sentence_start(titles, 0, len(titles))
        seam = find_seam(titles[last:], latest=True)
        yield start, head + last + (seam or 0)


def _bracketed_credits(text: str) -> Iterator[tuple[int, int]]:
    """Give picture credits in brackets, each with its caption where that is told by its place or its missing stop."""
    done = 0
    for match in _BRACKETS.finditer(text):
        start, end = match.span()
        # The look back is bounded: what is longer is no caption, and time stays linear.
        back = max(done, start - 2 * _MOST_BRACKETED_CHARS)
        done = end
        labelled = not (match[1] or match[2])
        resumes = end == len(text) or (text[end] == " " and (text[end + 1].isupper() or text[end + 1] in "\"'("))
        if not (labelled or resumes):
            continue
        caption = sentence_start(text, back, start)
        if _is_caption(text, caption, start):
            yield caption, end
        elif resumes and not match[2] and _is_ended(text[back:start]):
            yield start, end


def _is_caption(text: str, start: int, end: int) -> bool:
    """Tell whether the words before a credit are its caption: a line's first sentence, or one without a full stop."""
    words = text[start:end].rstrip()
    fits = _FEWEST_BRACKETED_CHARS <= len(words) <= _MOST_BRACKETED_CHARS
    return fits and (start == 0 or not (_is_ended(words) or '"' in words)) and words[:1].isupper()


def _is_ended(words: str) -> bool:
    return words.rstrip(" \"')")[-1:] in (".", "!", "?", "")


def _last_words(text: str) -> int | None:
    """Give where the words after a line's last sentence begin, if they may be a caption: capitalised and unended."""
    at = sentence_start(text, max(0, len(text) - 2 * _MOST_LAST_CHARS), len(text))
    last = text[at:]
    fits = at > 0 and len(last) <= _MOST_LAST_CHARS and len(last.split()) >= _FEWEST_LAST_WORDS
    return at if fits and last[0].isupper() and last[-1].isalpha() and "http" not in last and "@" not in last else None
