"""Places, people and organisations of an English text: known names where their surroundings do not speak against them.

Precision before recall: a capital letter alone makes no name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.gazetteer import Gazetteer, load_gazetteer
from ingest.enrich.organizations import take_organization
from ingest.enrich.persons import take_person
from ingest.enrich.places import take_place
from ingest.enrich.settings import NameSettings
from ingest.enrich.spot import CAPITALISED, Found, Spot
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import Names, Place

PAIR = 24
"""Characters within which a city's region or country begins."""


def find_names(draft: Draft, settings: NameSettings) -> Finding:
    """Find whom and what the page states that it is about, and then what the text names."""
    found = Found()
    read = list(dict.fromkeys(read_statements(draft, found, settings)))
    if draft.metadata.language.code in settings.languages:
        scan(draft.cleaning.body[: settings.max_characters], load_gazetteer(), found)
        read.append("body")
    names = Names(
        places=tuple(Place(name=name, country=code) for name, code in islice(found.places.items(), settings.max_names)),
        persons=tuple(islice(found.persons, settings.max_names)),
        organizations=tuple(islice(found.organizations, settings.max_names)),
    )
    return Finding(replace(draft.metadata, names=names), read)


def read_statements(draft: Draft, found: Found, settings: NameSettings) -> Iterator[str]:
    """Take the names that the page states with their type; yield who states them."""
    for kind, taken in (("person", found.persons), ("organization", found.organizations)):
        for candidate in islice(order_by_trust(draft.page.candidates, f"about_{kind}"), settings.max_names):
            if name := tidy(candidate.value, settings.max_name_characters):
                taken.setdefault(name)
                yield candidate.origin
    for candidate in islice(order_by_trust(draft.page.candidates, "about_place"), settings.max_names):
        if name := tidy(candidate.value, settings.max_name_characters):
            found.places.setdefault(name, load_gazetteer().country_of(name))
            yield candidate.origin


def scan(text: str, known: Gazetteer, found: Found) -> None:
    """Go through the capitalised words once; a name that is taken is stepped over."""
    taken, last_end, last_word = 0, -1, ""
    for match in CAPITALISED.finditer(text):
        start, word = match.start(), match[0]
        adjacent = last_end == start - 1 and text[start - 1] in " -&"
        neighbour = last_word if adjacent else ""
        last_end, last_word = match.end(), word
        may_begin = word in known.beginnings or neighbour in known.titles or ", " in text[last_end : last_end + PAIR]
        if start < taken or not may_begin or text[start - 1 : start].isalnum():
            continue
        spot = Spot(text, word, start, neighbour)
        length = (
            take_organization(spot, known, found) or take_person(spot, known, found) or take_place(spot, known, found)
        )
        taken = start + length if length else taken
