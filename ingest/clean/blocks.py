"""How far a block reaches: from its header over list items, teasers and labels to where the article goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.clean.lines import Line
from ingest.clean.matcher import Hit
from ingest.clean.zones import Zones
from ingest.model import SpanClass

_LONG_CHARS = 200
_LONGEST_TEASER_CHARS = 320
_WINDOW_LINES = 4
_MOST_SUBHEAD_SHARE = 0.6
_MOST_SUBHEAD_WORDS = 5


def find_block_end(
    lines: Sequence[Line], limit: int, header: Hit, hits: Mapping[int, Sequence[Hit]], zones: Zones
) -> int:
    """Give the index of a block's last line, which is before `limit`.

    Before the article, where a headline may follow, only items of a list belong to a block.
    """
    early = header.line.index <= zones.first_prose
    end = header.line.index
    for line in lines[end + 1 : min(limit, end + 1 + header.rule.max_lines)]:
        if early and header.rule.max_lines > 1 and not line.is_entry:
            break
        if header.rule.span_class is SpanClass.BYLINE and line.is_sentence:
            break
        last_solid = zones.last_solid if header.rule.span_class is SpanClass.RELATED else limit
        if _resumes(lines, line, last_solid):
            return end - _is_subhead(lines[header.line.index + 1 : end + 1], hits)
        if _is_other(header, hits.get(line.index, ())):
            break
        end = line.index
    return end


def _is_subhead(items: Sequence[Line], hits: Mapping[int, Sequence[Hit]]) -> bool:
    """Tell whether the last line before the article goes on is its subhead: unlike the items of the list above it."""
    if len(items) < 2 or items[-1].is_entry or hits.get(items[-1].index):
        return False
    above = items[:-1]
    shorter = len(items[-1]) <= _MOST_SUBHEAD_SHARE * min(map(len, above))
    return any(item.is_entry for item in above) or (shorter and len(items[-1].text.split()) <= _MOST_SUBHEAD_WORDS)


def _resumes(lines: Sequence[Line], line: Line, last_solid: int) -> bool:
    """Tell whether the article goes on at a line: with long prose, or with prose that more prose follows.

    Below the last solid prose it does not: what follows there at a distance are other teasers. A list of entries that
    ends with prose is over.
    """
    if not line.is_prose:
        return len(line) > _LONGEST_TEASER_CHARS and not line.is_entry
    near = lines[line.index : line.index + _WINDOW_LINES]
    longest = _LONG_CHARS if line.is_sentence else _LONGEST_TEASER_CHARS
    if len(line) >= longest or line.index == len(lines) - 1:
        return True
    if lines[line.index - 1].is_entry and not any(each.is_entry for each in near):
        return True
    return line.index <= last_solid and sum(each.is_prose for each in near) > 1


def _is_other(header: Hit, hits: Sequence[Hit]) -> bool:
    """Tell whether a line is chrome of another class by a rule of its own; what holds at a head alone is none here."""
    same = (header.rule.span_class, SpanClass.METADATA)
    return any(hit.is_whole and hit.rule.span_class not in same and hit.rule.zone != "head" for hit in hits)
