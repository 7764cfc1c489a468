"""Making one generation of the index hold what another holds: by differences, as often as it takes. Any backend."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.crash_points import passing
from ingest.errors import ReindexFailed
from ingest.index.document import fill_stemmed, fingerprint
from ingest.index.generations import Generations
from ingest.index.history import find_periods
from ingest.index.mapping import articles_mapping, comments_mapping
from ingest.index.protocol import Document, Index, Standing, Surveyed, Write
from ingest.versioning import read_history

PAGE = 200


@dataclass(slots=True)
class Changes:
    """What a pass wrote to the target, and removed from it."""

    copied: int = 0
    removed: int = 0

    @property
    def total(self) -> int:
        """Count both."""
        return self.copied + self.removed


@dataclass(frozen=True, slots=True)
class Sum:
    """How much an index holds: articles, comments and versions, and a checksum over all articles in any order."""

    articles: int
    comments: int
    versions: int
    checksum: str


@dataclass(slots=True)
class Held:
    """How long writers waited, once they wait no more."""

    seconds: float = 0.0


@contextmanager
def hold(generations: Generations) -> Iterator[Held]:
    """Keep writers waiting, and measure for how long."""
    held = Held()
    started = time.perf_counter()
    try:
        with generations.hold_writes():
            passing("reindex_held")
            yield held
    finally:
        held.seconds = time.perf_counter() - started


def copy_differences(source: Index, target: Index) -> Changes:
    """Bring over what the target lacks or has in another version, and remove what the source has no more.

    It may be broken off anywhere and done again.
    """
    source.refresh()
    target.refresh()
    changes = Changes()
    differences = find_differences(source.survey(), target.survey())
    while some := list(islice(differences, PAGE)):
        copied = copy_articles(source, target, [here.id for here, _ in some if here is not None])
        gone = [there.id for here, there in some if here is None and there is not None]
        if gone:
            target.remove(gone)
        changes.copied += copied
        changes.removed += len(gone)
        passing("reindex_copied")
    return changes


def find_differences(
    source: Iterator[Surveyed], target: Iterator[Surveyed]
) -> Iterator[tuple[Surveyed | None, Surveyed | None]]:
    """Walk both in the order of ids; yield what is not of the same version in both, as it is in each."""
    here, there = next(source, None), next(target, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here.id < there.id):
            yield here, None
            here = next(source, None)
        elif here is None or there.id < here.id:
            yield None, there
            there = next(target, None)
        else:
            if here.stamp != there.stamp:
                yield here, there
            here, there = next(source, None), next(target, None)


def copy_articles(source: Index, target: Index, ids: Sequence[str]) -> int:
    """Copy articles whole, with their comments and versions, under the versions that they have; give how many.

    Raises ReindexFailed where the target refuses one for good.
    """
    standing, documents = source.standing(ids), source.documents(ids)
    keys = [key for key in ids if key in standing and key in documents]
    versions = source.versions([name for key in keys for name in name_versions(documents[key])])
    writes = [to_write(source, documents[key], standing[key], versions) for key in keys]
    for receipt in target.write(writes):
        if receipt.outcome == "rejected":
            raise ReindexFailed(f"{receipt.id}: the new index refuses it: {receipt.error}: {receipt.message}")
    return len(writes)


def name_versions(document: Document) -> list[str]:
    """Name an article's versions."""
    return [period.id for period in find_periods(document["id"], read_history(document))]


def to_write(source: Index, document: Document, standing: Standing, versions: Mapping[str, Document]) -> Write:
    """Make the write of an article as it stands, in the shape of this program's mapping."""
    fields = comments_mapping().properties
    comments = tuple(
        {name: value for name, value in comment.items() if name in fields}
        for comment in (source.comments(document["id"]) if document.get("comment_count") else ())
    )
    history = {
        name: fill_stemmed(conform(versions[name]))
        for name in name_versions(document)
        if name in versions and name != document.get("version_id")
    }
    return Write(document["id"], standing.version, fill_stemmed(conform(document), comments), comments, history)


def conform(document: Mapping[str, Any]) -> Document:
    """Leave out of a document of another mapping version what this one does not know."""
    known = articles_mapping().properties
    kept = {name: value for name, value in document.items() if name in known}
    return kept if len(kept) == len(document) else kept | {"fingerprint": fingerprint(kept)}


def sum_up(index: Index, *, with_fingerprints: bool) -> Sum:
    """Read the counts and the checksum of an index."""
    index.refresh()
    articles = comments = versions = checksum = 0
    for each in index.survey():
        articles += 1
        comments += each.comments
        versions += each.versions
        said = f"{each.id} {each.stamp} {each.comments} {each.versions}"
        said += f" {each.fingerprint}" if with_fingerprints else ""
        checksum ^= int.from_bytes(hashlib.sha256(said.encode()).digest(), "big")
    return Sum(articles, comments, versions, f"{checksum:064x}")


def verify(source: Index, target: Index, *, same_mapping: bool) -> Sum:
    """Compare counts and checksums of two indices, and the target's comments and versions with what its articles say.

    Of one mapping the fingerprints count, too. Raises ReindexFailed where anything differs.
    """
    theirs, ours = (sum_up(index, with_fingerprints=same_mapping) for index in (source, target))
    if theirs != ours:
        raise ReindexFailed(f"the new index does not hold what the old one holds: {ours}, not {theirs}")
    assert_complete(target, ours)
    return ours


def assert_complete(target: Index, said: Sum) -> None:
    """Raise ReindexFailed where there are not as many comments and versions as the articles say."""
    if target.totals() != (said.articles, said.comments, said.versions):
        raise ReindexFailed(f"the new index lacks comments or versions: {target.totals()}, not {said}")
