"""The tree of a query -> clauses that match and score. Pure.

A word matches by its stem in any of the languages asked; title and body count as one text in which the title counts
twice (BM25F, Robertson et al. 2004, "Simple BM25 extension to multiple weighted fields"). Words side by side match
where one of them does. The exact form of the words adds a little to the score and changes what matches in one case
alone: where every word is a stop word ("to be or not to be"), texts that hold all of them match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.search import tree as ex

Body = dict[str, Any]

TITLE_WEIGHT = 2
EXACT_COMMENTS = "stemmed.comments.exact"
# Shorter words are often stop words, which are not to be marked all over a text.
LONG_WORD = 5
NOTHING: Body = {"match_none": {}}
EVERYTHING: Body = {"match_all": {}}
# One token whatever the analyzer: letters or digits of scripts that put spaces between words.
_SIMPLE_WORD = re.compile(
    r"[^\W_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\uffff\U00010000-\U0010ffff]+"
)


@dataclass(frozen=True, slots=True)
class Matching:
    """Where words are looked for: `stems` names fields under `stemmed.*`; `exact_weight` 0 leaves exact forms out."""

    stems: tuple[str, ...]
    scope: str
    exact_weight: float

    @property
    def exact_fields(self) -> list[str]:
        """The unstemmed fields."""
        return {"title": ["title"], "comments": [EXACT_COMMENTS]}.get(self.scope, ["title", "body"])

    @property
    def main_field(self) -> str:
        """The field under `stemmed` that tells by its presence the language of an article."""
        return {"title": "title", "comments": "comments"}.get(self.scope, "body")

    def stemmed_fields(self, stem: str) -> list[str]:
        """The stemmed fields of a language, weighed."""
        if self.scope in ("title", "comments"):
            return [f"stemmed.{self.scope}.{stem}"]
        return [f"stemmed.title.{stem}^{TITLE_WEIGHT}", f"stemmed.body.{stem}"]


def match_expression(  # noqa: C901, PLR0911 - one case a kind of node
    node: ex.Node, matching: Matching, *, required: bool = False
) -> Body:
    """Make the query of a tree; where a word is `required`, stop words match everywhere in their language."""
    match node:
        case ex.Word(text):
            return _match_words([text], matching, required=required)
        case ex.Phrase(text):
            return {"multi_match": {"query": text, "type": "phrase", "fields": matching.exact_fields}}
        case ex.Prefix(text):
            fields = matching.exact_fields
            return {"multi_match": {"query": text, "type": "bool_prefix", "operator": "and", "fields": fields}}
        case ex.Value(field, text):
            return {"bool": {"filter": [{"term": {field: text}}]}}
        case ex.DateRange(field, start, end):
            return {"bool": {"filter": date_range(field, start, end)}}
        case ex.InTitle(inner):
            title = Matching(matching.stems, "title", matching.exact_weight)
            return match_expression(inner, title, required=required)
        case ex.Not(inner):
            return {"bool": {"must_not": [match_expression(inner, matching)]}}
        case ex.All(nodes):
            return _match_all(nodes, matching)
        case ex.Either(nodes):
            return _any_of([match_expression(inner, matching, required=required) for inner in nodes])
        case ex.Sequence(nodes):
            return _match_sequence(nodes, matching, required=required)


def exact_words(node: ex.Node | None, matching: Matching) -> list[Body]:
    """Make the clause that adds to the score of exact forms; none where there are no words or they weigh nothing."""
    words = list(_scored_words(node)) if node is not None and matching.exact_weight > 0 else []
    if not words:
        return []
    field = matching.exact_fields[-1]
    return [{"match": {field: {"query": " ".join(words), "boost": matching.exact_weight}}}]


def mark_expression(node: ex.Node, matching: Matching) -> Body:
    """Make the query whose matches are highlighted: stems, and long words in their exact form in whatever language."""
    queries = [match_expression(node, matching)]
    if words := [word for word in _scored_words(node) if len(word) >= LONG_WORD]:
        text, fields = " ".join(words), matching.exact_fields
        queries.append({"multi_match": {"query": text, "type": "best_fields", "operator": "or", "fields": fields}})
    return _any_of(queries)


def date_range(field: str, start: datetime | None, end: datetime | None) -> list[Body]:
    """Make the clause that a date lies in a range, `start` inclusive, `end` exclusive; none where both are open."""
    bounds = {name: timestamp(value) for name, value in (("gte", start), ("lt", end)) if value is not None}
    return [{"range": {field: bounds}}] if bounds else []


def timestamp(moment: datetime) -> str:
    """Write a time in UTC to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def has_score(node: ex.Node) -> bool:
    """Say whether anything in a tree makes one match better than another."""
    match node:
        case ex.All(nodes) | ex.Either(nodes) | ex.Sequence(nodes):
            return any(has_score(inner) for inner in nodes)
        case _:
            return not isinstance(node, ex.Not | ex.Value | ex.DateRange | ex.Prefix)


