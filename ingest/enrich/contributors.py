"""Whom a byline or a reporting credit names, in which role, where, and with which office.

`Additional reporting by Ada Lind in Oslo and Jon Berg` names two persons; a place counts for all before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.enrich.registry import load_registry
from ingest.enrich.settings import BylineSettings
from ingest.enrich.values import tidy
from ingest.model import Contributor, Role

_LABELS: dict[Role, str] = {
    "additional_reporting": (
        r"(?:with |and )?additional (?:reporting|research|writing|contributions?|material|work)(?: (?:and|&) \w+)?"
        r"(?: provided)?(?: by| from)?:?"
        r"|with (?:reporting|files|contributions?|assistance|help) (?:by|from):?|other contributors?:?|contributors?:"
        r"|zusätzliche (?:berichterstattung|recherche)(?: von|:)|(?:unter )?mitarbeit(?: von|:)"
        r"|mit (?:beiträgen|material|informationen) von"
        r"|mitgearbeitet (?:haben|hat):?"
        r"|avec (?:la (?:collaboration|participation|contribution) de|l'aide de|la collaboration d')"
        r"|avec:?(?= (?-i:[^\W\d_a-z]))"
        r"|con (?:la )?(?:información|colaboración|contribución|reporte|aportes|ayuda) (?:adicional )?de:?"
        r"|com (?:reportagem|colaboração|informações|contribuição) (?:adicional )?de:?|colaborou:?|colaboraram:?"
        r"|ha(?:nno)? collaborato:?|con il contributo di:?"
        r"|met (?:medewerking|bijdragen|hulp) van:?|met bijdrage van:?"
    ),
    "editor": (
        r"(?:edited|editing)(?: by|:)|(?:redaktion|bearbeitung|redigiert)(?::| von)|(?:édité|edité) par:?"
        r"|(?:editado|edición)(?: por|:| de)|(?:edição|editing):(?: de)?|a cura di:?"
    ),
    "photographer": (
        r"(?:photos?|photographs?|photography|photographed|pictures?|images?|fotos?|bilder|photographies|fotografías?|"
        r"fotografia)(?: by| von| par| de| por|:)"
    ),
    "translator": (
        r"translat(?:ed|ion)(?: by|:)|(?:übersetzt|übersetzung|aus dem \w+)(?: von|:)|traduit(?: de \S+)? par:?"
        r"|traduction:?(?: de)?|traducido por:?|traducción:?(?: de)?|traduzido por:?|tradução:?(?: de)?"
    ),
    "author": (
        r"(?:(?:written|reported|reporting|story|words|text|writing|posted|published|report|compiled) )?by:?"
        r"|reporting:|(?:von|par|por|di|door|av|af):?(?= \S+ \S)|(?:authors?|autor(?:en|in)?|auteurs?|autores)s?:"
        r"|text:|texte:|testo:"
    ),
}
LABELS = [(role, re.compile(rf"\W{{0,3}}(?:{labels})\s+(?=\S)", re.IGNORECASE)) for role, labels in _LABELS.items()]
CLAUSE = re.compile(
    r"\s*[;|\n•·]\s*|\.\s+(?=(?-i:[^\W\d_a-z]))(?=(?:additional|edit|report|writ|photo|with|translat|mit|avec|con|com)\w*\b)",
    re.IGNORECASE,
)
CONTRIBUTED = re.compile(
    r"(?P<before>.{3,300}?),? (?:also |both |have )?(?:contributed|collaborated|trug(?:en)?|ont contribué|a contribué)"
    r"(?: (?:to|additional|à|zu) .{0,40}?| reporting)*"
    r"(?: (?:from|aus|depuis) (?P<place>(?-i:[^\W\d_a-z])[^.;]{1,60}))?[\s.)]*",
    re.IGNORECASE,
)
SUFFIX = re.compile(r", ?(Jr|Sr|II|III|IV|MD|PhD)\b\.?")
SEPARATOR = re.compile(
    r",? (?:and|und|et|и|och|og) (?=(?-i:[^\W\d_a-z]))| [ye] (?=\S+ \S)| ?(?:&|/) ?|, ", re.IGNORECASE
)
DUTCH = re.compile(r"\W*(?:door|met)\b", re.IGNORECASE)
DUTCH_AND = re.compile(r" en (?=[^\W\d_a-z])")
"""In Dutch `en` joins names; in French and Spanish it stands before a place."""

PLACE = re.compile(
    r",? (?:in|aus|à|en|from|em|desde|at) (?P<place>[^\W\d_a-z][\w'’.-]*(?:[ -][^\W\d_a-z][\w'’.-]*){0,3})$"
)
PLACE_APART = re.compile(r", (?=(?:in|aus|à|en|from|em) [^\W\d_a-z])")
OFFICE = re.compile(
    r"\b(?:editor|correspondent|reporter|writer|columnist|chief|contributor|analyst|producer|fellow|critic|redakteur(?:in)?"
    r"|korrespondent(?:in)?|correspondante?|corresponsal|correspondente|inviat[oa]|redactora?)\b",
    re.IGNORECASE,
)
NAME = re.compile(
    r"[^\W\d_][\w'’.-]*(?: (?:[^\W\d_a-z][\w'’.-]*"
    r"|de|la|del|von|van|der|den|bin|al|el|di|da|dos|do|du|le|ten|ter|y|af)){0,5}"
)
UNSPACED = re.compile("[぀-ヿ一-鿿가-힣]{2,12}")
NOBODY = re.compile(
    r"\b(?:agenc(?:y|ies|ias)|agenturen|staff|wire|wires|desk|newsroom|team|our|this|the|news|service)\b", re.IGNORECASE
)
MAX_LINE_CHARACTERS = 2_000
MAX_PARTS = 60


def read_contributors(line: str, settings: BylineSettings, role: Role | None = None) -> tuple[Contributor, ...]:
    """Read one line; `role` is that of a line without a label, and a line with neither names nobody."""
    stated = tidy(line, MAX_LINE_CHARACTERS)
    found: dict[tuple[str, str], Contributor] = {}
    for clause in CLAUSE.split(stated)[:MAX_PARTS]:
        own_role, names, place = read_clause(clause.strip(" ()[]"), role)
        for each in name_all(names, place, settings) if own_role else ():
            whose: Role = "agency" if is_agency(each.name) else own_role or "author"
            found.setdefault((each.name.casefold(), whose), replace(each, role=whose, stated=stated))
    return tuple(found.values())[: settings.max_authors]


def read_clause(clause: str, role: Role | None) -> tuple[Role | None, str, str | None]:
    """Tell the role that a clause begins or ends with, the names in it, and the place that ends it for all."""
    if match := CONTRIBUTED.fullmatch(clause):
        return "additional_reporting", match["before"], match["place"]
    for labelled, label in LABELS:
        if match := label.match(clause):
            names = clause[match.end() :]
            return labelled, DUTCH_AND.sub(" and ", names) if DUTCH.match(clause) else names, None
    return role, clause, None


def name_all(names: str, place: str | None, settings: BylineSettings) -> list[Contributor]:
    """Name those in a list, each with its office, and with the place that stands after it or after the next."""
    people: list[Contributor] = []
    waiting = 0
    for part in SEPARATOR.split(PLACE_APART.sub(" ", SUFFIX.sub(r" \1", names)))[:MAX_PARTS]:
        bare, own_place = split_place(part.strip(" .,:-–—"))
        if people and OFFICE.search(bare):
            people[-1] = replace(people[-1], title=bare)
        elif is_name(bare):
            people.append(Contributor(name=bare[: settings.max_characters], role="author", stated=""))
        else:
            continue
        if own_place:
            people[waiting:] = [replace(each, place=own_place) for each in people[waiting:]]
            waiting = len(people)
    return [each if each.place or not place else replace(each, place=place.strip(" .,")) for each in people]


def split_place(part: str) -> tuple[str, str | None]:
    """Split `Ada Lind in Oslo` into the name and the place."""
    match = PLACE.search(part)
    return (part[: match.start()], match["place"].rstrip(".")) if match else (part, None)


def is_name(text: str) -> bool:
    """Tell a person's or an agency's name from words: it begins with a capital and holds little else."""
    if UNSPACED.fullmatch(text) or is_agency(text):
        return True
    return (
        NAME.fullmatch(text) is not None
        and text[0].isupper()
        and " " in text
        and not (OFFICE.search(text) or NOBODY.search(text))
    )


def is_agency(name: str) -> bool:
    """Tell whether the registry knows a news agency by this name."""
    known = load_registry().of_name(name)
    return known is not None and known.is_agency


def list_agencies(texts: Iterator[str]) -> tuple[str, ...]:
    """Name the agencies that bylines, credits and notices name, as the registry does, each once."""
    known = (load_registry().of_name(text) for text in texts)
    return tuple(dict.fromkeys(each.name for each in known if each is not None and each.is_agency))
