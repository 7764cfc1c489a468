"""Holders of rights under one name each, and the agencies of notices."""

from __future__ import annotations

import pytest

from ingest.enrich.enricher import Draft
from ingest.enrich.rights import find_rights
from ingest.enrich.settings import RightsSettings
from ingest.model import Metadata, Rights
from tests.enrich.records import cleaning, page
from tests.enrich.test_enrichers import NOW

SETTINGS = RightsSettings()


def find(*rights: Rights) -> Metadata:
    """Look at notices."""
    draft = Draft(page=page(), cleaning=cleaning(rights=rights), now=NOW)
    return find_rights(draft, SETTINGS).metadata


def notice(holder: str | None, text: str = "") -> Rights:
    """Make a notice."""
    return Rights(holder=holder, years=(2014,), notice=text or f"© {holder} 2014")


def test_holders_have_one_name_each() -> None:
    """The facet counts holders, not spellings; the notice keeps its own."""
    found = find(notice("The Harbour Post Ltd."), notice("THE HARBOUR POST"), notice("Guardian News & Media Limited"))
    assert found.rights_holders == ("The Harbour Post", "The Guardian")
    assert found.rights is not None
    assert found.rights[0].holder == "The Harbour Post Ltd."
    assert find(notice(None, "© 2014")).rights_holders == ()


@pytest.mark.parametrize(
    ("held", "agency"),
    [
        (notice("Reuters Limited"), "Reuters"),
        (notice("Harbour Post", "© 2014 Harbour Post / AFP"), "Agence France-Presse"),
        (notice("Harbour Post", "© Harbour Post 2014, dpa"), "Deutsche Presse-Agentur"),
        (notice("Harbour Post"), None),
        (notice("Happy Harbour"), None),
    ],
)
def test_agencies_are_told(held: Rights, agency: str | None) -> None:
    """A notice that names an agency says whose text it is, wherever in the line."""
    found = find(held).rights
    assert found is not None
    assert found[0].agency == agency


def test_hostile_notices_cost_little() -> None:
    """A notice of a megabyte, and thousands of them."""
    found = find(*(notice(f"Holder {n} " + "Ltd " * 1_000, "© / " * 250_000) for n in range(50)))
    assert len(found.rights_holders) == SETTINGS.max_holders
    assert all(len(name) <= SETTINGS.max_characters for name in found.rights_holders)
