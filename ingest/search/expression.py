"""The query language: text to a tree of words, phrases, prefixes and fields. What it cannot read is words.

climate policy            either word, best matches first     climate AND policy        both
"climate policy"          these words, unstemmed, in a row    climate -policy, NOT      without
(a OR b) AND c            groups                              clim*                     words that begin so
publisher:"The Courier"   only where the field has the value  title:climate             in the title
date:2020..2021-06        published in that time              date:>=2021, date:[2020 TO *]
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ingest.search.lexing import OPERATORS, PLAIN, Token, UnreadableError, check_query, is_searchable, lex, refuse
from ingest.search.ranges import DATE_FIELDS, read_range
from ingest.search.settings import SearchSettings
from ingest.search.tree import All, DateRange, Either, InTitle, Node, Not, Phrase, Prefix, Sequence, Value, Word

TITLE = "title"
MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class Expression:
    """A query as read; `node` is None where it holds nothing to search for, `notes` tell where it was read freely."""

    node: Node | None
    notes: tuple[str, ...] = ()


_FIELD = re.compile(r"(?P<name>[a-z_]+):(?P<value>.*)", re.DOTALL)


def read_expression(text: str, fields: Collection[str], settings: SearchSettings) -> Expression:
    """Read a query; `fields` are the keyword fields that may stand before a colon.

    Raises RequestError, with the place of the mistake, where the text is longer, deeper or has more words than the
    settings allow, or holds control characters, a star in front of a word, a date that is none or an inner field.
    """
    text = check_query(text, settings)
    if not text.strip():
        return Expression(None)
    reader = _Reader(text, fields, settings)
    try:
        node = reader.read()
    except UnreadableError as error:
        return Expression(_plain_words(text), (f"{error}; the query was searched as words",))
    notes = reader.notes if node is not None else ["the query holds no word to search for"]
    return Expression(node, tuple(dict.fromkeys(notes))[:MOST_NOTES])


def _plain_words(text: str) -> Node | None:
    pieces = (piece.strip("-*") for piece in PLAIN.findall(text) if piece not in OPERATORS)
    words = tuple(Word(piece) for piece in pieces if is_searchable(piece))
    return _gather(words, Sequence)


def _gather(nodes: tuple[Node, ...], kind: type[All] | type[Either] | type[Sequence]) -> Node | None:
    if len(nodes) > 1:
        return kind(nodes)
    return nodes[0] if nodes else None


class _Reader:
    """Recursive descent over the tokens; operands without anything to search for are left out."""

    def __init__(self, text: str, fields: Collection[str], settings: SearchSettings) -> None:
        self._text = text
        self._fields = fields
        self._settings = settings
        self._depth = 0
        self._at = 0
        self._tokens: list[Token] = []
        self.notes: list[str] = []

    def read(self) -> Node | None:
        self._tokens = lex(self._text)
        node = self._sequence()
        if (left := self._peek()) is not None:
            raise UnreadableError(f"the parenthesis at character {left.at + 1} closes nothing")
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *kinds: str) -> Token | None:
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
            raise UnreadableError("something is missing at the end")
        self._at += 1
        if token.kind == "open":
            return self._group(token)
        if token.kind == "phrase":
            return Phrase(token.text) if is_searchable(token.text) else None
        if token.kind == "word":
            return self._word(token)
        raise UnreadableError(f"something is missing before {token.text!r} at character {token.at + 1}")

    def _group(self, opening: Token) -> Node | None:
        if self._depth >= self._settings.max_nesting:
            raise refuse(f"the parentheses are nested deeper than {self._settings.max_nesting}", opening.at)
        self._depth += 1
        node = self._sequence()
        self._depth -= 1
        if not self._take("close"):
            raise UnreadableError(f"the parenthesis at character {opening.at + 1} is not closed")
        return node

    def _word(self, token: Token) -> Node | None:
        field = _FIELD.fullmatch(token.text)
        if field is None:
            return self._plain(token.text, token.at)
        name, value = field["name"], field["value"]
        if name in DATE_FIELDS:
            return self._dates(name, value, token)
        if name in self._fields or name == TITLE:
            return self._field(name, value, token)
        if name.startswith("_"):
            raise refuse(f"{name!r} is no field to search by; there are {self._known()}", token.at)
        if value and not value.startswith("//"):
            self.notes.append(f"there is no field {name!r}: {token.text!r} was searched as words")
        return self._plain(token.text, token.at)

    def _known(self) -> str:
        return ", ".join((TITLE, *self._fields, *DATE_FIELDS))

    def _dates(self, name: str, value: str, token: Token) -> DateRange:
        at = token.at + len(name) + 1
        if value.startswith("["):
            while not value.endswith("]") and (following := self._take("word", "minus", "OR", "AND", "NOT")):
                value = f"{value} {following.text}"
        elif not value and (quoted := self._take("phrase")):
            value, at = quoted.text, quoted.at + 1
        return read_range(name, value, at)

    def _field(self, name: str, value: str, token: Token) -> Node | None:
        following = self._peek()
        if not value and following is not None and following.kind == "phrase":
            self._at += 1
            quoted = Phrase(following.text) if is_searchable(following.text) else None
            return Value(name, following.text) if name != TITLE else quoted and InTitle(quoted)
        if not value:
            raise UnreadableError(f"nothing stands after {token.text!r} at character {token.at + 1}")
        if name != TITLE:
            return Value(name, value)
        node = self._plain(value, token.at + len(name) + 1)
        return node and InTitle(node)

    def _plain(self, text: str, at: int) -> Word | Prefix | None:
        stem = text.strip("*")
        if not is_searchable(stem):
            return None
        if text.startswith("*"):
            raise refuse("a star can stand at the end of a word only, after its beginning", at)
        if "*" in stem:
            self.notes.append(f"a star counts at the end of a word only: {text!r} was searched as words")
        elif text.endswith("*"):
            if len(stem) >= self._settings.min_prefix_characters:
                return Prefix(stem)
            least = self._settings.min_prefix_characters
            self.notes.append(f"a prefix has {least} characters or more: {text!r} was searched as a word")
        return Word(stem.replace("*", " "))
