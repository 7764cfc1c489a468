"""Looking at corrections, and proposing rules that would make them needless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.clean.cleaner import clean_page
from ingest.clean.corrections import CORRECTION_LOST, Correction
from ingest.clean.proposals import Proposal, propose_rule, set_aside
from ingest.cleaning import KIND, to_corrections
from ingest.errors import UsageError
from ingest.index.protocol import Document, Index
from ingest.jobs.correcting import describe
from ingest.jobs.originals import extract_original
from ingest.jobs.searching import open_to_read
from ingest.lake import open_lake
from ingest.pipeline import Rooms, open_pool
from ingest.settings import Settings
from ingest.state import RecordReader, read_records

Line = dict[str, Any]
Corrected = tuple[str, Document | None, tuple[Correction, ...]]


def list_corrections(any_ids: Sequence[str], settings: Settings) -> Iterator[Line]:
    """Yield every correction, or those of the articles named; `state` says whether it has an effect.

    It is `applied`, or `lost` (with `why`) where the article's text has changed so that its stretch is not found,
    `unknown` where the lake at hand cannot tell which of an article's corrections are lost, `gone` where the index has
    no such article.
    """
    with open_to_read(settings) as index, read_records(settings.index) as records:
        for key, document, corrections in find_corrected(any_ids, index, records):
            lost = find_lost(document, corrections, settings)
            for correction in corrections:
                line = describe(correction, document or {"id": key, "given_id": None})
                yield {**line, **name_state(document, correction, lost)}


def propose_rules(any_ids: Sequence[str], settings: Settings) -> Iterator[Line]:
    """Yield a proposal for a rule for every correction, as TOML; what `rules test` would say against it is in it.

    All of them are one file: of several that give a rule the same name the later ones are comments.
    """
    names: set[str] = set()
    with open_to_read(settings) as index, read_records(settings.index) as records:
        for key, document, corrections in find_corrected(any_ids, index, records):
            for correction in corrections:
                proposal: Proposal = propose_rule(correction, key, document["body"] if document else "")
                if proposal.rule and proposal.rule.id in names:
                    proposal = set_aside(proposal, proposal.rule.id)
                elif proposal.rule:
                    names.add(proposal.rule.id)
                yield {
                    "id": key,
                    "number": correction.number,
                    "toml": proposal.toml,
                    "accepted": not proposal.problems,
                    "problems": list(proposal.problems),
                }


def find_corrected(any_ids: Sequence[str], index: Index, records: RecordReader) -> Iterator[Corrected]:
    """Yield articles with corrections; raise UsageError where one that was named has none."""
    found = records.scan(KIND) if not any_ids else find_named(any_ids, index, records)
    for key, record in found:
        if record["corrections"]:
            yield key, index.documents([key]).get(key), to_corrections(record["corrections"])


def find_named(any_ids: Sequence[str], index: Index, records: RecordReader) -> Iterator[tuple[str, Line]]:
    """Look articles up by minted or given id, also where the index has forgotten them."""
    for any_id in any_ids:
        document = index.find(any_id)
        key = str(document["id"]) if document else any_id
        record = records.get(KIND, [key]).get(key)
        if record is None and document is None:
            raise UsageError(f"{any_id}: no such article in the index, and no corrections of it")
        yield key, record or {"corrections": []}


def find_lost(
    document: Document | None, corrections: Sequence[Correction], settings: Settings
) -> dict[int, str] | None:
    """Say which corrections have no effect on an article, and why; None where its text is not at hand."""
    if document is None or CORRECTION_LOST not in document["flags"]:
        return {}
    try:
        with open_lake(settings.lake, create=False) as lake, open_pool(settings) as pool:
            page = extract_original(document, lake, Rooms(settings=settings, pool=pool))
    except UsageError:
        return None
    cleaning = clean_page(page, settings.clean, corrections=corrections).cleaning
    return {lost.number: lost.reason for lost in cleaning.lost_corrections}


def name_state(document: Document | None, correction: Correction, lost: dict[int, str] | None) -> Line:
    """Name a correction's state."""
    if document is None:
        return {"state": "gone", "why": "the article is not in the index"}
    if lost is None:
        return {"state": "unknown", "why": "some of this article's are lost; its text is not in this lake"}
    why = lost.get(correction.number)
    return {"state": "lost" if why else "applied", "why": why or ""}
