"""Matching: a few `re2.Set`s over a line tell which patterns fire, then each of those says where, in linear time.

One set of all patterns would have so many states that most lines make new ones. So a set holds few of the patterns that
keep many states apart, those that may begin with anything, and whole lines are matched from their beginning on, where
most patterns fail at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import re2

from ingest.clean.lines import Line
from ingest.clean.rulepack import Rule

_BULLET = r"(?:[•◦▪·*»>|#-]+ *)?"
# The memory that a set may fill with states of its automaton; with less it throws them away and slows down.
_SET_BYTES = 32 << 20
_MOST_IN_SET = 90
_MOST_WILD_IN_SET = 20
_REMEMBERED_LINES = 512
_MOST_REMEMBERED_CHARS = 420
# Most rules are for short lines and most lines of an article are long: each length has sets of its own.
_TIER_CHARS = (80, 160, 420, 1 << 60)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired on a line: `start` and `end` are what it takes of the line, in the text's code points."""

    rule: Rule
    line: Line
    start: int
    end: int
    fields: dict[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether it takes its line whole."""
        return self.start == self.line.start and self.end == self.line.end


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: Rule
    regexp: Any
    unless: tuple[Any, ...]
    is_whole: bool
    is_wild: bool


class _Patterns:
    """Patterns that are looked for at once: anywhere in a line, or as all of it."""

    def __init__(self, patterns: Sequence[tuple[int, _Pattern]], *, whole: bool) -> None:
        self._places = [place for place, _ in patterns]
        self._set = re2.Set.FullMatchSet(_options()) if whole else re2.Set.SearchSet(_options())
        for _, pattern in patterns:
            self._set.Add(pattern.regexp.pattern)
        self._set.Compile()

    def find(self, text: bytes) -> list[int]:
        """Give the places of those that match."""
        found = self._set.Match(text)
        return [self._places[index] for index in found] if found else []


class _Tier:
    """The patterns for lines of more than `above` and at most `most` characters."""

    def __init__(self, above: int, most: int, patterns: Sequence[_Pattern]) -> None:
        self.patterns = [each for each in patterns if each.rule.max_length > above and each.rule.min_length <= most]
        self._sets = list(_group(self.patterns))
        # Passes over one text ask for the same lines again, and chrome is the same on many pages.
        self.find = lru_cache(_REMEMBERED_LINES)(self._find) if most <= _MOST_REMEMBERED_CHARS else self._find

    def _find(self, text: str) -> tuple[_Pattern, ...]:
        """Give the patterns that match somewhere in a text, in the order of the rules."""
        encoded = text.encode()
        found = [place for each in self._sets for place in each.find(encoded)]
        return tuple([self.patterns[place] for place in sorted(found)]) if found else ()


def _group(patterns: Sequence[_Pattern]) -> Iterator[_Patterns]:
    """Put patterns into sets by what keeps their automata small."""
    for whole, wild, most in (
        (False, False, _MOST_IN_SET),
        (True, False, _MOST_IN_SET),
        (True, True, _MOST_WILD_IN_SET),
    ):
        placed = [(at, each) for at, each in enumerate(patterns) if (each.is_whole, each.is_wild) == (whole, wild)]
        for first in range(0, len(placed), most):
            yield _Patterns(placed[first : first + most], whole=whole)


class Matcher:
    """Rules compiled for matching; safe to share between threads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        patterns = [pattern for rule in rules for pattern in _compile(rule)]
        bounds = zip((0, *_TIER_CHARS), _TIER_CHARS, strict=False)
        self._tiers = [_Tier(above, most, patterns) for above, most in bounds]

    def match(self, lines: Sequence[Line]) -> Iterator[Hit]:
        """Give the hits of a text's lines, line by line, in the order of the rules."""
        for line in lines:
            tier = self._tiers[bisect_left(_TIER_CHARS, len(line))]
            for pattern in tier.find(line.text):
                yield from _match_line(pattern, line)


class Matchers:
    """Several matchers as one: the hits of the first come first."""

    def __init__(self, *matchers: Matcher) -> None:
        self._matchers = matchers

    def match(self, lines: Sequence[Line]) -> Iterator[Hit]:
        """Give the hits of all, matcher by matcher."""
        return chain.from_iterable(matcher.match(lines) for matcher in self._matchers)


def _compile(rule: Rule) -> Iterator[_Pattern]:
    unless = tuple(re2.compile(_flags(rule) + pattern, _options()) for pattern in rule.unless)
    for pattern in rule.patterns:
        whole = rule.scope != "span"
        wild = whole and pattern.startswith((".*", ".+"))
        yield _Pattern(rule, re2.compile(_source(pattern, rule), _options()), unless, whole, wild)


def _options() -> Any:
    options = re2.Options()
    options.max_mem = _SET_BYTES
    return options


def _match_line(pattern: _Pattern, line: Line) -> Iterator[Hit]:
    rule = pattern.rule
    if not rule.min_length <= len(line) <= rule.max_length:
        return
    if any(barrier.search(line.text) for barrier in pattern.unless):
        return
    for match in pattern.regexp.finditer(line.text):
        hit = _hit(rule, line, match)
        if hit.end - hit.start <= rule.max_cut:
            yield hit


def _flags(rule: Rule) -> str:
    return "" if rule.case else "(?i)"


def _source(pattern: str, rule: Rule) -> str:
    """Bring a rule's pattern to its scope: lines and headers of blocks are matched whole."""
    return f"{_flags(rule)}{pattern}" if rule.scope == "span" else f"{_flags(rule)}^{_BULLET}(?:{pattern})$"


def _hit(rule: Rule, line: Line, match: Any) -> Hit:
    start, end = match.span(match.re.groupindex.get("cut", 0))
    return Hit(rule, line, line.start + start, line.start + end, _fields(match))


def _fields(match: Any) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value is not None}
