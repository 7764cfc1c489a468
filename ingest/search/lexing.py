"""The text of a query -> tokens with their places, after what no query may hold is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.errors import RequestError
from ingest.search.settings import SearchSettings

Q = "q"
OPERATORS = ("AND", "OR", "NOT")
_QUOTES = str.maketrans("“”„‟«»＂", '"""""""')
_LEXEME = re.compile(r'\s+|(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)"|(?P<minus>-)(?=[^\s-])|(?P<word>[^\s()"]+)|"')
# Spaces of any kind are spaces; other characters that nobody types are a mistake or an attack.
_BLANK = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
PLAIN = re.compile(r'[^\s()"]+')


class UnreadableError(Exception):
    """The text does not follow the grammar."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: `kind` is open, close, minus, phrase, word, AND, OR or NOT; `at` counts from 0."""

    kind: str
    text: str
    at: int


def refuse(message: str, at: int) -> RequestError:
    """Make the error of a mistake in a query; `at` counts from 0, what people read from 1."""
    return RequestError(f"q, character {at + 1}: {message}", Q, at + 1)


def check_query(text: str, settings: SearchSettings) -> str:
    """Give the text with plain spaces and quotation marks; RequestError where it is too long or holds what none may."""
    if len(text) > settings.max_query_characters:
        most = settings.max_query_characters
        raise refuse(f"the query has {len(text)} characters; at most {most} are allowed", most)
    text = _BLANK.sub(" ", text)
    if (control := _CONTROL.search(text)) is not None:
        raise refuse(f"a control character (U+{ord(control.group()):04X}) cannot be searched for", control.start())
    _check_terms(text, settings.max_query_terms)
    return text.translate(_QUOTES)


def _check_terms(text: str, most: int) -> None:
    pieces = PLAIN.finditer(text)
    terms = [piece.start() for piece in pieces if piece.group() not in OPERATORS and is_searchable(piece.group())]
    if len(terms) > most:
        raise refuse(f"the query has {len(terms)} words; at most {most} are allowed", terms[most])


def is_searchable(text: str) -> bool:
    """Say whether a text holds anything to search for."""
    return any(letter.isalnum() for letter in text)


def lex(text: str) -> list[Token]:
    """Cut a query into tokens; raise UnreadableError where a quotation mark is not closed."""
    tokens: list[Token] = []
    for match in _LEXEME.finditer(text):
        kind = match.lastgroup
        if kind is not None:
            word = match.group(kind)
            tokens.append(Token(word if word in OPERATORS and kind == "word" else kind, word, match.start()))
        elif match.group() == '"':
            raise UnreadableError(f"the quotation mark at character {match.start() + 1} is not closed")
    return tokens
