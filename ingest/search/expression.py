"""The query language: text to a tree of words, phrases, prefixes and fields. What it cannot read is words.

climate policy            either word, best matches first     climate AND policy        both
"climate policy"          these words, unstemmed, in a row    climate -policy, NOT      without
(a OR b) AND c            groups                              clim*                     words that begin so
publisher:"The Courier"   only where the field has the value  title:climate             in the title
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ingest.errors import UsageError
from ingest.search.settings import SearchSettings

TITLE = "title"
MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word, matched by its stem."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, matched exactly."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A field that must hold a value exactly."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class InTitle:
    """Something that must match in the title."""

    node: Word | Phrase | Prefix


@dataclass(frozen=True, slots=True)
class Not:
    """What must not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class All:
    """Operands that must all match (AND)."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Operands of which one must match (OR)."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Operands side by side: phrases and fields must match, negations must not, of the rest one does (better: more)."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | Prefix | Value | InTitle | Not | All | Either | Sequence


@dataclass(frozen=True, slots=True)
class Expression:
    """A query as read; `node` is None where it holds nothing to search for, `notes` tell where it was read freely."""

    node: Node | None
    notes: tuple[str, ...] = ()


class _UnreadableError(Exception):
    """The text does not follow the grammar."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # open, close, minus, phrase, word, AND, OR, NOT
    text: str
    at: int


_QUOTES = str.maketrans("“”„‟«»＂", '"""""""')
_LEXEME = re.compile(r'\s+|(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)"|(?P<minus>-)(?=[^\s-])|(?P<word>[^\s()"]+)|"')
_FIELD = re.compile(r"(?P<name>[a-z_]+):(?P<value>.*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN = re.compile(r'[^\s()"]+')
_OPERATORS = ("AND", "OR", "NOT")


def read_expression(text: str, fields: Collection[str], settings: SearchSettings) -> Expression:
    """Read a query; `fields` are the keyword fields that may stand before a colon.

    Raises UsageError where the text is longer, or has more words, than the settings allow.
    """
    if len(text) > settings.max_query_characters:
        raise UsageError(f"the query has {len(text)} characters; at most {settings.max_query_characters} are allowed")
    text = _CONTROL.sub(" ", text).translate(_QUOTES)
    if not text.strip():
        return Expression(None)
    _count_terms(text, settings.max_query_terms)
    reader = _Reader(text, fields, settings)
    try:
        node = reader.read()
    except _UnreadableError as error:
        return Expression(_plain_words(text), (f"{error}; the query was searched as words",))
    notes = reader.notes if node is not None else ["the query holds no word to search for"]
    return Expression(node, tuple(dict.fromkeys(notes))[:MOST_NOTES])


def _count_terms(text: str, most: int) -> None:
    terms = sum(1 for piece in _PLAIN.findall(text) if piece not in _OPERATORS and _is_searchable(piece))
    if terms > most:
        raise UsageError(f"the query has {terms} words; at most {most} are allowed")


def _is_searchable(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _plain_words(text: str) -> Node | None:
    pieces = (piece.strip("-*") for piece in _PLAIN.findall(text) if piece not in _OPERATORS)
    words = tuple(Word(piece) for piece in pieces if _is_searchable(piece))
    return _gather(words, Sequence)


def _gather(nodes: tuple[Node, ...], kind: type[All] | type[Either] | type[Sequence]) -> Node | None:
    if len(nodes) > 1:
        return kind(nodes)
    return nodes[0] if nodes else None


def _lex(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _LEXEME.finditer(text):
        kind = match.lastgroup
        if kind is not None:
            word = match.group(kind)
            tokens.append(_Token(word if word in _OPERATORS and kind == "word" else kind, word, match.start()))
        elif match.group() == '"':
            raise _UnreadableError(f"the quotation mark at character {match.start() + 1} is not closed")
    return tokens


class _Reader:
    """Recursive descent over the tokens; operands without anything to search for are left out."""

    def __init__(self, text: str, fields: Collection[str], settings: SearchSettings) -> None:
        self._text = text
        self._fields = fields
        self._settings = settings
        self._depth = 0
        self._at = 0
        self._tokens: list[_Token] = []
        self.notes: list[str] = []

    def read(self) -> Node | None:
        self._tokens = _lex(self._text)
        node = self._sequence()
        if (left := self._peek()) is not None:
            raise _UnreadableError(f"the parenthesis at character {left.at + 1} closes nothing")
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *kinds: str) -> _Token | None:
        token = self._peek()
        if token is None or token.kind not in kinds:
            return None
        self._at += 1
        return token

    def _sequence(self) -> Node | None:
        nodes: list[Node] = []
        while (token := self._peek()) is not None and token.kind != "close":
            node = self._alternatives()
            if node is not None:
                nodes.append(node)
        return _gather(tuple(nodes), Sequence)

    def _alternatives(self) -> Node | None:
        nodes = [self._conjunction()]
        while self._take("OR"):
            nodes.append(self._conjunction())
        return _gather(tuple(node for node in nodes if node is not None), Either)

    def _conjunction(self) -> Node | None:
        nodes = [self._operand()]
        while self._take("AND"):
            nodes.append(self._operand())
        return _gather(tuple(node for node in nodes if node is not None), All)

    def _operand(self) -> Node | None:
        negated = False
        while self._take("NOT", "minus"):
            negated = not negated
        node = self._atom()
        return Not(node) if negated and node is not None else node

    def _atom(self) -> Node | None:
        token = self._peek()
        if token is None:
            raise _UnreadableError("something is missing at the end")
        self._at += 1
        if token.kind == "open":
            return self._group(token)
        if token.kind == "phrase":
            return Phrase(token.text) if _is_searchable(token.text) else None
        if token.kind == "word":
            return self._word(token)
        raise _UnreadableError(f"something is missing before {token.text!r} at character {token.at + 1}")

    def _group(self, opening: _Token) -> Node | None:
        if self._depth >= self._settings.max_nesting:
            raise _UnreadableError(f"the parentheses are nested deeper than {self._settings.max_nesting}")
        self._depth += 1
        node = self._sequence()
        self._depth -= 1
        if not self._take("close"):
            raise _UnreadableError(f"the parenthesis at character {opening.at + 1} is not closed")
        return node

    def _word(self, token: _Token) -> Node | None:
        field = _FIELD.fullmatch(token.text)
        if field is not None and (field["name"] in self._fields or field["name"] == TITLE):
            return self._field(field["name"], field["value"], token)
        return self._plain(token.text)

    def _field(self, name: str, value: str, token: _Token) -> Node | None:
        following = self._peek()
        if not value and following is not None and following.kind == "phrase":
            self._at += 1
            quoted = Phrase(following.text) if _is_searchable(following.text) else None
            return Value(name, following.text) if name != TITLE else quoted and InTitle(quoted)
        if not value:
            raise _UnreadableError(f"nothing stands after {token.text!r} at character {token.at + 1}")
        if name != TITLE:
            return Value(name, value)
        node = self._plain(value)
        return node and InTitle(node)

    def _plain(self, text: str) -> Word | Prefix | None:
        stem = text.strip("*")
        if not _is_searchable(stem):
            return None
        if text.startswith("*") or "*" in stem:
            self.notes.append(f"a star counts at the end of a word only: {text!r} was searched as words")
        elif text.endswith("*"):
            if len(stem) >= self._settings.min_prefix_characters:
                return Prefix(stem)
            least = self._settings.min_prefix_characters
            self.notes.append(f"a prefix has {least} characters or more: {text!r} was searched as a word")
        return Word(stem.replace("*", " "))
