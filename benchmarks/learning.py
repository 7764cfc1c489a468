"""The table of what repeats on publishers' pages: `python -m benchmarks.learning [FEWEST_DOCUMENTS]`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.corpora import DATA
from ingest.clean.learned.counts import PublisherCounts
from ingest.clean.learned.proposals import Proposal
from ingest.clean.learned.settings import LearnSettings
from ingest.clean.learned.share import measure_usual_share
from ingest.clean.learned.snapshot import NOTHING_LEARNED
from ingest.jobs.cleaning import clean_documents
from ingest.learning import LineCounter, propose_all, read_counts
from ingest.model import Article
from ingest.settings import Settings
from ingest.state import MemoryRecords

PAGES = DATA / "publishers" / "scraped.jsonl.gz"


def count() -> Mapping[str, PublisherCounts]:
    """Count every page once, by publisher."""
    settings = Settings()
    records = MemoryRecords()
    counter = LineCounter(records, settings.learn, NOTHING_LEARNED, next_capture=lambda: 1, day=1)
    for outcome in clean_documents([str(PAGES)], settings):
        if isinstance(outcome, Article):
            counter.note(outcome)
    counter.count()
    return read_counts(records)


def learn(counted: Mapping[str, PublisherCounts], settings: LearnSettings) -> Iterator[Proposal]:
    """Yield the proposals by publisher."""
    for publisher, counts in counted.items():
        yield from propose_all(publisher, counts, settings)


def measure() -> dict[str, Any]:
    """Count proposals (those that wait, those that a rule takes already) and documents under their usual share."""
    counted = count()
    proposals = list(learn(counted, Settings().learn))
    waiting = [proposal for proposal in proposals if proposal.covered_by is None]
    shares = {name: measure_usual_share(counts, Settings().learn) for name, counts in counted.items()}
    judged = [
        (d.share, shares[name] or 0) for name, counts in counted.items() if shares[name] for d in counts.originals
    ]
    return {
        "waiting": len(waiting),
        "covered": len(proposals) - len(waiting),
        "publishers": len({proposal.publisher for proposal in waiting}),
        "documents_changed": sum(proposal.would_change for proposal in waiting),
        "over_200_characters": sum(len(proposal.text) > 200 for proposal in waiting),
        "judged_by_usual_share": len(judged),
        "under_usual_share": sum(share < usual for share, usual in judged),
    }


def to_row(proposal: Proposal) -> dict[str, Any]:
    """Give a row of the table, with the line as it stands in the pages."""
    return {
        "publisher": proposal.publisher,
        "support": f"{proposal.documents} of {proposal.of}",
        "where": proposal.places,
        "signals": [signal.name for signal in proposal.signals],
        "class": proposal.span_class.value,
        "covered_by": proposal.covered_by,
        "line": proposal.text,
    }


def main(fewest: int | None) -> None:
    """Print a line of JSON a proposal; with a number, of lines on that many documents, whatever their share."""
    settings = Settings().learn if fewest is None else LearnSettings(min_documents=fewest, min_share=0.0)
    for proposal in learn(count(), settings):
        print(json.dumps(to_row(proposal), ensure_ascii=False))


if __name__ == "__main__":
    if not PAGES.exists():
        sys.exit(f"no measuring material at {PAGES}")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
