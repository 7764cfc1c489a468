"""Who wrote an article: given, stated by the page, or found in its byline; and who else bylines and credits name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice

from ingest.enrich.contributors import list_agencies, read_contributors
from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.publisher import name_sites
from ingest.enrich.registry import fold_name
from ingest.enrich.settings import BylineSettings
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import Cleaning, Contributor, Page

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
MAX_STATED_LINES = 20
MAX_STATED_CHARACTERS = 2_000

PLACE = re.compile(r" (?:in|aus|à|en) [^\W\d_a-z].*")


def find_byline(draft: Draft, settings: BylineSettings) -> Finding:
    """Find the authors, who else contributed, in which role and where, and the agencies."""
    page, cleaning = draft.page, draft.cleaning
    sources = [(origin, tuple(lines)) for origin, lines in state_authors(page, cleaning, settings)]
    origin, authors = choose_names(sources, name_sites(page), settings)
    lines = next((lines for each, lines in sources if each == origin), ())
    credited = [credit.text for credit in cleaning.credits]
    named = list_contributors((*lines, *cleaning.bylines), credited, settings)
    contributors = (*attribute(authors, named, lines), *(each for each in named if each.role != "author"))
    notices = draft.metadata.rights or ()
    agencies = [*(credit.agency for credit in cleaning.credits), *(notice.agency for notice in notices)]
    said = (*(each.name for each in named), *(agency or "" for agency in agencies))
    found = replace(
        draft.metadata,
        authors=authors,
        author_origin=origin,
        contributors=contributors[: 2 * settings.max_authors],
        agencies=list_agencies(iter(said)),
    )
    return Finding(found, [*([origin] if origin else []), *(["credits"] if credited else [])])


def choose_authors(page: Page, cleaning: Cleaning, settings: BylineSettings) -> tuple[str | None, tuple[str, ...]]:
    """Choose the first source that names any authors, with their names in its order, each once.

    A source that names only the site itself counts where no other names anybody.
    """
    sources = ((origin, tuple(lines)) for origin, lines in state_authors(page, cleaning, settings))
    return choose_names(list(sources), name_sites(page), settings)


def choose_names(
    sources: Sequence[tuple[str, Sequence[str]]], sites: frozenset[str], settings: BylineSettings
) -> tuple[str | None, tuple[str, ...]]:
    """Choose among the sources' lines; see `choose_authors`."""
    named = [(origin, names) for origin, lines in sources if (names := normalize_authors(lines, settings))]
    personal = ((origin, names) for origin, names in named if any(fold_name(name) not in sites for name in names))
    return next(personal, named[0] if named else (None, ()))


def state_authors(page: Page, cleaning: Cleaning, settings: BylineSettings) -> Iterator[tuple[str, Iterable[str]]]:
    """List what each source states of the authors, in order of trust; each origin on the page is its own source."""
    yield "given", page.document.given.authors
    stated = order_by_trust((*page.candidates, *page.document.payload.stated), "author")
    for origin, candidates in groupby(stated, key=lambda candidate: candidate.origin):
        yield origin, [candidate.value for candidate in candidates]
    yield "byline", cleaning.authors
    texts = islice((credit.text for credit in cleaning.credits), settings.max_authors)
    credited = (each for text in texts for each in read_contributors(text, settings))
    yield "credit", [each.name for each in credited if each.role == "author"]


def list_contributors(lines: Iterable[str], credited: Iterable[str], settings: BylineSettings) -> list[Contributor]:
    """List whom bylines name, as authors where they say no role, and whom credits name; each once a role."""
    most = 2 * settings.max_authors
    found = [each for line in islice(lines, most) for each in read_contributors(line, settings, "author")]
    found += [each for line in islice(credited, most) for each in read_contributors(line, settings)]
    once: dict[tuple[str, str], Contributor] = {}
    for each in found:
        held = once.get((fold_name(each.name), each.role))
        if held is None or (held.place is None and each.place is not None):
            once[fold_name(each.name), each.role] = each
    return list(once.values())


def attribute(authors: Sequence[str], named: Iterable[Contributor], lines: Sequence[str]) -> list[Contributor]:
    """Give each author the place, the office and the line that a byline has for the name; else the stated lines."""
    known = {fold_name(each.name): each for each in named if each.role == "author"}
    stated = tidy("; ".join(lines[:MAX_STATED_LINES]), MAX_STATED_CHARACTERS)
    plain = [Contributor(name=name, role="author", stated=stated) for name in authors]
    return [replace(known[key], name=each.name) if (key := fold_name(each.name)) in known else each for each in plain]


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
