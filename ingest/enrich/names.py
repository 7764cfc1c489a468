"""Places, people and organisations of a text: known names where their surroundings do not speak against them.

Precision before recall: a capital letter alone makes no name. English texts are read with the words around names; of
other languages in Latin letters only names that are the same there and mean nothing else count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.gazetteer import Gazetteer, load_gazetteer
from ingest.enrich.organizations import take_organization
from ingest.enrich.persons import take_person
from ingest.enrich.places import take_place
from ingest.enrich.settings import NameSettings
from ingest.enrich.spot import CAPITALISED, NEXT_CAPITAL, OPENERS, Found, Spot
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import UNDETERMINED, Names, Place

Take = Callable[[Spot, Gazetteer, Found], int]

MIN_CHARACTERS = 5
"""Shorter names of one word are words in some language."""
PAIR = 24
"""Characters within which a city's region or country begins."""


def find_names(draft: Draft, settings: NameSettings) -> Finding:
    """Find whom and what the page states that it is about, and then what the text names."""
    found = Found()
    read = list(dict.fromkeys(read_statements(draft, found, settings)))
    language = draft.metadata.language
    if language != UNDETERMINED:
        take = take_english if language.code in settings.languages else take_unambiguous
        scan(draft.cleaning.body[: settings.max_characters], load_gazetteer(), found, take)
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


def scan(text: str, known: Gazetteer, found: Found, take: Take) -> None:
    """Go through the capitalised words once; a name that is taken is stepped over."""
    taken, last_end, last_word = 0, -1, ""
    for match in CAPITALISED.finditer(text):
        start, word = match.start(), match[0]
        adjacent = last_end == start - 1 and text[start - 1] in " -&"
        neighbour = last_word if adjacent else ""
        last_end, last_word = match.end(), word
        may_begin = word in known.beginnings or neighbour in known.titles or begins_pair(text, last_end)
        if start < taken or not may_begin or text[start - 1 : start].isalnum():
            continue
        spot = Spot(text, word, start, neighbour)
        length = take(spot, known, found)
        taken = start + length if length else taken


def begins_pair(text: str, end: int) -> bool:
    """Tell a word soon after which another capitalised one stands behind a comma."""
    comma = text.find(", ", end, end + PAIR)
    return comma >= 0 and text[comma + 2 : comma + 3].isupper()


def take_english(spot: Spot, known: Gazetteer, found: Found) -> int:
    """Take what a capitalised word begins in an English text; give its length, 0 for nothing."""
    return take_organization(spot, known, found) or take_person(spot, known, found) or take_place(spot, known, found)


def take_unambiguous(spot: Spot, known: Gazetteer, found: Found) -> int:
    """Take what is the same name in every language: of several words, or a country or capital that is nothing else.

    A capitalised word on either side makes it another name.
    """
    if spot.neighbour and spot.neighbour not in OPENERS:
        return 0
    for name in known.organizations.get(spot.word, ()):
        if " " in name and spot.matches(name):
            found.organizations.setdefault(name)
            return len(name)
    for place in known.places.get(spot.word, ()):
        if spot.matches(place.name):
            alone = not NEXT_CAPITAL.match(spot.text, spot.start + len(place.name))
            if alone and (" " in place.name or (place.cue == 0 and len(place.name) >= MIN_CHARACTERS)):
                found.places.setdefault(place.name, place.country)
            return len(place.name)
    return 0
