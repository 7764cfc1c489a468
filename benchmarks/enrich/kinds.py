"""Kinds, access, topics and quality of `kinds.toml`, whose outlets and persons are invented."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.enrich.samples import score
from ingest.enrich import EnrichSettings, describe
from ingest.model import Article, Candidate, Caption, Cleaning, Encoding, Given, Metadata, Page, Payload, RawDocument

FILE = Path(__file__).with_name("kinds.toml")
SETTINGS = EnrichSettings()
NOW = datetime(2026, 5, 1, tzinfo=UTC)
BODY = "The council voted on Monday. The mayor was glad of it, and the harbour master was not."
STATED = {"stated": "kind", "free": "is_free", "tier": "tier", "section": "section", "keyword": "keyword"}
"""What a row says that the page states, and the field in which it does."""

Row = dict[str, Any]


def measure_kinds() -> dict[str, Any]:
    """Give the share of right answers, and precision and recall of sections and keywords."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        "kind": share(tell_kind(row) == row["kind"] for row in rows["kinds"]),
        "access": share(is_access_right(row) for row in rows["access"]),
        "topics": score([compare_topics(row) for row in rows["topics"]]),
        "quality": share(rate(row["better"]) > rate(row["worse"]) for row in rows["quality"]),
    }


def share(answers: Iterable[bool]) -> dict[str, float]:
    """Give the share of right answers."""
    held = list(answers)
    return {"right": round(sum(held) / len(held), 4)}


def is_access_right(row: Row) -> bool:
    """Compare both answers; a row that says nothing of one of them wants None, or a text that is whole."""
    access = describe_row(row).access
    return access is not None and (access.paywalled, access.cut_short) == (
        row.get("paywalled"),
        row.get("cut_short", False),
    )


def compare_topics(row: Row) -> tuple[Counter[Any], Counter[Any]]:
    """Give what is wanted and what is found."""
    topics = describe_row(row).topics
    assert topics is not None
    wanted = [("section", name) for name in row["sections"]] + [("keyword", name) for name in row["keywords"]]
    found = [("section", name) for name in topics.sections] + [("keyword", name) for name in topics.keywords]
    return Counter(wanted), Counter(found)


def tell_kind(row: Row) -> str | None:
    """Tell the kind of a row's article."""
    kind = describe_row(row).kind
    return kind.name if kind else None


def rate(body: str) -> float:
    """Rate a body, of which nothing else is known."""
    quality = describe_row({"body": body}).quality
    assert quality is not None
    return quality.score


def describe_row(row: Row) -> Metadata:
    """Describe the article that a row tells of."""
    stated = [(field, value) for name, field in STATED.items() for value in listed(row.get(name))]
    payload = Payload(content=b"", media_type="text/plain", source="sample", origin="sample")
    document = RawDocument(
        id="0" * 32, digest="0" * 64, payload=payload, kind="text", text="",
        encoding=Encoding(name="utf-8", origin="utf-8"),
        given=Given(title=row.get("title"), publisher="Tidesman"), url=row.get("url"),
    )  # fmt: skip
    candidates = tuple(Candidate(field=field, value=value, origin="json-ld") for field, value in stated)
    page = Page(document=document, text="", extractor="text", candidates=candidates)
    captions = (Caption(text="The quay"),) * row.get("captions", 0)
    cleaning = Cleaning(body=row.get("body", BODY), spans=(), captions=captions)
    return describe(Article(page=page, cleaning=cleaning), SETTINGS, now=NOW)


def listed(value: Any) -> list[str]:
    """Give one value or several as a list."""
    return value if isinstance(value, list) else [value] if value else []
