"""Who published an article: given, known by its host, stated by the page, or inferred from host, rights and credits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from ingest.domains import registrable_domain
from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.registry import KnownPublisher, fold_name, load_registry, strip_form
from ingest.enrich.settings import PublisherSettings
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import Cleaning, Page, Publisher

WORLDWIDE = frozenset({"ai", "cc", "co", "eu", "fm", "io", "ly", "me", "nu", "to", "tv", "ws"})
"""Endings of countries (or none) under which the whole world registers."""

CONFIDENCE = {"given": 1.0, "host": 0.5, "page": 0.8, "rights": 0.5, "credit": 0.3}
"""How far an origin alone is believed when it names somebody whom the registry does not know."""

KNOWN_CONFIDENCE = {"given": 1.0, "host": 0.98, "page": 0.95, "rights": 0.85, "credit": 0.4}
AGENCY_CONFIDENCE = 0.4
"""An agency that holds the rights wrote the article, and somebody else may have published it."""

AGREEMENT = 0.15
"""What it adds that another origin names the same one."""


def find_publisher(draft: Draft, settings: PublisherSettings) -> Finding:
    """Find the publisher."""
    publisher = choose_publisher(draft.page, draft.cleaning, settings)
    return Finding(replace(draft.metadata, publisher=publisher), [publisher.origin] if publisher else [])


def choose_publisher(page: Page, cleaning: Cleaning, settings: PublisherSettings) -> Publisher | None:
    """Choose the most trusted statement that names anybody; None where nothing does.

    What the input gave is kept as given; other names are written as the registry writes them.
    """
    stated = [
        (origin, name)
        for origin, value in state_publisher(page, cleaning)
        if any(map(str.isalnum, name := tidy(value, settings.max_characters)))
    ]
    if not stated:
        return None
    origin, name = stated[0]
    host = host_of(page)
    known = load_registry().of_host(host) if origin == "host" else load_registry().of_name(name)
    if known is None and origin == "given":
        known = load_registry().of_host(host)
    if known is None:
        return infer(origin, name, stated, registrable_domain(url_of(page)))
    return make_publisher(known, origin, name if origin == "given" else known.name, stated)


def make_publisher(known: KnownPublisher, origin: str, name: str, stated: list[tuple[str, str]]) -> Publisher:
    """Make the record of a publisher whom the registry knows."""
    confidence = KNOWN_CONFIDENCE[origin]
    if origin == "rights" and known.is_agency:
        confidence = AGENCY_CONFIDENCE
    if any(other != origin and load_registry().of_name(value) is known for other, value in stated):
        confidence = min(1.0, confidence + AGREEMENT)
    return Publisher(
        name=name,
        origin=origin,
        confidence=round(confidence, 2),
        domain=known.domains[0],
        country=known.country,
        language=known.language,
        kind=known.kind,
    )


def infer(origin: str, name: str, stated: list[tuple[str, str]], domain: str | None) -> Publisher:
    """Infer a publisher whom the registry does not know.

    A rights holder that is called as the domain is gives the domain its name: no agency's text is syndicated there.
    """
    label = fold_name(domain.partition(".")[0]) if domain else ""
    others = [(other, value) for other, value in stated if other != origin]
    if origin == "host":
        named = next((value for other, value in others if other == "rights" and is_called(value, label)), None)
        origin, name = ("rights", strip_form(named)) if named else (origin, name)
        agrees = named is not None
    else:
        agrees = is_called(name, label) or any(is_called(value, fold_name(strip_form(name))) for _, value in others)
    confidence = min(1.0, CONFIDENCE[origin] + (2 if origin == "rights" else 1) * AGREEMENT * agrees)
    return Publisher(
        name=name, origin=origin, confidence=round(confidence, 2), domain=domain, country=country_of(domain or "")
    )


def is_called(name: str, folded: str) -> bool:
    """Tell whether a name is a folded one, with or without its article and its legal form."""
    return bool(folded) and folded in {fold_name(name), fold_name(strip_form(name))}


def state_publisher(page: Page, cleaning: Cleaning) -> Iterator[tuple[str, str]]:
    """List who is stated to be the publisher, with the origin, in order of trust.

    A host that the registry knows comes before what its pages say. The host comes before the rights holder, which on
    syndicated articles is the agency.
    """
    yield "given", page.document.given.publisher or ""
    host = host_of(page)
    domain = registrable_domain(url_of(page)) or ""
    if load_registry().of_host(host):
        yield "host", domain
    yield from (("page", candidate.value) for candidate in order_by_trust(page.candidates, "publisher"))
    yield "host", domain
    yield from (("rights", rights.holder) for rights in cleaning.rights if rights.holder)
    yield from (("credit", credit.agency) for credit in cleaning.credits if credit.agency)


def name_sites(page: Page) -> frozenset[str]:
    """Give the folded names of the page's site: its publisher as stated, its domain with and without its ending."""
    domain = registrable_domain(url_of(page)) or ""
    stated = [candidate.value for candidate in page.candidates if candidate.field == "publisher"]
    names = (page.document.given.publisher or "", *stated, domain, domain.partition(".")[0])
    return frozenset(folded for name in names if (folded := fold_name(name)))


def url_of(page: Page) -> str:
    """Give a page's address; empty where it has none."""
    return page.document.url or page.document.given.url or ""


def host_of(page: Page) -> str:
    """Give the host of a page's address; empty where it has none."""
    try:
        return (urlsplit(url_of(page)[:2_048]).hostname or "").rstrip(".")
    except ValueError:
        return ""


def country_of(domain: str) -> str | None:
    """Give the country in whose name space a domain is registered, in ISO 3166-1."""
    ending = domain.rpartition(".")[2]
    if len(ending) != 2 or not ending.isascii() or ending in WORLDWIDE:
        return None
    return {"uk": "GB", "su": "RU"}.get(ending, ending.upper())
