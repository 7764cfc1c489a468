"""Repairing clusters: `recluster` for all that the index holds, and the same for a few articles.

What must be so follows from the articles alone; each is written only where it says something else. So it may be ended
at any moment and run again, and a second run writes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.clustering import IndexBodies, to_known_candidate
from ingest.dedup import HandDecisions, Reclustering, Settled, SignatureStore, open_signatures
from ingest.erasing import guard
from ingest.errors import CountingLawBroken
from ingest.index.document import move_to_cluster
from ingest.index.opening import open_index
from ingest.index.protocol import Document, Index, Scanned, Write
from ingest.settings import Settings
from ingest.state import RecordReader, Records, open_records, read_records

SPLIT, JOIN = "cluster-split", "cluster-join"
PAGE = 500

OnSeen = Callable[[int], None]


@dataclass(slots=True, kw_only=True)
class ReclusterReport:
    """The books of a run: `seen = rewritten + unchanged + overtaken + rejected`.

    `moved` and `marked` count, among the rewritten, those in another cluster and those whose canonical mark changed.
    `overtaken` are articles that somebody else wrote meanwhile; they are looked at again in the next run. `signatures`
    counts what was put into the signature store.
    """

    dry_run: bool = False
    seconds: float = 0.0
    seen: int = 0
    rewritten: int = 0
    unchanged: int = 0
    overtaken: int = 0
    rejected: int = 0
    moved: int = 0
    marked: int = 0
    signatures: int = 0
    compared: int = 0

    def to_json(self) -> dict[str, Any]:
        """Give the shape of `recluster --json`."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}

    def assert_balance(self) -> None:
        """Raise CountingLawBroken where the books do not balance."""
        if self.seen != self.rewritten + self.unchanged + self.overtaken + self.rejected:
            raise CountingLawBroken(f"not every article is accounted for: {self.to_json()}")


@dataclass(frozen=True, slots=True)
class OpenedClusters:
    """What holds clusters; a dry run has no store to write to."""

    settings: Settings
    index: Index
    store: SignatureStore | None
    hands: HandDecisions


def recluster(settings: Settings, *, dry_run: bool = False, on_seen: OnSeen | None = None) -> ReclusterReport:
    """Give every article the cluster that it belongs to, whatever order it came in and whoever wrote beside it.

    `on_seen` is told the running number of articles settled. Raises Unavailable where the index does not answer or
    another writer does not let go.
    """
    with open_clusters(settings, write=not dry_run) as opened:
        opened.index.refresh()
        return settle(opened, opened.index.scan(), on_seen)


def regroup(opened: OpenedClusters, ids: Sequence[str]) -> ReclusterReport:
    """Do the same for a few articles, as if there were no others."""
    standing = opened.index.standing(ids)
    documents = opened.index.documents(ids).items()
    return settle(opened, iter([Scanned(standing[key].version, document) for key, document in documents]), None)


@contextmanager
def open_clusters(settings: Settings, *, write: bool) -> Iterator[OpenedClusters]:
    """Open index, signatures and decisions by hand."""
    with ExitStack() as stack:
        index = open_index(settings.index, write=write)
        stack.callback(index.close)
        if not write:
            hands = read_hands(stack.enter_context(read_records(settings.index)))
            yield OpenedClusters(settings, index, None, hands)
            return
        index.prepare()
        records = stack.enter_context(open_records(settings.index))
        store = stack.enter_context(open_signatures(settings.index))
        yield OpenedClusters(settings, guard(index, records), store, read_hands(records))


def read_hands(records: Records | RecordReader) -> HandDecisions:
    """Read what people decided about clusters."""
    joined = (record["ids"] for _, record in records.scan(JOIN))
    return HandDecisions(
        alone=frozenset(key for key, _ in records.scan(SPLIT)), joined=tuple((one, other) for one, other in joined)
    )


def settle(opened: OpenedClusters, articles: Iterator[Scanned], on_seen: OnSeen | None) -> ReclusterReport:
    """Lay articles out in a file that is thrown away, settle them, and write what is not so yet."""
    report = ReclusterReport(dry_run=opened.store is None)
    started = time.perf_counter()
    with TemporaryDirectory(prefix="broadsheet-recluster-") as folder:
        bench = Reclustering(
            IndexBodies(opened.index), opened.settings.dedup, opened.hands, str(Path(folder) / "bench.sqlite")
        )
        try:
            while some := list(islice(articles, PAGE)):
                bench.lay([to_known_candidate(held.document) for held in some], [held.version for held in some])
            for page in bench.settle():
                for start in range(0, len(page), PAGE):
                    settle_page(opened, page[start : start + PAGE], report)
                    if on_seen:
                        on_seen(report.seen)
            report.compared = bench.compared
        finally:
            bench.close()
    opened.index.refresh()
    report.seconds = time.perf_counter() - started
    report.assert_balance()
    return report


def settle_page(opened: OpenedClusters, page: Sequence[Settled], report: ReclusterReport) -> None:
    """Write the articles of a page that say something else, and then the signatures that do."""
    report.seen += len(page)
    keys = [each.entry.standing.rank.key for each in page]
    standing = opened.index.standing(keys)
    documents = opened.index.documents(keys)
    timely = {
        key: each
        for key, each in zip(keys, page, strict=True)
        if key in standing and key in documents and standing[key].version == each.stamp
    }
    report.overtaken += len(page) - len(timely)
    changed = {
        key: document
        for key, each in timely.items()
        if (document := move_to_cluster(documents[key], each.cluster)) is not None
    }
    report.unchanged += len(timely) - len(changed)
    refused = write_changed(opened, changed, {key: timely[key].stamp for key in changed}, report)
    for key in changed.keys() - refused:
        report.moved += changed[key]["cluster_id"] != documents[key]["cluster_id"]
        report.marked += changed[key]["canonical"] != documents[key]["canonical"]
    put_signatures(opened.store, [each for key, each in timely.items() if key not in refused], report)


def write_changed(
    opened: OpenedClusters, changed: dict[str, Document], versions: dict[str, int], report: ReclusterReport
) -> set[str]:
    """Write articles under raised generations; name those that were overtaken or rejected."""
    if opened.store is None:
        report.rewritten += len(changed)
        return set()
    writes = [
        Write(key, versions[key] + 1, document, tuple(opened.index.comments(key))) for key, document in changed.items()
    ]
    receipts = opened.index.write(writes) if writes else []
    outcomes = [receipt.outcome for receipt in receipts]
    report.rewritten += outcomes.count("written")
    report.overtaken += outcomes.count("stale") + outcomes.count("erased")
    report.rejected += outcomes.count("rejected")
    return {receipt.id for receipt in receipts if receipt.outcome != "written"}


def put_signatures(store: SignatureStore | None, settled: Sequence[Settled], report: ReclusterReport) -> None:
    """Put the decisions that the store does not hold so; also signatures of another scheme are made anew by this."""
    if store is None:
        return
    stored = store.standing([each.entry.standing.rank.key for each in settled])
    entries = [each.entry for each in settled if stored.get(each.entry.standing.rank.key) != each.entry.standing]
    if entries:
        store.put(entries)
    report.signatures += len(entries)
