"""Who holds the rights, by the names that facets count, and the agencies that copyright lines name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.registry import fold_name, load_registry, strip_form
from ingest.enrich.settings import RightsSettings
from ingest.enrich.values import tidy
from ingest.model import Rights

PART = re.compile(r"\s*(?:[/|;,–—()]|\bvia\b|\band\b|\bund\b|\bet\b|&)\s*", re.IGNORECASE)
AFFILIATES = re.compile(
    r"\s+(?:and|or|and/or) (?:its|their) (?:\w+ )?(?:affiliat|subsidiar|licens|supplier).*", re.IGNORECASE
)
MAX_NOTICE_CHARACTERS = 500
MAX_PARTS = 20


def find_rights(draft: Draft, settings: RightsSettings) -> Finding:
    """Find the agency that each notice names, and the holders as facets count them."""
    rights = tuple(replace(each, agency=find_agency(each)) for each in draft.cleaning.rights)
    holders = name_holders(rights, settings)
    return Finding(replace(draft.metadata, rights=rights, rights_holders=holders), ["rights"] if rights else [])


def name_holders(rights: Iterable[Rights], settings: RightsSettings) -> tuple[str, ...]:
    """Name the holders as the registry does, others without their legal form; each once, however it is written."""
    names: dict[str, str] = {}
    for each in rights:
        if each.holder and any(map(str.isalnum, holder := tidy(each.holder, settings.max_characters))):
            holder = AFFILIATES.sub("", holder)
            known = load_registry().of_name(holder)
            name = known.name if known else strip_suffix(holder)
            names.setdefault(fold_name(strip_form(name)), name)
    return tuple(names.values())[: settings.max_holders]


def strip_suffix(holder: str) -> str:
    """Strip the legal form at the end of a name; its article stays."""
    bare = strip_form(holder)
    start = holder.find(bare)
    return holder[: start + len(bare)].strip() if bare and start >= 0 else holder


def find_agency(rights: Rights) -> str | None:
    """Find the news agency that a notice names: as its holder, or as one part of the line."""
    parts = [rights.holder or "", *PART.split(rights.notice[:MAX_NOTICE_CHARACTERS])[:MAX_PARTS]]
    for part in parts:
        known = load_registry().of_name(strip_sign(part))
        if known is not None and known.is_agency:
            return known.name
    return None


def strip_sign(part: str) -> str:
    """Strip the sign, the word and the years of a copyright line."""
    return re.sub(
        r"(?i)\b(?:copyright|copr)\b|©|\(c\)|(?<!\d)(?:19|20)\d\d(?!\d)|all rights reserved", " ", part
    ).strip(" .-:")
