"""The query language: what it reads, what it reads as words, and that nothing makes it stumble."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import RequestError, UsageError
from ingest.search.expression import Expression, read_expression
from ingest.search.settings import SearchSettings
from ingest.search.tree import All, DateRange, Either, InTitle, Node, Not, Phrase, Prefix, Sequence, Value, Word

FIELDS = ("publisher", "year")
YEAR, NEXT = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
TEN = datetime(2020, 2, 1, 10, tzinfo=UTC)
A, B, C = Word("a"), Word("b"), Word("c")


def read(text: str) -> Expression:
    """Read with the settings' defaults."""
    return read_expression(text, FIELDS, SearchSettings())


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", None),
        ("a", A),
        ("a b", Sequence((A, B))),
        ('"a b"', Phrase("a b")),
        ("“a b”", Phrase("a b")),
        ("a -b", Sequence((A, Not(B)))),
        ("a NOT b", Sequence((A, Not(B)))),
        ("-a", Not(A)),
        ("NOT NOT a", A),
        ("a AND b", All((A, B))),
        ("a OR b", Either((A, B))),
        ("a OR b AND c", Either((A, All((B, C))))),
        ("(a OR b) AND c", All((Either((A, B)), C))),
        ("a (b c)", Sequence((A, Sequence((B, C))))),
        ("a and b", Sequence((A, Word("and"), B))),
        ("-(a b)", Not(Sequence((A, B)))),
        ("clim*", Prefix("clim")),
        ("e-mail", Word("e-mail")),
        ("publisher:Post", Value("publisher", "Post")),
        ('publisher:"The Post" a', Sequence((Value("publisher", "The Post"), A))),
        ("-year:2020 a", Sequence((Not(Value("year", "2020")), A))),
        ("title:a", InTitle(A)),
        ('title:"a b"', InTitle(Phrase("a b"))),
        ("title:clim*", InTitle(Prefix("clim"))),
        ("http://a.example/b", Word("http://a.example/b")),
        ("a AND ...", A),
        ("a\tb\nc", Sequence((A, B, C))),
        ("date:2020", DateRange("published_at", YEAR, NEXT)),
        ("published_at:2020..", DateRange("published_at", YEAR, None)),
        ("date:..2020", DateRange("published_at", None, NEXT)),
        ("date:>2020", DateRange("published_at", NEXT, None)),
        ("date:>=2020 a", Sequence((DateRange("published_at", YEAR, None), A))),
        ("date:<2020", DateRange("published_at", None, YEAR)),
        ("date:<=2020", DateRange("published_at", None, NEXT)),
        ("-date:[2020 TO *]", Not(DateRange("published_at", YEAR, None))),
        ('date:"2020-02-01T10:00:00Z"..', DateRange("published_at", TEN, TEN + timedelta(milliseconds=1))),
        ("indexed_at:>=2020-02-01T10:00:00Z", DateRange("indexed_at", TEN, None)),
    ],
)
def test_expression_is_read(text: str, node: Node | None) -> None:
    """Each form of the language gives its tree, without a note."""
    assert read(text) == Expression(node)


@pytest.mark.parametrize(
    ("text", "node", "note"),
    [
        ('"a b', Sequence((A, B)), "quotation mark at character 1 is not closed"),
        ("(a b", Sequence((A, B)), "parenthesis at character 1 is not closed"),
        ("a b)", Sequence((A, B)), "parenthesis at character 4 closes nothing"),
        ("a AND", A, "something is missing at the end"),
        ("OR a", A, "something is missing before 'OR' at character 1"),
        ("a AND OR b", Sequence((A, B)), "something is missing before 'OR' at character 7"),
        ("publisher: a", Sequence((Word("publisher:"), A)), "nothing stands after 'publisher:'"),
        ("nobody:a", Word("nobody:a"), "there is no field 'nobody'"),
        ("fe*rry", Word("fe rry"), "a star counts at the end"),
        ("fe*", Word("fe"), "a prefix has 3 characters or more"),
        ("!!!", None, "no word to search for"),
    ],
)
def test_what_cannot_be_read_is_searched_as_words(text: str, node: Node | None, note: str) -> None:
    """A slip of the pen must not end in an error, but the reader of the results is told."""
    expression = read(text)
    assert expression.node == node
    assert len(expression.notes) == 1
    assert note in expression.notes[0]


@pytest.mark.parametrize(
    ("text", "character", "says"),
    [
        ("ferry *erry", 7, "a star can stand at the end"),
        ("title:*erry", 7, "a star can stand at the end"),
        ("ferry _id:1", 7, "'_id' is no field to search by; there are title, publisher"),
        ("a\x00b", 2, r"a control character \(U\+0000\)"),
        ("a\ud800", 2, r"a control character \(U\+D800\)"),
        ("(" * 30 + "a" + ")" * 30, 21, "nested deeper than 20"),
        ("a date:soon", 8, "date: 'soon' is not a year"),
        ("a date:2020..soon", 14, "date: 'soon' is not a year"),
        ("date:", 6, "is not a year"),
        ("date:[2020 TO", 6, "is not a year"),
        ("date:2021..2020", 6, "would end before it begins"),
        ("a" * 600, 513, "600 characters; at most 512"),
        ("a " * 65, 129, "65 words; at most 64"),
    ],
)
def test_mistakes_are_pointed_at(text: str, character: int, says: str) -> None:
    """What cannot be meant is refused, with the place where it stands."""
    with pytest.raises(RequestError, match=says) as refused:
        read(text)
    assert (refused.value.parameter, refused.value.character) == ("q", character)


def test_long_query_is_refused() -> None:
    """A query is typed by a person; what is longer is a mistake or an attack."""
    read("a" * 512)
    with pytest.raises(UsageError, match="513 characters; at most 512"):
        read("a" * 513)


def test_query_of_many_words_is_refused() -> None:
    """Every word costs the index time; those of phrases count, operators do not."""
    read(" OR ".join("a" * 64))
    with pytest.raises(UsageError, match="65 words; at most 64"):
        read('"' + " ".join("a" * 60) + '" b c d e f')


@pytest.mark.parametrize(
    "text",
    ["(" * 50_000, "a " * 50_000, "-" * 512, "NOT " * 120, "()" * 250, "(a" * 200, '"' * 511, "* " * 200, "\x00" * 512],
)
def test_hostile_query_costs_nothing(text: str) -> None:
    """Depth and length are bounded before anything recurses or reaches an index."""
    try:
        expression: Expression | None = read(text)
    except UsageError:
        expression = None
    assert expression is None or len(repr(expression)) < 100_000


@given(st.text(alphabet=st.sampled_from('ab *-"():ANDORNT\x00“publishertitle_.[]>20'), max_size=200))
def test_every_text_is_read(text: str) -> None:
    """Whatever is typed, there is a tree, nothing or a mistake that is named, never another exception."""
    settings = SearchSettings(max_query_terms=200)
    with suppress(RequestError):
        assert isinstance(read_expression(text, FIELDS, settings), Expression)
