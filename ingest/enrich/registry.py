"""The registry of publishers: who publishes under a host, and who is meant by a name. `publishers.toml` is its data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

MAX_NAME_CHARACTERS = 1_000
"""Characters of a stated name that are looked at; none is longer."""

MAX_LABELS = 6
ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
LEGAL_FORM = re.compile(
    r"[\s,]+(?:(?:and|&)\s+)?(?:ltd|limited|llc|l\.l\.c|inc|incorporated|corp|corporation|co|company|plc|gmbh|mbh|ag|kg|se"
    r"|s\.?a|s\.?a\.?s|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|a/s|asa|oy|oyj|ab|pty|pvt|sp\. z o\.o)\.?$",
    re.IGNORECASE,
)
MAX_LEGAL_FORMS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPublisher:
    """A publisher as the registry knows it: country in ISO 3166-1, language in ISO 639-1."""

    name: str
    domains: tuple[str, ...]
    country: str
    language: str
    kind: str
    aliases: tuple[str, ...] = ()

    @property
    def is_agency(self) -> bool:
        """Whether others publish what it writes."""
        return self.kind == "agency"


@dataclass(frozen=True, slots=True)
class Registry:
    """The known publishers by host and by folded name."""

    by_domain: Mapping[str, KnownPublisher]
    by_name: Mapping[str, KnownPublisher]

    def of_host(self, host: str) -> KnownPublisher | None:
        """Find who publishes under a host: by itself, or by a domain that it is below."""
        labels = host.lower().removeprefix("www.").split(".")[-MAX_LABELS:]
        domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
        return next((known for domain in domains if (known := self.by_domain.get(domain))), None)

    def of_name(self, name: str) -> KnownPublisher | None:
        """Find who is meant by a name, whatever its article, legal form, case and punctuation."""
        return self.by_name.get(fold_name(name)) or self.by_name.get(fold_name(strip_form(name)))


@cache
def load_registry() -> Registry:
    """Load the packaged registry."""
    text = (files("ingest.enrich") / "publishers.toml").read_text(encoding="utf-8")
    known = [make_known(name, row) for name, row in tomllib.loads(text).items()]
    by_name: dict[str, KnownPublisher] = {}
    for each in known:
        for name in (each.name, *each.aliases, *each.domains):
            by_name[fold_name(name)] = by_name[fold_name(strip_form(name))] = each
    return Registry({domain: each for each in known for domain in each.domains}, by_name)


def make_known(name: str, row: Mapping[str, Any]) -> KnownPublisher:
    """Make a record of one entry."""
    return KnownPublisher(
        name=name,
        domains=tuple(row["domains"]),
        country=row["country"],
        language=row["language"],
        kind=row["kind"],
        aliases=tuple(row.get("aliases", ())),
    )


def strip_form(name: str) -> str:
    """Strip a leading article and the legal forms at the end (`The Harbour Post Co. Ltd.` gives `Harbour Post`)."""
    name = ARTICLE.sub("", name[:MAX_NAME_CHARACTERS].strip(), count=1)
    for _ in range(MAX_LEGAL_FORMS):
        name = LEGAL_FORM.sub("", name.rstrip(" ,"))
    return name


def fold_name(name: str) -> str:
    """Fold a name to its letters and digits in lower case, so that `Harbour-Post` and `harbour post` are one."""
    return "".join(filter(str.isalnum, name[:MAX_NAME_CHARACTERS].casefold()))
