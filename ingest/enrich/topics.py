"""Sections and keywords: as the page states them, else as its address and its text show them."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import groupby, islice
from urllib.parse import urlsplit

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.publisher import name_sites
from ingest.enrich.registry import fold_name
from ingest.enrich.settings import TopicSettings
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import Page, SpanClass, TermFrequencies, Topics

_SECTIONS = """
world politics business economy economics finance markets money companies technology tech science health environment
climate sport sports football culture arts books film music travel lifestyle food fashion opinion comment education law
crime local national international media property motoring cars weather obituaries politik wirtschaft wissen kultur
panorama politique economie monde sciences deportes economia politica
"""
SECTIONS = frozenset(_SECTIONS.split())
"""Parts of an address that name a section."""

_NO_TOPIC = "home homepage article articles news story uncategorized uncategorised general none null"
NO_TOPIC = frozenset(_NO_TOPIC.split())
LABEL = re.compile(
    r"(?:tags?|topics?|keywords?|filed under|more on|schlagwörter|themen|mots[- ]clés|etiquetas|temas)\s*[:：]?\s*",
    re.I,
)
SEPARATOR = re.compile(r"[,;|#•·\n]")
MAX_TAG_SPANS = 20
WORD = re.compile(r"[^\W\d_]{4,30}")
SMALL_ASCII_WORD = re.compile(r"[a-z]{4,30}")
"""The same, in twice the speed, where a text in small letters has ASCII alone."""
TYPOGRAPHIC = "\u2018\u2019\u201c\u201d\u2026\u00a3\u20ac\u2013\u2014\u00a0"
"""What most English texts have besides ASCII, none of it part of a word."""
READ_CHARACTERS = 6_000
"""How much of a text is read for keywords: what it is about is said at its beginning."""

TITLE_WEIGHT = 2.0
MIN_COUNT = 2
PRIOR = 100
"""Articles that are taken as counted without any term, so that the first ones weigh words by more than chance."""


def find_topics(draft: Draft, settings: TopicSettings) -> Finding:
    """Find the sections and the keywords."""
    section_origin, sections = choose(draft.page, list_sections(draft.page), settings, settings.max_sections)
    stated = [*list_stated(draft.page, "keyword"), ("tags", read_tags(draft))]
    keyword_origin, keywords = choose(draft.page, stated, settings, settings.max_keywords)
    if not keywords:
        keywords = extract_keywords(draft, settings)
        keyword_origin = "body" if keywords else None
    topics = Topics(sections=sections, section_origin=section_origin, keywords=keywords, keyword_origin=keyword_origin)
    read = [origin for origin in (section_origin, keyword_origin) if origin]
    return Finding(replace(draft.metadata, topics=topics), read)


def choose(
    page: Page, sources: Iterable[tuple[str, Iterable[str]]], settings: TopicSettings, most: int
) -> tuple[str | None, tuple[str, ...]]:
    """Choose the first source that names any topic, with its topics, each once; the site's name is none."""
    sites = name_sites(page)
    for origin, values in sources:
        named: dict[str, str] = {}
        for value in values:
            topic = tidy(value, settings.max_characters + 1).strip(" .:-#")
            folded = fold_name(topic)
            if folded and folded not in sites and folded not in NO_TOPIC and is_topic(topic, settings):
                named.setdefault(folded, topic)
        if named:
            return origin, tuple(islice(named.values(), most))
    return None, ()


def is_topic(topic: str, settings: TopicSettings) -> bool:
    """Tell a topic from an address, a number, a template's leftover."""
    return (
        len(topic) <= settings.max_characters
        and "://" not in topic
        and not topic.startswith(("{", "%", "<"))
        and any(map(str.isalpha, topic))
    )


def list_stated(page: Page, field: str) -> Iterator[tuple[str, Iterable[str]]]:
    """List what each origin on the page states of a field, the most trusted first."""
    for origin, candidates in groupby(order_by_trust(page.candidates, field), key=lambda candidate: candidate.origin):
        yield origin, [candidate.value for candidate in candidates]


def list_sections(page: Page) -> Iterator[tuple[str, Iterable[str]]]:
    """List what the page states of its sections, and then what its address shows."""
    yield from list_stated(page, "section")
    yield "url", [part.capitalize() for part in path_of(page)[:3] if part in SECTIONS][:1]


def path_of(page: Page) -> list[str]:
    """Split the path of the page's address, in lower case; [] without an address that can be read."""
    try:
        path = urlsplit(page.document.url or page.document.given.url or "").path
    except ValueError:
        return []
    return [part for part in path[:1_000].lower().split("/") if part]


def read_tags(draft: Draft) -> Iterator[str]:
    """Read the tags in lines that cleaning cut as such; a label before them is none."""
    spans = (span for span in draft.cleaning.spans if span.span_class is SpanClass.TAGS)
    for span in islice(spans, MAX_TAG_SPANS):
        line = draft.page.text[span.start : min(span.end, span.start + 2_000)].strip()
        if label := LABEL.match(line):
            yield from SEPARATOR.split(line[label.end() :])


@cache
def load_stop_words() -> dict[str, frozenset[str]]:
    """Load the words that are no keywords, by language."""
    table = tomllib.loads(files("ingest.enrich").joinpath("stop_words.toml").read_text(encoding="utf-8"))
    return {language: frozenset(words.split()) for language, words in table.items()}


def extract_keywords(draft: Draft, settings: TopicSettings) -> tuple[str, ...]:
    """Take the words that a text repeats, its title says, and few other articles have (TF-IDF).

    None of a language whose stop words are not known. Where nothing was counted yet, all words are equally rare.
    """
    stop = load_stop_words().get(draft.metadata.language.code)
    if stop is None:
        return ()
    text = draft.cleaning.body[:READ_CHARACTERS]
    title = set(find_words((draft.metadata.title or "")[:1_000]))
    counts = Counter(find_words(text))
    repeated = [item for item in counts.items() if item[1] >= MIN_COUNT and item[0] not in stop]
    ranked = sorted(repeated, key=weigh_with(title, draft.frequencies.get(draft.metadata.language.code)))[
        : settings.max_found
    ]
    return tuple(write_as_in(text, word) for word, _ in ranked)


def find_words(text: str) -> list[str]:
    """Find the words that may be keywords, in small letters."""
    small = text.lower()
    for typographic in TYPOGRAPHIC if not small.isascii() else "":
        small = small.replace(typographic, " ")
    return (SMALL_ASCII_WORD if small.isascii() else WORD).findall(small)


def write_as_in(text: str, word: str) -> str:
    """Write a word as a text does: capitalised where it never stands in small letters."""
    capitalised = word[:1].upper() + word[1:]
    for form in (word, capitalised, word.upper()):
        if f" {form}" in text:
            return form
    return word


def weigh_with(title: set[str], known: TermFrequencies | None) -> Callable[[tuple[str, int]], tuple[float, str]]:
    """Order words: repeated ones first, what the title says before, rare ones and long ones before others."""

    def weigh(item: tuple[str, int]) -> tuple[float, str]:
        word, count = item
        weight = (1 + math.log(count)) * math.log(2 + len(word)) * (TITLE_WEIGHT if word in title else 1.0)
        if known:
            weight *= max(0.0, math.log((known.documents + PRIOR) / (known.terms.get(word, 0) + 0.5)))
        return -weight, word

    return weigh
