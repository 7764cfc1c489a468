"""What came in: bytes with their origin, and the document that they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

MediaType = Literal["text/plain", "text/html", "application/json"]


ContentKind = Literal["text", "html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Who a document is and where it came from: what every report, log line and quarantine entry repeats.

    `capture` is the order in which the lake accepted the bytes (0: not in a lake); `url` is the address, where one is
    known.
    """

    id: str
    given_id: str | None
    source: str
    origin: str
    capture: int = 0
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One document's bytes as they came, before anything is decoded or decided.

    `source` names the source (a file's name, a feed's name); `origin` says where exactly (`path` or `path:line`,
    1-based); `stamp` tells two captures with the same bytes at the same origin apart (a file's modification time, a
    fetch time).
    `url` is where the bytes were fetched from, where a container (a WARC record) says so; `stated` is what was said
    beside the bytes: by the server (`http`), by the archive (`warc`), by the feed that named them (`feed`).
    `problem` is set where the reader could not deliver the bytes whole: the document is seen and fails.
    """

    content: bytes
    media_type: MediaType
    source: str
    origin: str
    stamp: str = ""
    charset: str | None = None
    url: str | None = None
    stated: tuple[Candidate, ...] = ()
    problem: str | None = None

    @property
    def trace(self) -> Trace:
        """Who and where, before there is an identity: by source and bytes, or by where the bytes should have been."""
        key = self.content if self.content else self.origin.encode("utf-8", "surrogateescape")
        return Trace(
            id=hashlib.sha256(self.source.encode("utf-8", "surrogateescape") + b"\0" + key).hexdigest()[:32],
            given_id=None,
            source=self.source,
            origin=self.origin,
            url=self.url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the input itself said of the document, as given; None where it said nothing."""

    id: str | None = None
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    source: str | None = None
    published_at: str | None = None
    fetched_at: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How bytes became text: `origin` is `bom`, `declared`, `utf-8` or `detected`; `replaced` counts U+FFFD put in."""

    name: str
    origin: str
    replaced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """A document with its identity and its decoded text; `text` is HTML source where `kind` is `html`.

    `id` is 32 hexadecimal digits, minted once from the canonical URL or, with none, from the source and the content.
    `digest` is the SHA-256 of the payload's bytes, hexadecimal. `url` is canonical (the given one is in `given`).
    `accepted_at` is when the lake accepted the bytes, in UTC as ISO 8601.
    """

    id: str
    digest: str
    payload: Payload
    kind: ContentKind
    text: str
    encoding: Encoding
    given: Given
    url: str | None = None
    capture: int = 0
    accepted_at: str | None = None

    @property
    def fetched_at(self) -> str | None:
        """When the bytes were fetched, as given or as stated beside them."""
        beside = (candidate.value for candidate in self.payload.stated if candidate.field == "fetched_at")
        return self.given.fetched_at or next(beside, None)

    @property
    def trace(self) -> Trace:
        """Who and where."""
        return Trace(
            id=self.id,
            given_id=self.given.id,
            source=self.given.source or self.payload.source,
            origin=self.payload.origin,
            capture=self.capture,
            url=self.url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One value that is stated of a page, with where it stood (`json-ld`, `opengraph`, `meta`, `element`, `feed`)."""

    field: str
    value: str
    origin: str
