"""Pages of a search: the first as the index stands, the next from where a cursor stands, in one snapshot."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ingest.errors import BroadsheetError
from ingest.index.mapping import stem_of
from ingest.index.protocol import Document
from ingest.index.reading import IndexReader
from ingest.index.snippets import mark_comments
from ingest.search import SearchRequest, SearchResponse, build_languages_query, build_query, read_languages
from ingest.search.cursor import Cursor, CursorSigner
from ingest.search.query import Place, build_comment_highlight
from ingest.search.response import add_comments, read_response
from ingest.settings import Settings
from ingest.state import open_records, read_records

LOG = logging.getLogger(__name__)
SECRETS = "secret"
CURSORS = "cursors"


class Paging:
    """Answers requests over one index, page by page; `sign` is asked for a signer where the first cursor needs one."""

    def __init__(
        self,
        index: IndexReader,
        sign: Callable[[], CursorSigner],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        hold_seconds: float = 0.0,
    ) -> None:
        self._index = index
        self._sign = sign
        self._held_signer: CursorSigner | None = None
        self._now = now
        self._hold_seconds = hold_seconds
        self._stems: tuple[float, tuple[str, ...]] = (0.0, ())

    async def search(self, request: SearchRequest, *, counted: bool = True) -> SearchResponse:
        """Give the page that a request asks for, `counted` with totals and facets, and the cursor of the next.

        Raises RequestError where the cursor is none of ours or continues another search, CursorExpired where what it
        walks over is no longer held.
        """
        if request.cursor is None:
            now = self._now().isoformat(timespec="seconds") if request.settings.recency_weight else None
            cursor = Cursor(stems=await self._find_stems(request), now=now)
        else:
            cursor = await self._begin(await self._read(request.cursor, request), request)
        request = replace(request, now=datetime.fromisoformat(cursor.now) if cursor.now else None)
        place = self._place(cursor, request, counted=counted)
        answer = await self._index.search(build_query(request, cursor.stems, place), versions=is_past(request))
        response = await self._add_comments(read_response(answer, request), cursor, request)
        return await self._add_next(response, answer, cursor, request)

    async def leave(self, request: SearchRequest) -> None:
        """Hold no longer what the walk of a request's cursor goes over."""
        cursor = None if request.cursor is None else await self._read(request.cursor, request)
        if cursor is not None and cursor.snapshot is not None:
            await self._index.release(cursor.snapshot)

    async def _read(self, cursor: str, request: SearchRequest) -> Cursor:
        return (await self._signer()).read(cursor, request)

    async def _signer(self) -> CursorSigner:
        if self._held_signer is None:
            found = await self._index.aside(self._sign)
            # Another request may have found one meanwhile; where the secret is made by chance, cursors must have one.
            self._held_signer = self._held_signer or found
        return self._held_signer

    async def _add_comments(self, response: SearchResponse, cursor: Cursor, request: SearchRequest) -> SearchResponse:
        """Give each hit the passages of its comments that were looked for."""
        highlight = build_comment_highlight(request, cursor.stems)
        if highlight is None:
            return response
        settings, found = request.settings, {}
        for hit in response.hits:
            comments = (await self._index.comments(hit.id))[: settings.searched_comments]
            mark = partial(mark_comments, comments, highlight, hit.language, settings.comment_snippets)
            found[hit.id] = await self._index.aside(mark)
        return add_comments(response, found)

    async def _find_stems(self, request: SearchRequest) -> tuple[str, ...]:
        """Name the stemmed fields to search; those of all languages present are held for a while."""
        if request.languages or is_past(request):
            return await find_stems(self._index, request)
        until, stems = self._stems
        if not stems or time.monotonic() >= until:
            stems = await find_stems(self._index, request)
            self._stems = (time.monotonic() + self._hold_seconds, stems)
        return stems

    async def _begin(self, cursor: Cursor, request: SearchRequest) -> Cursor:
        """Hold what the walk goes over from its second page on; where nothing need be held, go on from the last hit."""
        if cursor.snapshot is not None or not cursor.seen:
            return cursor
        query = build_query(request, cursor.stems)
        held = await self._index.snapshot(query, seconds=request.settings.cursor_seconds, versions=is_past(request))
        return replace(cursor, seen=()) if held is None else replace(cursor, snapshot=held, after=None)

    def _place(self, cursor: Cursor, request: SearchRequest, *, counted: bool) -> Place:
        return Place(
            after=cursor.after,
            snapshot=cursor.snapshot,
            held_seconds=request.settings.cursor_seconds,
            seen=cursor.seen,
            counted=counted,
        )

    async def _add_next(
        self, response: SearchResponse, answer: Document, cursor: Cursor, request: SearchRequest
    ) -> SearchResponse:
        given = cursor.given + len(response.hits) if cursor.snapshot is not None else len(response.hits)
        counts = cursor.snapshot is not None or request.cursor is None
        if not response.hits or len(response.hits) < request.hits or (counts and given >= response.matching):
            if cursor.snapshot is not None:
                await self._index.release(cursor.snapshot)
            return response
        following = replace(cursor, after=response.last, given=given)
        if cursor.snapshot is not None:
            following = replace(following, snapshot=answer.get("pit_id", cursor.snapshot))
        elif request.cursor is None:
            following = replace(following, seen=tuple(hit.id for hit in response.hits), given=0)
        return replace(response, next=(await self._signer()).write(following, request))


def is_past(request: SearchRequest) -> bool:
    """Say whether a request is for the versions rather than for the articles as they stand."""
    return request.as_of is not None


async def find_stems(index: IndexReader, request: SearchRequest) -> tuple[str, ...]:
    """Name the stemmed fields to search: those of the languages asked for, else of those present, commonest first."""
    languages = request.languages
    if not languages:
        languages = read_languages(await index.search(build_languages_query(), versions=is_past(request)))
    return tuple(dict.fromkeys(stem_of(language) for language in languages))


def find_secret(settings: Settings) -> bytes:
    """Give what cursors are signed with: the settings', else the system's own, made beside the index at first.

    Where none can be kept, as with a key that may only read, it is this process's own: cursors end with it.
    """
    if settings.search.cursor_secret:
        return settings.search.cursor_secret.encode()
    try:
        with read_records(settings.index) as records:
            kept = records.get(SECRETS, [CURSORS]).get(CURSORS)
        return bytes.fromhex((kept or _keep_secret(settings))["hex"])
    except BroadsheetError as error:
        LOG.warning("cursors end with this process: no secret can be kept beside the index: %s", error)
        return secrets.token_bytes(32)


def _keep_secret(settings: Settings) -> dict[str, Any]:
    fresh = {"hex": secrets.token_hex(32)}
    # A search that waits for a read-only index as long as a writer does would never be answered.
    impatient = replace(settings.index, write_patience_seconds=settings.index.open_patience_seconds)
    with open_records(impatient) as records:
        kept = records.update(SECRETS, [CURSORS], lambda _, standing: standing or fresh)
    return kept[CURSORS] or fresh
