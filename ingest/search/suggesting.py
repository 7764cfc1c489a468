"""Completions of what is being typed, and words that were probably meant. Pure: both ask by a query of `query`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.search.lexing import OPERATORS, check_query
from ingest.search.settings import SearchSettings

Body = dict[str, Any]

WORDS = "words"
# Fields whose values are names that people look for.
NAMES = ("publisher", "person", "organization", "place", "keyword", "author")
# From how many articles completions are taken.
SAMPLE = 100
MOST_EDITS = 2
MIN_WORD_LENGTH = 4
_WORD = re.compile(r"[\w'’-]+")
# What stands before a colon is a field, what stands before a star is a beginning: neither is a misspelt word.
_PLAIN = re.compile(r"(?<![\w:])[^\W\d_]{4,}(?![\w:*])")


@dataclass(frozen=True, slots=True)
class Completion:
    """A text that goes on from what is typed: words of titles, or a name; `count` says in how many articles."""

    text: str
    kind: str
    count: int


def build_completion_query(typed: str, settings: SearchSettings) -> Body | None:
    """Ask for articles whose title has the words typed, or a name begins so; None where too little is typed.

    Raises RequestError where the text is longer than a query may be, or holds control characters.
    """
    words = check_query(typed, settings).replace('"', " ")
    if sum(map(str.isalnum, words)) < 2:
        return None
    begun: list[Body] = [
        {"multi_match": {"query": words, "type": "bool_prefix", "operator": "and", "fields": ["title"]}},
        *({"prefix": {name: {"value": words.strip(), "case_insensitive": True}}} for name in NAMES),
    ]
    either = {"bool": {"should": begun, "minimum_should_match": 1}}
    return {
        "query": {"bool": {"filter": [either, {"term": {"canonical": True}}]}},
        "sort": [{"published_at": {"order": "desc", "missing": "_last"}}, {"id": {"order": "asc"}}],
        "size": SAMPLE,
        "_source": ["id", "title", *NAMES],
    }


def read_completions(typed: str, answer: Mapping[str, Any], most: int) -> tuple[Completion, ...]:
    """Read completions out of the articles found: what goes on from the words typed, commonest first."""
    asked = _WORD.findall(typed.lower())
    counts: Counter[tuple[str, str]] = Counter()
    for hit in answer["hits"]["hits"]:
        source = hit["_source"]
        counts.update({("title", text) for text in _continue(asked, source.get("title") or "")})
        counts.update({("name", name) for name in _find_names(asked, source)})
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], len(entry[0][1]), entry[0]))
    seen: dict[str, Completion] = {}
    for (kind, text), count in ranked:
        seen.setdefault(text.lower(), Completion(text, kind, count))
    return tuple(seen.values())[:most]


def _continue(asked: Sequence[str], title: str) -> Iterator[str]:
    """Give the words typed with the last one whole, and with the word that follows it in the title."""
    words = _WORD.findall(title.lower())
    for at in range(len(words) - len(asked) + 1):
        end = at + len(asked)
        if words[at : end - 1] == list(asked[:-1]) and words[end - 1].startswith(asked[-1]):
            yield " ".join(words[at:end])
            if end < len(words) and len(words[end]) >= MIN_WORD_LENGTH:
                yield " ".join(words[at : end + 1])


def _find_names(asked: Sequence[str], source: Mapping[str, Any]) -> Iterator[str]:
    begun = " ".join(asked)
    for field in NAMES:
        values = source.get(field) or []
        for value in [values] if isinstance(values, str) else values:
            if " ".join(_WORD.findall(value.lower())).startswith(begun):
                yield value


def build_words_query(text: str) -> Body:
    """Ask for words that nearly are those of a query which the index does not hold."""
    term = {
        "field": "body",
        "suggest_mode": "missing",
        "size": 1,
        "max_edits": MOST_EDITS,
        "prefix_length": 1,
        "min_word_length": MIN_WORD_LENGTH,
    }
    words = " ".join(word for word in _PLAIN.findall(text) if word not in OPERATORS)
    return {"size": 0, "suggest": {WORDS: {"text": words, "term": term}}}


def read_words(text: str, answer: Mapping[str, Any]) -> str | None:
    """Give the query with the words that were probably meant; None where every word is known, or nothing is near."""
    entries = answer.get("suggest", {}).get(WORDS, ())
    meant = {entry["text"].lower(): entry["options"][0]["text"] for entry in entries if entry["options"]}
    if not meant:
        return None
    changed = _PLAIN.sub(lambda match: meant.get(match.group().lower(), match.group()), text)
    return changed if changed != text else None
