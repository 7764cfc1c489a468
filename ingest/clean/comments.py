"""From the lines of a thread to comment records: number, author, time, what it replies to, whole text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.clean.lines import Line
from ingest.clean.marks import Mark
from ingest.clean.matcher import Hit
from ingest.clean.moments import read_moment
from ingest.clean.thread import Thread, is_name
from ingest.model import Comment, SpanClass

_REPLY_TO_NUMBER = re.compile(
    r"(?:@|#|>>|re:?\s*#?|in reply to (?:comment )?(?:number |no\.? |#)?)(\d{1,5})\b", re.IGNORECASE
)
_REPLY_TO_NAME = re.compile(r"@\s?([^\s,:][^,:\n]{0,59})")
_LOOK_BACK = 200
_RATING = re.compile(r"[+-]?\d{1,6}")
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_INDENT = re.compile(r"\n[^\S\n]+")


@dataclass(slots=True)
class _Draft:
    """A comment being read."""

    lines: list[Line] = field(default_factory=list)
    text: list[Line] = field(default_factory=list)
    number: int | None = None
    author: str | None = None
    time: str | None = None
    rating: int | None = None
    indent: int = 0
    closed: bool = False


def parse_thread(text: str, lines: Sequence[Line], thread: Thread, hits: Mapping[int, Sequence[Hit]]) -> list[Comment]:
    """Give a thread's comments in the order in which they stand."""
    drafts = _draft(lines[thread.first : thread.last + 1], {mark.line.index: mark for mark in thread.marks}, hits)
    drafts = [draft for draft in drafts if draft.text]
    back = ((draft, drafts[max(0, place - _LOOK_BACK) : place]) for place, draft in enumerate(drafts))
    return [_to_comment(text, draft, earlier) for draft, earlier in back]


def _draft(lines: Sequence[Line], marks: Mapping[int, Mark], hits: Mapping[int, Sequence[Hit]]) -> list[_Draft]:
    drafts: list[_Draft] = []
    for line in lines:
        mark = marks.get(line.index)
        if mark is not None:
            _read_mark(drafts, mark)
        elif interface := interface_hit(hits.get(line.index, ())):
            _read_interface(drafts, interface)
        elif not drafts or drafts[-1].closed:
            drafts.append(_Draft(lines=[line], text=[line]))
        else:
            drafts[-1].lines.append(line)
            drafts[-1].text.append(line)
    return drafts


def interface_hit(hits: Iterable[Hit]) -> Hit | None:
    """Give the hit that makes a line of a thread one of its interface."""
    return next((hit for hit in hits if hit.rule.span_class is SpanClass.COMMENT_UI and hit.is_whole), None)


def _read_interface(drafts: list[_Draft], hit: Hit) -> None:
    if drafts and drafts[-1].text:
        drafts[-1].closed = True
        if (rating := hit.fields.get("rating")) and _RATING.fullmatch(rating):
            drafts[-1].rating = int(rating)


def _read_mark(drafts: list[_Draft], mark: Mark) -> None:
    open_draft = drafts[-1] if drafts and not drafts[-1].closed else None
    if mark.kind == "trailer" and open_draft and open_draft.text:
        _end_with(open_draft, mark)
    elif mark.kind == "time" and open_draft and open_draft.time is None and (open_draft.author or not open_draft.text):
        open_draft.time = mark.time
        open_draft.lines.append(mark.line)
        open_draft.closed = bool(open_draft.text)
    else:
        drafts.append(_begin_with(mark, drafts))


def _end_with(draft: _Draft, mark: Mark) -> None:
    """Give a comment the author and the time that stand below it, and take its name from above the text."""
    draft.author, draft.time, draft.closed = mark.author, mark.time, True
    draft.lines.append(mark.line)
    if len(draft.text) > 1 and draft.text[0].text.casefold() == (mark.author or "").casefold():
        del draft.text[0]


def _begin_with(mark: Mark, drafts: list[_Draft]) -> _Draft:
    """Begin a comment at a mark; the short line before a mere time is its author's name."""
    draft = _Draft([mark.line], [], mark.number, mark.author, mark.time, None, mark.line.indent)
    before = drafts[-1].text[-1] if drafts and drafts[-1].text and not drafts[-1].closed else None
    lone = drafts[-1].text[-1] if drafts and len(drafts[-1].text) == 1 and drafts[-1].author is None else None
    name = before or lone
    if (
        mark.kind == "time"
        and mark.author is None
        and name is not None
        and is_name(name)
        and mark.line.index - name.index == 1
    ):
        drafts[-1].text.remove(name)
        drafts[-1].lines.remove(name)
        draft.author = name.text
        draft.lines.insert(0, name)
    if mark.kind == "pingback":
        draft.text, draft.closed = [mark.line], True
    return draft


def _to_comment(text: str, draft: _Draft, earlier: Sequence[_Draft]) -> Comment:
    said = text[draft.text[0].start : draft.text[-1].end].replace("\r", "")
    parent = _parent(draft, earlier)
    return Comment(
        text=_INDENT.sub("\n", _BLANK_LINES.sub("\n\n", said)),
        number=None if parent is not None and parent.indent < draft.indent else draft.number,
        author=draft.author,
        published_at=read_moment(draft.time) if draft.time else None,
        rating=draft.rating,
        reply_to=_reply_to(said, earlier) or (parent.number if parent is not None else None),
        start=draft.lines[0].start,
        end=draft.lines[-1].end,
    )


def _parent(draft: _Draft, earlier: Sequence[_Draft]) -> _Draft | None:
    """Give the comment that a deeper one is nested under."""
    if draft.number is None or not draft.indent:
        return None
    return next((each for each in reversed(earlier) if each.number is not None and each.indent < draft.indent), None)


def _reply_to(said: str, earlier: Sequence[_Draft]) -> int | None:
    """Give the number that a comment says it replies to, in figures or by the name of an earlier author."""
    if match := _REPLY_TO_NUMBER.match(said):
        return int(match[1])
    if match := _REPLY_TO_NAME.match(said):
        name = match[1].casefold()
        return next(
            (each.number for each in reversed(earlier) if each.author and name.startswith(each.author.casefold())), None
        )
    return None


def is_complete(comments: Sequence[Comment], hits: Iterable[Hit]) -> bool | None:
    """Tell whether a thread is whole as far as one can see; None where there is none.

    It is not where it is one page of several, where its header counts more, where numbers are missing, or where a
    button offers more.
    """
    fields = [hit.fields for hit in hits if hit.rule.span_class in (SpanClass.COMMENT_UI, SpanClass.PAGINATION)]
    stated = max((int(each["count"].replace(",", "")) for each in fields if each.get("count")), default=0)
    if not comments:
        return False if stated else None
    numbers = {comment.number for comment in comments if comment.number is not None}
    missing = numbers != set(range(1, len(numbers) + 1))
    paged = any(int(each["pages"]) > 1 for each in fields if each.get("pages"))
    return not (stated > len(comments) or missing or paged or any("more" in each for each in fields))
