"""The versions of an article: what each said, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any

from ingest.errors import ArticleMissing
from ingest.index.corrections import diff_words
from ingest.index.history import find_periods
from ingest.index.protocol import Document
from ingest.index.reading import IndexReader
from ingest.search.dates import read_date
from ingest.versioning import read_history

SHOWN = ("version", "version_id", "valid_from", "valid_to", "capture", "captured_at", "title", "body", "correction")


async def list_versions(index: IndexReader, article: Document) -> list[dict[str, Any]]:
    """Give an article's versions, oldest first, each with the word diffs of title and body from the one before.

    A diff is a list of `{"sign": "=" | "-" | "+", "text"}`; the first version has none.
    """
    versions = await read_versions(index, article)
    return await index.aside(partial(compare_versions, versions))


def compare_versions(versions: Sequence[Document]) -> list[dict[str, Any]]:
    """Give versions with their diffs; see `list_versions`."""
    shown: list[dict[str, Any]] = [{name: version.get(name) for name in SHOWN} | {"diff": None} for version in versions]
    for (before, after), entry in zip(pairwise(versions), shown[1:], strict=True):
        entry["diff"] = {
            name: [change.to_json() for change in diff_words(before[name] or "", after[name] or "")]
            for name in ("title", "body")
        }
    return shown


async def read_versions(index: IndexReader, article: Document) -> Sequence[Document]:
    """Fetch an article's versions whole, oldest first."""
    ids = [period.id for period in find_periods(article["id"], read_history(article))]
    held = await index.versions(ids)
    return [held[key] for key in ids if key in held]


async def find_version(index: IndexReader, article: Document, as_of: str) -> Document:
    """Give the version of an article that stood at a time (a year, month, day or time, UTC where it names no zone).

    Raises ArticleMissing where it had not been seen by then.
    """
    moment = read_date("as_of", as_of, end=False)
    for version in reversed(await read_versions(index, article)):
        if version["valid_from"] is not None and datetime.fromisoformat(version["valid_from"]) <= moment:
            return version
    raise ArticleMissing(f"{article['id']}: not seen before {as_of}")
