"""Highlights for the tantivy backend: passages of a stored text, as HTML, with what matched in `<em>`."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.index.backends.tantivy_analysis import Token, exact_analyzer, locate_tokens, stem_analyzer
from ingest.index.backends.tantivy_query import QueryCompiler, check_keys, read_stemmed_fields, single
from ingest.index.mapping import stem_of

Body = Mapping[str, Any]
Range = tuple[int, int]

_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+|(?<=[。！？])")
_FIELD_OPTIONS = ("number_of_fragments", "fragment_size", "no_match_size", "matched_fields")


@dataclass(slots=True)
class Needles:
    """What to mark: terms by the stem's name, exact terms, their prefixes, and phrases as exact terms in a row."""

    stems: dict[str, set[str]] = field(default_factory=dict)
    exact: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    phrases: set[tuple[str, ...]] = field(default_factory=set)


class Highlighter:
    """Marks in texts what a highlight's query looks for."""

    def __init__(self, body: Body, compiler: QueryCompiler) -> None:
        known = ("encoder", "max_analyzed_offset", "highlight_query", "fields")
        check_keys(body, known, "highlight")
        for options in body["fields"].values():
            check_keys(options, _FIELD_OPTIONS, "a highlighted field")
        self._body = body
        self._compiler = compiler
        self._needles = Needles()
        self._gather(body["highlight_query"])

    def highlight(self, document: Body) -> dict[str, list[str]]:
        """Give the marked passages of each field that has some."""
        found: dict[str, list[str]] = {}
        for name, options in self._body["fields"].items():
            text = (document.get(name) or "")[: self._body["max_analyzed_offset"]]
            marks = merge_ranges(self._find(text, stem_of(document.get("language") or "")))
            passages = _mark_passages(text, marks, options)
            if passages:
                found[name] = passages
        return found

    def _gather(self, query: Body) -> None:
        kind, body = single(query, "a query")
        if kind == "bool":
            for inner in (*body.get("must", ()), *body.get("should", ())):
                self._gather(inner)
        elif kind == "combined_fields":
            _, stem = read_stemmed_fields(body["fields"])
            self._needles.stems.setdefault(stem, set()).update(self._compiler.stemmed_terms(stem, body["query"]))
        elif kind == "multi_match" and body.get("type") == "phrase":
            self._needles.phrases.add(tuple(exact_analyzer().terms(body["query"])))
        elif kind == "multi_match" and body.get("type") == "best_fields":
            self._needles.exact.update(exact_analyzer().terms(body["query"]))
        elif kind == "multi_match" and body.get("type") == "bool_prefix":
            self._needles.prefixes.update(exact_analyzer().terms(body["query"])[-1:])

    def _find(self, text: str, stem: str) -> Iterator[Range]:
        tokens = list(locate_tokens(text))
        wanted = self._needles.stems.get(stem, set())
        if stem == "cjk":
            yield from _find_pairs(text, wanted)
        elif wanted:
            terms = stem_analyzer(self._compiler.analyzer_of(stem))
            yield from ((token.start, token.end) for token in tokens if terms[token.text] in wanted)
        if self._needles.exact or self._needles.prefixes or self._needles.phrases:
            yield from self._find_exact(tokens)

    def _find_exact(self, tokens: list[Token]) -> Iterator[Range]:
        terms = exact_analyzer()
        exact = [terms[token.text] for token in tokens]
        words, prefixes = self._needles.exact, tuple(self._needles.prefixes)
        for token, term in zip(tokens, exact, strict=True):
            if term in words or term.startswith(prefixes):
                yield token.start, token.end
        for phrase in self._needles.phrases:
            for at in range(len(exact) - len(phrase) + 1):
                if phrase and exact[at] == phrase[0] and tuple(exact[at : at + len(phrase)]) == phrase:
                    yield tokens[at].start, tokens[at + len(phrase) - 1].end


def _find_pairs(text: str, terms: set[str]) -> Iterator[Range]:
    lowered = text.lower()
    for term in (term.partition(":")[2] for term in terms):
        for match in re.finditer(re.escape(term), lowered if len(lowered) == len(text) else text):
            yield match.span()


def merge_ranges(ranges: Iterator[Range]) -> list[Range]:
    """Sort ranges and join those that overlap."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _mark_passages(text: str, marks: list[Range], options: Body) -> list[str]:
    if options.get("number_of_fragments") == 0:
        return [_mark(text, (0, len(text)), marks)] if marks else []
    size = options.get("fragment_size", 100)
    passages = list(_split(text, size))
    within = {passage: _within(passage, marks) for passage in passages}
    best = sorted((passage for passage in passages if within[passage]), key=lambda passage: -len(within[passage]))
    chosen = sorted(best[: options.get("number_of_fragments", 5)])
    if not chosen and options.get("no_match_size") and passages:
        chosen = passages[:1]
    return [_mark(text, passage, within[passage]).strip() for passage in chosen]


def _within(passage: Range, marks: list[Range]) -> list[Range]:
    """Give the sorted marks that lie in a passage."""
    first = bisect_left(marks, (passage[0], 0))
    last = bisect_left(marks, (passage[1], 0))
    return [mark for mark in marks[first:last] if mark[1] <= passage[1]]


def _split(text: str, size: int) -> Iterator[Range]:
    """Cut a text into passages of whole sentences of about `size` characters; a longer sentence is cut at spaces."""
    start = end = 0
    for stop in (*(match.end() for match in _SENTENCE.finditer(text)), len(text)):
        if stop - start > size and end > start:
            yield start, end
            start = end
        while stop - start > size * 1.5:
            space = text.find(" ", start + size, stop)
            cut = space if space > 0 else start + size
            yield start, cut
            start = cut
        end = stop
    if end > start and text[start:end].strip():
        yield start, end


def _mark(text: str, passage: Range, marks: list[Range]) -> str:
    start, end = passage
    parts: list[str] = []
    for first, last in marks:
        parts += [html.escape(text[start:first]), "<em>", html.escape(text[first:last]), "</em>"]
        start = last
    return "".join((*parts, html.escape(text[start:end])))
