"""Bylines, rights, publishers, comments and words of `samples.toml`, whose outlets and persons are invented."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.clean.rights import read_rights
from ingest.enrich.byline import list_contributors
from ingest.enrich.enricher import Draft
from ingest.enrich.enrichers import COMMENTS, PUBLISHER, RIGHTS, WORDS
from ingest.enrich.settings import EnrichSettings
from ingest.model import Candidate, Cleaning, Comment, Encoding, Given, Metadata, Page, Payload, RawDocument

FILE = Path(__file__).with_name("samples.toml")
SETTINGS = EnrichSettings()


def measure_samples() -> dict[str, Any]:
    """Score each sample: precision and recall of what is found, or the share of right answers."""
    samples = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        "byline": measure_bylines(samples["bylines"]),
        "rights": measure_rights(samples["rights"]),
        "publisher": measure_publishers(samples["publishers"]),
        "comments": measure_comments(samples["comments"]),
        "words": measure_words(samples["words"]),
    }


def measure_bylines(lines: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Compare name, role and place of each contributor."""
    pairs = []
    for line in lines:
        bylines, credited = ([line["line"]], []) if line["kind"] == "byline" else ([], [line["line"]])
        found = list_contributors(bylines, credited, SETTINGS.byline)
        wanted = [(name, role, place or None) for name, role, place in line["names"]]
        pairs.append((Counter(wanted), Counter((each.name, each.role, each.place) for each in found)))
    return score(pairs)


def measure_rights(notices: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Compare the holder's name and the agency of each notice."""
    pairs = []
    for notice in notices:
        rights = read_rights(notice["notice"])
        found = describe(RIGHTS, Cleaning(body="", spans=(), rights=(rights,) if rights else ()))
        told = [("holder", name) for name in found.rights_holders]
        told += [("agency", each.agency) for each in found.rights or () if each.agency]
        wanted = [(field, notice[field]) for field in ("holder", "agency") if field in notice]
        pairs.append((Counter(wanted), Counter(told)))
    return score(pairs)


def measure_publishers(cases: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Compare the publisher's name of each case."""
    right = []
    for case in cases:
        rights = read_rights(case["notice"]) if "notice" in case else None
        cleaning = Cleaning(body="", spans=(), rights=(rights,) if rights else ())
        found = describe(PUBLISHER, cleaning, case.get("url"), case.get("page")).publisher
        right.append((found.name if found else "") == case["name"])
    return {"right": round(sum(right) / len(right), 4)}


def measure_comments(comments: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Compare the language of each comment."""
    rows = list(comments)
    cleaning = Cleaning(body="", spans=(), comments=tuple(Comment(text=row["text"]) for row in rows))
    told = [comment.language for comment in describe(COMMENTS, cleaning).comments or ()]
    right = [language and language.code == row["language"] for language, row in zip(told, rows, strict=True)]
    return {"right": round(sum(map(bool, right)) / len(rows), 4)}


def measure_words(texts: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Compare the number of words of each text."""
    right = [describe(WORDS, Cleaning(body=row["text"], spans=())).word_count == row["count"] for row in texts]
    return {"right": round(sum(right) / len(right), 4)}


def describe(enricher: Any, cleaning: Cleaning, url: str | None = None, publisher: str | None = None) -> Metadata:
    """Run one enricher over what cleaning found on a page that states its publisher."""
    stated = (Candidate(field="publisher", value=publisher, origin="opengraph"),) if publisher else ()
    payload = Payload(content=b"", media_type="text/plain", source="sample", origin="sample")
    document = RawDocument(
        id="0" * 32, digest="0" * 64, payload=payload, kind="text", text="",
        encoding=Encoding(name="utf-8", origin="utf-8"), given=Given(), url=url,
    )  # fmt: skip
    page = Page(document=document, text="", extractor="text", candidates=stated)
    draft = Draft(page=page, cleaning=cleaning, now=datetime(2026, 5, 1, tzinfo=UTC))
    metadata: Metadata = enricher.find(draft, getattr(SETTINGS, enricher.name)).metadata
    return metadata


def score(pairs: Iterable[tuple[Counter[Any], Counter[Any]]]) -> dict[str, float]:
    """Give precision and recall of what was found of what was wanted."""
    held = list(pairs)
    common = sum((wanted & found).total() for wanted, found in held)
    found = sum(found.total() for _, found in held)
    wanted = sum(wanted.total() for wanted, _ in held)
    return {"precision": round(common / max(1, found), 4), "recall": round(common / max(1, wanted), 4)}
