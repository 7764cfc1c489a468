"""An article's original, made again from its bytes in the lake, and what was removed from it."""

from __future__ import annotations

from typing import Any

from ingest.errors import UsageError
from ingest.index.protocol import Document
from ingest.lake import Lake, open_lake
from ingest.model import Page, Payload
from ingest.pipeline import Rooms, extracting_stage, open_pool, reading_stage
from ingest.settings import Settings


def show_spans(document: Document, original: str) -> dict[str, Any]:
    """Give what was removed from an article's original, and what was only suggested, with its text and its number."""
    kinds = zip(("spans", "suggested_spans"), number_spans(document), strict=True)
    return {kind: [{**span, "text": original[span["start"] : span["end"]]} for span in spans] for kind, spans in kinds}


def read_original(document: Document, settings: Settings) -> str:
    """Make the text that an article's spans cover again; see `extract_original`."""
    with open_lake(settings.lake, create=False) as lake, open_pool(settings) as pool:
        return extract_original(document, lake, Rooms(settings=settings, pool=pool)).text


def number_spans(document: Document) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give spans and suggested spans with their numbers from 1; the suggested ones go on where the others end."""
    spans, suggested = document["spans"], document["suggested_spans"]
    return (
        [{"number": number, **span} for number, span in enumerate(spans, start=1)],
        [{"number": number, **span} for number, span in enumerate(suggested, start=len(spans) + 1)],
    )


def extract_original(document: Document, lake: Lake, rooms: Rooms) -> Page:
    """Make the page whose text an article's spans cover again, from its bytes in the lake.

    Raises UsageError where the lake at hand does not hold them, or where this code extracts another text than the one
    that the spans were taken on.
    """
    payloads = [take_payload(lake, document)]
    page = next(extracting_stage(rooms).run(reading_stage(rooms.settings, None).run(payloads)))
    if not isinstance(page, Page) or len(page.text) != document["original_characters"]:
        raise UsageError(
            f"{document['id']}: its text was made by another version ({document['extractor']}); ingest it again"
        )
    return page


def take_payload(lake: Lake, document: Document) -> Payload:
    """Take an article's payload from the lake; raise UsageError where this lake does not have it."""
    capture = lake.capture(document["capture"])
    if capture is None or capture.id != document["id"]:
        raise UsageError(f"{document['id']}: its bytes are not in this lake; name the right one with --lake")
    return lake.read(capture).payload
