"""The queries of `search.query` as tantivy queries. What is not in that subset is refused with its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tantivy import FieldType, Occur, Query, Searcher

from ingest.errors import UsageError
from ingest.index.backends.tantivy_analysis import exact_analyzer, stem_analyzer
from ingest.index.backends.tantivy_orders import read_time
from ingest.index.backends.tantivy_schema import (
    STEMMED,
    STEMMED_ALL,
    STEMMED_COMMENTS,
    STEMMED_PRESENT,
    STEMMED_TITLE,
    TITLE_WEIGHT,
    MappedSchema,
)
from ingest.index.backends.tantivy_similar import match_some, select_terms

Body = Mapping[str, Any]
_TITLE = re.compile(r"stemmed\.title\.(?P<stem>\w+)(?:\^(?P<weight>[\d.]+))?")
_COMMENTS = re.compile(r"stemmed\.comments\.(?P<stem>\w+)")
_BODY = re.compile(r"stemmed\.body\.(?P<stem>\w+)")
_RANGE_TYPES = {
    "date": FieldType.Date,
    "integer": FieldType.Integer,
    "long": FieldType.Integer,
    "float": FieldType.Float,
}


class UnsupportedError(UsageError):
    """A query is not in the subset that this index understands."""


def single(body: Body, what: str) -> tuple[str, Any]:
    """Give the one key and value of an object; raise UnsupportedError where it has none or several."""
    if len(body) != 1:
        raise UnsupportedError(f"{what} must have exactly one key, not {sorted(body)}")
    return next(iter(body.items()))


def check_keys(body: Body, known: Sequence[str], what: str) -> None:
    """Raise UnsupportedError where an object has a key that is not known."""
    if unknown := sorted(set(body) - set(known)):
        raise UnsupportedError(f"{what}: {', '.join(unknown)} cannot be used with the embedded index")


class QueryCompiler:
    """Compiles queries against one schema."""

    def __init__(self, mapped: MappedSchema, searcher: Searcher | None = None) -> None:
        self._mapped = mapped
        self._searcher = searcher
        self._kinds: dict[str, Callable[[Any], Query]] = {
            "match_all": lambda _: Query.all_query(),
            "match_none": lambda _: Query.empty_query(),
            "bool": self._bool,
            "constant_score": self._constant_score,
            "exists": self._exists,
            "term": self._term,
            "terms": self._terms,
            "range": self._range,
            "prefix": self._keyword_prefix,
            "match": self._match,
            "match_phrase": self._match_phrase,
            "multi_match": self._multi_match,
            "combined_fields": self._combined_fields,
            "more_like_this": self._more_like_this,
        }

    def compile(self, query: Body) -> Query:
        """Compile one query; raise UnsupportedError naming what is not in the subset."""
        kind, body = single(query, "a query")
        if kind not in self._kinds:
            raise UnsupportedError(f"the query {kind!r} cannot be used with the embedded index")
        return self._kinds[kind](body)

    def both(self, first: Query, narrowing: Body) -> Query:
        """Narrow a compiled query by a filter, which does not score."""
        if "match_all" in narrowing:
            return first
        return Query.boolean_query([(Occur.Must, first), (Occur.Must, _unscored(self.compile(narrowing)))])

    def _bool(self, body: Body) -> Query:
        check_keys(body, ("must", "filter", "should", "must_not", "minimum_should_match"), "bool")
        clauses = [(Occur.Must, self.compile(query)) for query in body.get("must", ())]
        clauses += [(Occur.Must, _unscored(self.compile(query))) for query in body.get("filter", ())]
        should = [(Occur.Should, self.compile(query)) for query in body.get("should", ())]
        if should and body.get("minimum_should_match", 0 if clauses else 1) == 1:
            clauses.append((Occur.Must, Query.boolean_query(should)))
        elif should:
            clauses += should
        must_not = [(Occur.MustNot, self.compile(query)) for query in body.get("must_not", ())]
        if not clauses:
            clauses = [(Occur.Must, _unscored(Query.all_query()))]
        return Query.boolean_query([*clauses, *must_not])

    def _constant_score(self, body: Body) -> Query:
        check_keys(body, ("filter", "boost"), "constant_score")
        return Query.const_score_query(self.compile(body["filter"]), float(body.get("boost", 1.0)))

    def _exists(self, body: Body) -> Query:
        check_keys(body, ("field",), "exists")
        if body["field"].startswith(STEMMED) and body["field"] not in self._mapped.fields:
            return Query.term_query(self._mapped.schema, STEMMED_PRESENT, body["field"], index_option="basic")
        if self._kind(body["field"]) == "text":
            return Query.regex_query(self._mapped.schema, body["field"], ".+")
        return Query.exists_query(body["field"])

    def _term(self, body: Body) -> Query:
        field, value = single(body, "term")
        return self._any_value(field, [value])

    def _terms(self, body: Body) -> Query:
        field, values = single(body, "terms")
        return self._any_value(field, values)

    def _any_value(self, field: str, values: Sequence[Any]) -> Query:
        kind = self._kind(field)
        if kind == "text":
            raise UnsupportedError(f"the text field {field!r} has no values to compare with")
        typed = [_TYPED[kind](value) for value in values]
        return Query.term_set_query(self._mapped.schema, field, typed)

    def _kind(self, field: str) -> str:
        try:
            return self._mapped.fields[field]
        except KeyError as error:
            raise UnsupportedError(f"the index has no field {field!r} to search") from error

    def _range(self, body: Body) -> Query:
        field, bounds = single(body, "range")
        check_keys(bounds, ("gte", "gt", "lte", "lt"), "range")
        kind = self._kind(field)
        if kind not in _RANGE_TYPES:
            raise UnsupportedError(f"the {kind} field {field!r} has no ranges")
        lower, upper = bounds.get("gte", bounds.get("gt")), bounds.get("lte", bounds.get("lt"))
        return Query.range_query(
            self._mapped.schema,
            field,
            _RANGE_TYPES[kind],
            None if lower is None else _TYPED[kind](lower),
            None if upper is None else _TYPED[kind](upper),
            include_lower="gt" not in bounds,
            include_upper="lt" not in bounds,
        )

    def _keyword_prefix(self, body: Body) -> Query:
        field, options = single(body, "prefix")
        check_keys(options, ("value", "case_insensitive"), "prefix")
        if self._kind(field) != "keyword" or not options.get("case_insensitive"):
            raise UnsupportedError("a prefix is looked for in keyword fields, whatever its case")
        pattern = "".join(_either_case(letter) for letter in options["value"])
        return Query.regex_query(self._mapped.schema, field, f"{pattern}.*")

    def _match(self, body: Body) -> Query:
        field, options = single(body, "match")
        check_keys(options, ("query", "operator", "boost"), "match")
        return _boosted(self._match_field(field, options), options)

    def _match_field(self, field: str, options: Body) -> Query:
        return self._any_or_all(self._text(field), exact_analyzer().terms(options["query"]), options)

    def _any_or_all(self, field: str, terms: Sequence[str], options: Body) -> Query:
        if not terms:
            return Query.all_query() if options.get("zero_terms_query") == "all" else Query.empty_query()
        occur = Occur.Must if options.get("operator") == "and" else Occur.Should
        # A word that is asked for twice weighs twice.
        counted = Counter(terms).items()
        return Query.boolean_query([(occur, self._one_term(field, term, count)) for term, count in counted])

    def _one_term(self, field: str, term: str, weight: int = 1) -> Query:
        query = Query.term_query(self._mapped.schema, field, term, index_option="freq")
        return query if weight == 1 else Query.boost_query(query, float(weight))

    def _text(self, field: str) -> str:
        if self._kind(field) != "text":
            raise UnsupportedError(f"{field!r} is no text field")
        return field

    def _match_phrase(self, body: Body) -> Query:
        field, options = single(body, "match_phrase")
        check_keys(options, ("query",), "match_phrase")
        return self._phrase(field, options["query"])

    def _phrase(self, field: str, text: str) -> Query:
        terms = exact_analyzer().terms(text)
        if len(terms) < 2:
            return self._any_or_all(self._text(field), terms, {})
        return Query.phrase_query(self._mapped.schema, self._text(field), list(terms))

    def _prefix(self, field: str, text: str) -> Query:
        *whole, last = exact_analyzer().terms(text) or [""]
        if not last:
            return Query.empty_query()
        pattern = re.sub(r"([^\w]|_)", r"\\\1", last, flags=re.ASCII) if not last.isalnum() else last
        queries = [self._one_term(self._text(field), term) for term in whole]
        queries.append(Query.regex_query(self._mapped.schema, self._text(field), f"{pattern}.*"))
        return Query.boolean_query([(Occur.Must, query) for query in queries])

    def _multi_match(self, body: Body) -> Query:
        check_keys(body, ("query", "type", "fields", "operator", "boost"), "multi_match")
        kind, text = body.get("type", "best_fields"), body["query"]
        if kind == "phrase":
            queries = [self._phrase(field, text) for field in body["fields"]]
        elif kind == "bool_prefix" and body.get("operator") == "and":
            queries = [self._prefix(field, text) for field in body["fields"]]
        elif kind == "best_fields":
            queries = [self._match_field(field, body) for field in body["fields"]]
        else:
            raise UnsupportedError(f"multi_match of the type {kind!r} cannot be used with the embedded index")
        return _boosted(Query.disjunction_max_query(queries), body)

    def _combined_fields(self, body: Body) -> Query:
        check_keys(body, ("query", "fields", "operator", "zero_terms_query"), "combined_fields")
        field, stem = read_stemmed_fields(body["fields"])
        return self._any_or_all(field, self.stemmed_terms(stem, body["query"]), body)

    def _more_like_this(self, body: Body) -> Query:
        known = ("fields", "like", "min_term_freq", "min_doc_freq", "max_query_terms", "minimum_should_match")
        check_keys(body, known, "more_like_this")
        if (
            self._searcher is None
            or len(body["fields"]) != 1
            or (stemmed := _BODY.fullmatch(body["fields"][0])) is None
        ):
            raise UnsupportedError("more_like_this takes one stemmed field of bodies")
        terms = self.stemmed_terms(stemmed["stem"], body["like"])
        chosen = select_terms(self._searcher, STEMMED_ALL, terms, body)
        return match_some(self._mapped.schema, STEMMED_ALL, chosen, body.get("minimum_should_match", "30%"))

    def stemmed_terms(self, stem: str, text: str) -> list[str]:
        """Analyze a text as the stemmed fields named `stem` are; raise UnsupportedError where there are none."""
        return stem_analyzer(self.analyzer_of(stem)).terms(text)

    def analyzer_of(self, stem: str) -> str:
        """Name the analyzer of the stemmed fields named `stem`; raise UnsupportedError where there are none."""
        try:
            return self._mapped.analyzer_of(stem)
        except KeyError as error:
            raise UnsupportedError(f"the index has no field 'stemmed.body.{stem}'") from error


def read_stemmed_fields(fields: Sequence[str]) -> tuple[str, str]:
    """Name the field that holds these stemmed fields together, and their stem; UnsupportedError where none does."""
    if len(fields) == 1 and (comments := _COMMENTS.fullmatch(fields[0])) is not None:
        return STEMMED_COMMENTS, comments["stem"]
    title = _TITLE.fullmatch(fields[0])
    if title is not None and len(fields) == 1 and title["weight"] is None:
        return STEMMED_TITLE, title["stem"]
    body = _BODY.fullmatch(fields[1]) if len(fields) == 2 else None
    if title is None or body is None or title["stem"] != body["stem"] or float(title["weight"] or 1) != TITLE_WEIGHT:
        raise UnsupportedError(f"the fields {', '.join(fields)} cannot be combined with the embedded index")
    return STEMMED_ALL, title["stem"]


# What tantivy's nanoseconds since 1970 can hold; no article is older or younger.
EARLIEST, LATEST = datetime(1678, 1, 1, tzinfo=UTC), datetime(2262, 1, 1, tzinfo=UTC)


def _either_case(letter: str) -> str:
    """Make the pattern of a letter in either case."""
    cases = sorted({letter, letter.lower(), letter.upper()})
    return f"(?:{'|'.join(map(re.escape, cases))})"


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _boosted(query: Query, options: Body) -> Query:
    return Query.boost_query(query, float(options["boost"])) if "boost" in options else query


def _to_time(value: Any) -> datetime:
    try:
        return min(max(read_time(value), EARLIEST), LATEST)
    except (TypeError, ValueError) as error:
        raise UnsupportedError(f"{value!r} is no time") from error


def _to_boolean(value: Any) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise UnsupportedError(f"{value!r} is neither true nor false")


_TYPED: dict[str, Callable[[Any], Any]] = {
    "keyword": str,
    "date": _to_time,
    "boolean": _to_boolean,
    "integer": int,
    "long": int,
    "float": float,
}
