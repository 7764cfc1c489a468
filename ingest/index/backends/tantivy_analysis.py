"""Text to terms, as Elasticsearch's analyzers make them, for the tantivy backend. tantivy itself only splits at spaces.

Terms are computed here and handed over joined by spaces, so that both backends match the same documents: tokens follow
the word breaks of Unicode (UAX 29), `exact` folds case and accents, a language has its stop words and its stemmer, and
Chinese, Japanese and Korean run in overlapping pairs of characters. Languages without a stemmer here fold case only.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from ingest.index.backends.tantivy_affixes import stem_arabic, stem_dutch, stem_swedish
from ingest.index.backends.tantivy_stemming import (
    stem_english,
    stem_french,
    stem_german,
    stem_italian,
    stem_portuguese,
    stem_spanish,
)
from ingest.index.backends.tantivy_stopwords import STOP_WORDS

MAX_TOKEN_LENGTH = 255
# Some 8 MB an analyzer; there are three at work on a language.
MAX_REMEMBERED = 50_000
MAX_REMEMBERED_LENGTH = 40

_HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"


# Scripts without spaces, whose runs no punctuation joins.
_SOUTHEAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"


def _character_class(*categories: str) -> str:
    """Give the characters of the basic plane above ASCII in these categories as ranges of a character class."""
    ranges: list[list[int]] = []
    for point in range(0x80, 0xFFFF):
        if unicodedata.category(chr(point)) in categories and point != 0x200B:
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1][1] = point
            else:
                ranges.append([point, point])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges)


def _token_pattern() -> str:
    marks = _character_class("Mn", "Mc", "Me", "Cf")
    other_numbers = _character_class("No")
    joinable = rf"[^\W\d_{other_numbers}{_HAN}{_HIRAGANA}{_KATAKANA}{_SOUTHEAST_ASIAN}]"
    letter = rf"(?:[^\W\d_{other_numbers}{_HAN}{_HIRAGANA}{_KATAKANA}][{marks}]*)"
    digit = rf"(?:\d[{marks}]*)"
    run = rf"(?:{letter}|{digit}|_)"
    between_letters = rf"(?:(?<={joinable})|(?<=[{marks}]))[.:'‘’․‧·﹒﹕．：＇](?={joinable})"
    between_digits = r"(?<=\d)[.,;'‘’․﹒﹐﹔．，；＇](?=\d)"
    # The look-behind keeps a long run of underscores linear.
    word = rf"(?<!_)_*(?:{letter}|{digit})(?:{run}|{between_letters}|{between_digits})*"
    return rf"[{_HAN}{_HIRAGANA}][{marks}]*|[{_KATAKANA}][{_KATAKANA}{marks}]*|{word}"


_TOKEN = re.compile(_token_pattern())
_ASCII_TOKEN = re.compile(
    r"(?<!_)_*[A-Za-z0-9](?:[A-Za-z0-9_]+|(?<=[A-Za-z])[.:'](?=[A-Za-z])|(?<=[0-9])[.,;'](?=[0-9]))*", re.ASCII
)
_WIDTH_FORMS = re.compile("[\uff01-\uffee]+")
_CJK_RUN = re.compile(f"[{_HAN}{_HIRAGANA}{_KATAKANA}{_HANGUL}]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it stands in a text, `[start, end)` in code points."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[str]:
    """Split a text at Unicode's word breaks."""
    return (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)


def locate_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text with their offsets."""
    for match in (_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text):
        yield Token(match.group(), match.start(), match.end())


def lowercase(word: str) -> str:
    """Lower letter by letter: no final sigma, no dot left over from a Turkish capital."""
    return word.lower() if word.isascii() else word.replace("İ", "i").replace("Σ", "σ").lower()


class Analyzer(dict[str, str]):
    """Makes the terms of a text, remembering those of each stretch without spaces (no token goes across a space).

    `make` gives a token's term, the empty string for a stop word. `prefix` is put before each term, to keep languages
    apart in one field. With `pairs`, Chinese, Japanese and Korean run in pairs.
    """

    def __init__(self, make: Callable[[str], str], prefix: str = "", *, pairs: bool = False) -> None:
        super().__init__()
        self._make = make
        self._prefix = prefix
        self._split = _pair_cjk if pairs else tokenize

    def __missing__(self, stretch: str) -> str:
        terms = " ".join(
            self._prefix + term for token in self._split(stretch) for term in self._terms_of(token) if term
        )
        if len(stretch) <= MAX_REMEMBERED_LENGTH:
            if len(self) >= MAX_REMEMBERED:
                self.clear()
            self[stretch] = terms
        return terms

    def _terms_of(self, token: str) -> Iterator[str]:
        for at in range(0, len(token), MAX_TOKEN_LENGTH):
            yield self._make(token[at : at + MAX_TOKEN_LENGTH])

    def join(self, text: str) -> str:
        """Give the terms of a text joined by spaces, in order."""
        return " ".join(filter(None, map(self.__getitem__, text.split())))

    def terms(self, text: str) -> list[str]:
        """Give the terms of a text in order."""
        return self.join(text).split()


def _pair_cjk(text: str) -> list[str]:
    """Split a text like `tokenize`, but adjacent Chinese, Japanese and Korean tokens into overlapping pairs."""
    words: list[str] = []
    run, end = "", -1
    for token in locate_tokens(_WIDTH_FORMS.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)):
        pairable = _CJK_RUN.fullmatch(token.text) is not None
        if run and not (pairable and token.start == end):
            words += _pairs(run)
            run = ""
        if pairable:
            run, end = run + token.text, token.end
        else:
            words.append(token.text)
    return words + _pairs(run)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or ([run] if run else [])


@cache
def exact_analyzer() -> Analyzer:
    """Give the analyzer of the unstemmed fields: lower case, accents folded."""
    return Analyzer(_exact_term())


def _exact_term() -> Callable[[str], str]:
    fold = _chain(Filter.ascii_fold())
    return lambda word: word.lower() if word.isascii() else "".join(fold.analyze(lowercase(word)))


@cache
def stem_analyzer(name: str) -> Analyzer:
    """Give the analyzer of a mapping's built-in analyzer by its name; terms carry it as `name:term`."""
    if name == "exact":
        return Analyzer(_exact_term(), "exact:")
    if name == "cjk":
        return Analyzer(_without_stop_words("english", lowercase), "cjk:", pairs=True)
    return Analyzer(_MAKERS.get(name, lambda: lowercase)(), sys.intern(f"{name}:"))


