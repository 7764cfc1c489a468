"""Matching: an `re2.Set` over a line tells which patterns can fire, then each of those says where, in linear time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from ingest.clean.lines import Line
from ingest.clean.rulepack import Rule

_BULLET = r"(?:[•◦▪·*»>|#-]+ *)?"
_SET_BYTES = 256 << 20


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
    order: int
    regexp: Any


class Matcher:
    """Rules compiled for matching; safe to share between threads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns: list[_Pattern] = []
        self._unless: dict[str, Any] = {}
        options = re2.Options()
        options.max_mem = _SET_BYTES
        self._set = re2.Set.SearchSet(options)
        for order, rule in enumerate(rules):
            self._add(order, rule)
        if self._patterns:
            self._set.Compile()

    def _add(self, order: int, rule: Rule) -> None:
        for pattern in rule.patterns:
            source = _source(pattern, rule)
            self._set.Add(source)
            self._patterns.append(_Pattern(rule, order, re2.compile(source)))
        for pattern in rule.unless:
            self._unless[pattern] = re2.compile(_flags(rule) + pattern)

    def match(self, lines: Sequence[Line]) -> Iterator[Hit]:
        """Give the hits of a text's lines, line by line, in the order of the rules."""
        if not self._patterns:
            return
        find = self._set.Match
        for line in lines:
            found = find(line.text)
            if found:
                yield from self._match_line(line, sorted(found))

    def _match_line(self, line: Line, found: Sequence[int]) -> Iterator[Hit]:
        for index in found:
            pattern = self._patterns[index]
            rule = pattern.rule
            if rule.min_length <= len(line) <= rule.max_length and not self._is_barred(rule, line):
                for match in pattern.regexp.finditer(line.text):
                    hit = _hit(rule, line, match)
                    if hit.end - hit.start <= rule.max_cut:
                        yield hit

    def _is_barred(self, rule: Rule, line: Line) -> bool:
        return any(self._unless[pattern].search(line.text) for pattern in rule.unless)


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
