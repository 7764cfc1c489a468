"""The registry of publishers is consistent, and finds who is meant."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

import ingest.enrich.registry
from ingest.domains import registrable_domain
from ingest.enrich.registry import fold_name, load_registry, strip_form

FILE = Path(ingest.enrich.registry.__file__).with_name("publishers.toml")
ROWS = tomllib.loads(FILE.read_text(encoding="utf-8"))
KINDS = {"newspaper", "magazine", "broadcaster", "online", "agency"}
COUNTRIES = """
AE AR AT AU BD BE BG BR CA CH CL CN CO CU CZ DE DK EE EG ES FI FR GB GR HK HR HU ID IE IL IN IS IT JP KE KR LB LT LV MX
MY NG NL NO NZ PE PH PK PL PT QA RO RS RU SA SE SG SI SK TH TR TW UA US VN ZA
"""
LANGUAGES = """
ar bg bn cs da de el en es et fi fr he hr hu id is it ja ko lt ms nl no pl pt ro ru sk sl sr sv tr uk vi zh
"""


def test_there_are_enough_to_be_of_use() -> None:
    """Agencies above all: their names in notices and credits mean that another one published."""
    kinds = Counter(row["kind"] for row in ROWS.values())
    assert len(ROWS) >= 300
    assert kinds.keys() == KINDS
    assert kinds["agency"] >= 50


@pytest.mark.parametrize("name", ROWS)
def test_an_entry_is_well_formed(name: str) -> None:
    """Countries in ISO 3166-1, languages in ISO 639-1, domains in lower case and registered."""
    row = ROWS[name]
    assert row.keys() <= {"domains", "country", "language", "kind", "aliases"}
    assert row["country"] in COUNTRIES.split()
    assert row["language"] in LANGUAGES.split()
    assert row["kind"] in KINDS
    assert row["domains"]
    for domain in row["domains"]:
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain)
        assert registrable_domain(f"https://{domain}/") in {
            domain,
            ".".join(domain.split(".")[-2:]),
            ".".join(domain.split(".")[-3:]),
        }
        assert load_registry().of_host(f"www.{domain}") == load_registry().by_domain[domain]


def test_no_domain_and_no_name_means_two() -> None:
    """One name for two publishers would be one of them at random."""
    domains = Counter(domain for row in ROWS.values() for domain in row["domains"])
    assert [domain for domain, count in domains.items() if count > 1] == []
    meant: dict[str, set[str]] = {}
    for name, row in ROWS.items():
        for called in (name, *row.get("aliases", ()), *row["domains"]):
            for folded in (fold_name(called), fold_name(strip_form(called))):
                assert folded
                meant.setdefault(folded, set()).add(name)
    assert {folded: names for folded, names in meant.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("AP", "The Associated Press"),
        ("associated press", "The Associated Press"),
        ("Guardian News & Media Limited", "The Guardian"),
        ("The New York Times Company", "The New York Times"),
        ("新华社", "Xinhua"),
        ("dpa", "Deutsche Presse-Agentur"),
        ("The Harbour Post", None),
        ("", None),
        ("Co. Ltd.", None),
    ],
)
def test_who_is_meant_by_a_name(called: str, name: str | None) -> None:
    """Articles, legal forms, case and punctuation differ from line to line."""
    known = load_registry().of_name(called)
    assert (known and known.name) == name


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("The Harbour Post Co. Ltd.", "Harbour Post"),
        ("Fjord-Verlag GmbH & Co. KG", "Fjord-Verlag"),
        ("Skerry Media, LLC", "Skerry Media"),
        ("Arcadia", "Arcadia"),
        ("The The", "The"),
        ("Inc.", "Inc."),
    ],
)
def test_legal_forms_go(name: str, bare: str) -> None:
    """They say nothing of who it is."""
    assert strip_form(name) == bare


def test_a_host_is_found_by_the_longest_name() -> None:
    """`uol.com.br` is one publisher and `folha.uol.com.br` another; an address without a host is nobody's."""
    named = [
        load_registry().of_host(host) for host in ("www1.folha.uol.com.br", "noticias.uol.com.br", "", "com", "a.b")
    ]
    assert [known and known.name for known in named] == ["Folha de S.Paulo", "UOL", None, None, None]