def _scored_words(node: ex.Node) -> Iterable[str]:
    match node:
        case ex.Word(text):
            yield text
        case ex.All(nodes) | ex.Either(nodes) | ex.Sequence(nodes):
            for inner in nodes:
                yield from _scored_words(inner)


def _match_all(nodes: Sequence[ex.Node], matching: Matching) -> Body:
    must = [match_expression(node, matching, required=True) for node in nodes if not isinstance(node, ex.Not)]
    must_not = [match_expression(node.node, matching) for node in nodes if isinstance(node, ex.Not)]
    return {"bool": {name: queries for name, queries in (("must", must), ("must_not", must_not)) if queries}}


def _match_sequence(nodes: Sequence[ex.Node], matching: Matching, *, required: bool) -> Body:
    excluded = [node.node for node in nodes if isinstance(node, ex.Not)]
    filters = [node for node in nodes if isinstance(node, ex.Value | ex.DateRange)]
    fixed = [node for node in nodes if isinstance(node, ex.Phrase | ex.InTitle)]
    words = [node for node in nodes if not isinstance(node, ex.Not | ex.Value | ex.DateRange | ex.Phrase | ex.InTitle)]
    free = _match_free(words, matching, required=required)
    clauses: dict[str, list[Body]] = {
        "must": [match_expression(node, matching, required=True) for node in fixed],
        "filter": [match_expression(node, matching) for node in filters],
        "must_not": [match_expression(node, matching) for node in excluded],
    }
    if free is not None:
        clauses.setdefault("should" if fixed else "must", []).append(free)
    kept = {name: queries for name, queries in clauses.items() if queries}
    return free if free is not None and kept == {"must": [free]} else {"bool": kept}


def _match_free(nodes: Sequence[ex.Node], matching: Matching, *, required: bool) -> Body | None:
    """Match one of several operands; plain words go together, for one query a language instead of one a word."""
    words = [node.text for node in nodes if isinstance(node, ex.Word) and _SIMPLE_WORD.fullmatch(node.text)]
    others = [node for node in nodes if not (isinstance(node, ex.Word) and _SIMPLE_WORD.fullmatch(node.text))]
    queries = [_match_words(words, matching, required=required)] if words else []
    queries += [match_expression(node, matching, required=required) for node in others]
    return _any_of(queries) if queries else None


def _match_words(words: Sequence[str], matching: Matching, *, required: bool) -> Body:
    """Match one of some simple words, or every part of one compound word (`e-mail`)."""
    text = " ".join(words)
    operator = "or" if len(words) > 1 else "and"
    queries = [_match_stems(text, operator, stem, matching, required=required) for stem in matching.stems]
    if matching.exact_weight > 0 and not required:
        side = {"query": text, "type": "best_fields", "operator": "and", "fields": matching.exact_fields}
        queries.append({"multi_match": {**side, "boost": matching.exact_weight}})
    return _any_of(queries)


def _match_stems(text: str, operator: str, stem: str, matching: Matching, *, required: bool) -> Body:
    """Match stems in one language; a required stop word matches whatever is in the language of which it is one."""
    options = {"query": text, "fields": matching.stemmed_fields(stem), "operator": operator}
    if not required:
        return {"combined_fields": options}
    present = {"exists": {"field": f"stemmed.{matching.main_field}.{stem}"}}
    return {"bool": {"must": [{"combined_fields": {**options, "zero_terms_query": "all"}}], "filter": [present]}}


def _any_of(queries: Sequence[Body]) -> Body:
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": list(queries), "minimum_should_match": 1}} if queries else NOTHING
