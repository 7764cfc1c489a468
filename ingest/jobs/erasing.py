"""`erase`: a document leaves the index, the lake and all that was derived from it, and does not come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from ingest.erasing import ERASED, find_erased
from ingest.errors import UsageError
from ingest.index.protocol import Document
from ingest.jobs.correcting import Hand
from ingest.jobs.merging import format_now
from ingest.jobs.reclustering import OpenedClusters, open_clusters
from ingest.jobs.removal import Removed, remove_articles
from ingest.lake import Lake, erase_from_handovers, open_lake
from ingest.settings import Settings
from ingest.sources import canonical_url, id_of_url
from ingest.state import Records, open_records, read_records

ID_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased of one document, by its minted id."""

    id: str
    removed: Removed
    captures: int
    quarantined: int
    handovers: int

    def to_json(self) -> dict[str, Any]:
        """Give a line of `erase --json`."""
        beside = {"captures": self.captures, "quarantined": self.quarantined, "handovers": self.handovers}
        return {"id": self.id, **asdict(self.removed), **beside}


def erase(any_ids: Sequence[str], hand: Hand, settings: Settings) -> list[Erasure]:
    """Erase documents, named by minted id, given id or URL; a URL that never came is kept out from now on.

    The tombstone comes first: whatever is on its way, replayed, ingested again or reclustered is refused from then on.
    Erasing again finishes what was broken off, and changes nothing else. Raises UsageError, with nothing erased, where
    a name is no URL and nothing is known under it.
    """
    with opened_for_erasing(settings) as (opened, records, lake):
        found = [find_target(any_id, opened, records, lake) for any_id in any_ids]
        return [erase_one(key, hand, (opened, records, lake)) for key in dict.fromkeys(found)]


def list_erased(settings: Settings) -> list[dict[str, Any]]:
    """List the tombstones: which ids, when, who and why."""
    with read_records(settings.index) as records:
        return [{"id": key, **record} for key, record in records.scan(ERASED)]


def lift_erasure(any_ids: Sequence[str], settings: Settings) -> list[dict[str, Any]]:
    """Remove tombstones, so that the documents may come again; nothing that was erased comes back by itself."""
    with open_records(settings.index) as records:
        keys = [to_id(any_id) for any_id in any_ids]
        held = records.get(ERASED, keys)
        if missing := [any_id for any_id, key in zip(any_ids, keys, strict=True) if key not in held]:
            raise UsageError(f"{', '.join(missing)}: not erased; see `broadsheet erase --list`")
        records.delete(ERASED, keys)
        return [{"id": key, **held[key]} for key in keys]


Place = tuple[OpenedClusters, Records, Lake]


@contextmanager
def opened_for_erasing(settings: Settings) -> Iterator[Place]:
    """Open index, signatures, records and lake for writing."""
    with (
        open_clusters(settings, write=True) as opened,
        open_records(settings.index) as records,
        open_lake(settings.lake) as lake,
    ):
        yield opened, records, lake


def find_target(any_id: str, opened: OpenedClusters, records: Records, lake: Lake) -> str:
    """Give the minted id that is meant."""
    key = to_id(any_id)
    if canonical_url(any_id):
        return key
    document = opened.index.find(any_id)
    if document:
        return str(document["id"])
    if lake.captures(key) or find_erased(records, [key]):
        return key
    raise UsageError(f"{any_id}: neither the index nor the lake has a document of this id")


def to_id(any_id: str) -> str:
    """Give the minted id of a URL; anything else is taken as an id."""
    url = canonical_url(any_id)
    return id_of_url(url) if url else any_id


def erase_one(key: str, hand: Hand, place: Place) -> Erasure:
    """Erase one document everywhere."""
    opened, records, lake = place
    stone = {"at": format_now(), "by": hand.by, "reason": hand.reason}
    records.update(ERASED, [key], lambda _, held: held or stone)
    captures = lake.erase(key)
    quarantined = lake.quarantine.erase(key)
    handovers = erase_from_handovers(lake, key)
    documents = list(opened.index.documents([key]).values())
    removed = remove_articles(opened, records, documents) if documents else finish(key, opened, records)
    return Erasure(id=key, removed=removed, captures=captures, quarantined=quarantined, handovers=handovers)


def finish(key: str, opened: OpenedClusters, records: Records) -> Removed:
    """Remove what a broken-off erasure left of a document that the index has no more."""
    absent: Document = {"id": key, "cluster_id": key, "comment_count": 0, "version": 0}
    return replace(remove_articles(opened, records, [absent]), articles=0, versions=0)
