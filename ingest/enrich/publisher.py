"""Who published an article: given, the page, the host, the rights holder or a credited agency, in that order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.domains import registrable_domain
from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.settings import PublisherSettings
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import Cleaning, Page, Publisher

MAX_NAME_CHARACTERS = 1_000
"""Characters of a stated name that are looked at; none is longer."""


def find_publisher(draft: Draft, settings: PublisherSettings) -> Finding:
    """Find the publisher."""
    publisher = choose_publisher(draft.page, draft.cleaning, settings)
    return Finding(replace(draft.metadata, publisher=publisher), [publisher.origin] if publisher else [])


def choose_publisher(page: Page, cleaning: Cleaning, settings: PublisherSettings) -> Publisher | None:
    """Choose the most trusted statement that names anybody; None where nothing does."""
    for origin, value in state_publisher(page, cleaning):
        name = tidy(value, settings.max_characters)
        if any(char.isalnum() for char in name):
            return Publisher(name=name, origin=origin)
    return None


def state_publisher(page: Page, cleaning: Cleaning) -> Iterator[tuple[str, str]]:
    """List who is stated to be the publisher, with the origin, in order of trust.

    The host comes before the rights holder, which on syndicated articles is the agency.
    """
    yield "given", page.document.given.publisher or ""
    yield from (("page", candidate.value) for candidate in order_by_trust(page.candidates, "publisher"))
    yield "host", registrable_domain(page.document.url or page.document.given.url or "") or ""
    yield from (("rights", rights.holder) for rights in cleaning.rights if rights.holder)
    yield from (("credit", credit.agency) for credit in cleaning.credits if credit.agency)


def name_sites(page: Page) -> frozenset[str]:
    """Give the folded names of the page's site: its publisher as stated, its domain with and without its ending."""
    domain = registrable_domain(page.document.url or page.document.given.url or "") or ""
    stated = [candidate.value for candidate in page.candidates if candidate.field == "publisher"]
    names = (page.document.given.publisher or "", *stated, domain, domain.partition(".")[0])
    return frozenset(folded for name in names if (folded := fold_name(name)))


def fold_name(name: str) -> str:
    """Fold a name to its letters and digits in lower case, so that `Harbour-Post` and `harbour post` are one."""
    return "".join(filter(str.isalnum, name[:MAX_NAME_CHARACTERS].casefold()))
