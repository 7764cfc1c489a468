"""The authors of an article as names: given, stated by the page, or found in its byline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.publisher import fold_name, name_sites
from ingest.enrich.settings import BylineSettings
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import Cleaning, Page

LABEL = re.compile(
    r"(?:(?:written|reported|story|words|text|posted|published) )?by:? |(?:von|par|por):? (?=\S+ \S)"
    r"|(?:author|autor|auteur)s?: ?",
    re.IGNORECASE,
)
SUFFIX = re.compile(r", ?(Jr|Sr|II|III|IV|MD|PhD)\b\.?")
SEPARATOR = re.compile(r" (?:and|und|et|и) | [ye] (?=\S+ \S)| ?[&;|,、，·] ?", re.IGNORECASE)
ROLE = re.compile(
    r"\b(?:editor|correspondent|reporter|writer|columnist|bureau chief|contributor|analyst|staff|desk|newsroom"
    r"|redaktion|rédaction|redacción)\b",
    re.IGNORECASE,
)
TITLE = re.compile(r"^(?:本报|本報)?(?:记者|記者)[:： ]?|[ /]?(?:기자|記者|记者)$")
"""`Reporter` before or after a name, in scripts where it is no word of its own."""

COLLECTIVE = re.compile(r"\w*[A-Z]{2}\w*[ -](?:staff|desk|newsroom|team|redaktion|rédaction|redacción)", re.IGNORECASE)
"""The newsroom of a named outlet (`HP Staff`) is an author; `staff` alone is a role."""

SITE = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}", re.IGNORECASE)
MIN_AFFILIATION_WORDS = 4

PLACE = re.compile(r" (?:in|aus|à|en) [^\W\d_a-z].*")


def find_byline(draft: Draft, settings: BylineSettings) -> Finding:
    """Find the authors."""
    origin, authors = choose_authors(draft.page, draft.cleaning, settings)
    return Finding(replace(draft.metadata, authors=authors, author_origin=origin), [origin] if origin else [])


def choose_authors(page: Page, cleaning: Cleaning, settings: BylineSettings) -> tuple[str | None, tuple[str, ...]]:
    """Choose the first source that names any authors, with their names in its order, each once.

    A source that names only the site itself counts where no other names anybody.
    """
    sites = name_sites(page)
    named = [
        (origin, names)
        for origin, lines in state_authors(page, cleaning)
        if (names := normalize_authors(lines, settings))
    ]
    personal = ((origin, names) for origin, names in named if any(fold_name(name) not in sites for name in names))
    return next(personal, named[0] if named else (None, ()))


def state_authors(page: Page, cleaning: Cleaning) -> Iterator[tuple[str, Iterable[str]]]:
    """List what each source states of the authors, in order of trust; each origin on the page is its own source."""
    yield "given", page.document.given.authors
    stated = order_by_trust(page.candidates, "author")
    for origin, candidates in groupby(stated, key=lambda candidate: candidate.origin):
        yield origin, [candidate.value for candidate in candidates]
    yield "byline", cleaning.authors


def normalize_authors(lines: Iterable[str], settings: BylineSettings) -> tuple[str, ...]:
    """Make names of byline texts: labels, addresses, roles and places go, lists are split, repeats are dropped."""
    names: dict[str, str] = {}
    for line in islice(lines, 2 * settings.max_authors):
        for name in split_authors(tidy(line, settings.max_authors * settings.max_characters)):
            names.setdefault(fold_name(name), name[: settings.max_characters].rstrip())
            if len(names) == settings.max_authors:
                return tuple(names.values())
    return tuple(names.values())


def split_authors(line: str) -> Iterator[str]:
    """Split one byline into names; a part that is no more than a role or has no letter is dropped."""
    parts = SEPARATOR.split(SUFFIX.sub(r" \1", drop_addresses(line)))
    for place, part in enumerate(parts):
        name = strip_author(part)
        is_role = ROLE.search(name) and not COLLECTIVE.fullmatch(name)
        is_beside = place > 0 and (SITE.fullmatch(name) or is_affiliation(name))
        if any(char.isalpha() for char in name) and not is_role and not is_beside:
            yield name


def is_affiliation(part: str) -> bool:
    """Tell what follows a name and says who that is: several words, most of them in small letters."""
    words = part.split()
    return len(words) >= MIN_AFFILIATION_WORDS and sum(word[0].islower() for word in words) > len(words) / 2


def drop_addresses(line: str) -> str:
    """Drop web addresses, e-mail addresses and handles."""
    return " ".join(word for word in line.split() if not ("://" in word or "@" in word or "www." in word))


def strip_author(part: str) -> str:
    """Strip the label and title before a name, the title and place after it."""
    name = " ".join(part.split()).strip("-–—.:()[]\"' ")
    if label := LABEL.match(name):
        name = name[label.end() :]
    return TITLE.sub("", PLACE.sub("", name)).strip()