def _chain(*filters: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.whitespace())
    for step in filters:
        builder = builder.filter(step)
    return builder.build()


def _without_stop_words(language: str, make: Callable[[str], str]) -> Callable[[str], str]:
    """Let `make` see a lower-cased word only where it is no stop word of the language."""
    stop = _chain(Filter.stopword(language))
    return lambda word: make(lowered) if stop.analyze(lowered := lowercase(word)) else ""


def _snowball(language: str) -> Callable[[], Callable[[str], str]]:
    def build() -> Callable[[str], str]:
        chain = _chain(Filter.stopword(language), Filter.stemmer(language))
        return lambda word: "".join(chain.analyze(lowercase(word)))

    return build


def _with_own_stop_words(
    language: str, lower: Callable[[str], str] = lowercase, stem: Callable[[str], str] | None = None
) -> Callable[[], Callable[[str], str]]:
    def build() -> Callable[[str], str]:
        stop = STOP_WORDS[language]
        chain = _chain(Filter.stemmer(language))
        make = stem or (lambda word: "".join(chain.analyze(word)))
        return lambda word: "" if (lowered := lower(word)) in stop else make(lowered)

    return build


def _english() -> Callable[[str], str]:
    make = _without_stop_words("english", stem_english)
    return lambda word: make(word[:-2] if word[-1:] in "sS" and word[-2:-1] in _POSSESSIVE else word)


def _elided(language: str, articles: frozenset[str], stem: Callable[[str], str]) -> Callable[[str], str]:
    make = _without_stop_words(language, stem)

    def strip(word: str) -> str:
        for apostrophe in "'’":
            article, found, rest = word.partition(apostrophe)
            if found and article.lower() in articles:
                return make(rest)
        return make(word)

    return strip


def _lower_turkish(word: str) -> str:
    return lowercase(re.split("['’]", word)[0].replace("I", "ı"))


def _lower_romanian(word: str) -> str:
    return lowercase(word).replace("ş", "ș").replace("ţ", "ț")


def _lower_greek(word: str) -> str:
    return lowercase(word).translate(_GREEK_ACCENTS)


_POSSESSIVE = ("'", "’", "＇")
_GREEK_ACCENTS = str.maketrans("άέήίόύώϊϋΐΰς", "αεηιουωιυιυσ")
_FRENCH_ARTICLES = frozenset(("l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"))
_ITALIAN_ARTICLES = frozenset(
    (
        *("c", "l", "all", "dall", "dell", "nell", "sull", "coll", "pell", "gl", "agl", "dagl", "degl", "negl", "sugl"),
        *("un", "m", "t", "s", "v", "d"),
    )
)
_MAKERS: dict[str, Callable[[], Callable[[str], str]]] = {
    "english": _english,
    "german": lambda: _without_stop_words("german", stem_german),
    "french": lambda: _elided("french", _FRENCH_ARTICLES, stem_french),
    "spanish": lambda: _without_stop_words("spanish", stem_spanish),
    "italian": lambda: _elided("italian", _ITALIAN_ARTICLES, stem_italian),
    "portuguese": lambda: _without_stop_words("portuguese", stem_portuguese),
    "dutch": lambda: _without_stop_words("dutch", stem_dutch),
    "russian": _snowball("russian"),
    "swedish": lambda: _without_stop_words("swedish", stem_swedish),
    "danish": _snowball("danish"),
    "norwegian": _snowball("norwegian"),
    "finnish": _snowball("finnish"),
    "hungarian": _snowball("hungarian"),
    "romanian": _with_own_stop_words("romanian", _lower_romanian),
    "turkish": _with_own_stop_words("turkish", _lower_turkish),
    "arabic": _with_own_stop_words("arabic", stem=stem_arabic),
    "greek": _with_own_stop_words("greek", _lower_greek),
}
