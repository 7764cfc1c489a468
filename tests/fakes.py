"""Stand-ins that keep the contracts, for tests that need no real service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.index.document import versions_of
from ingest.index.protocol import Document, Receipt, Scanned, Standing, Surveyed, Write, survey
from ingest.model import Article, Cleaning, Encoding, Given, Page, Payload, RawDocument


@dataclass
class FakeIndex:
    """An `Index` in memory; `overtake` are writes of somebody else that come in just before the next write."""

    written: dict[str, Write] = field(default_factory=dict)
    rejects: set[str] = field(default_factory=set)
    overtake: list[Write] = field(default_factory=list)
    writes: int = 0
    history: dict[str, Document] = field(default_factory=dict)

    def prepare(self) -> None:
        """Do nothing."""

    def standing(self, ids: Sequence[str]) -> Mapping[str, Standing]:
        """Look up versions and fingerprints."""
        found = {key: self.written[key] for key in ids if key in self.written}
        return {key: Standing(write.version, write.document["fingerprint"]) for key, write in found.items()}

    def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch documents."""
        return {key: self.written[key].document for key in ids if key in self.written}

    def scan(self) -> Iterator[Scanned]:
        """Yield every article."""
        for key in sorted(self.written):
            yield Scanned(self.written[key].version, self.written[key].document)

    def survey(self) -> Iterator[Surveyed]:
        """Yield what tells articles apart."""
        return (survey(each.version, each.document) for each in self.scan())

    def totals(self) -> tuple[int, int, int]:
        """Count."""
        return len(self.written), sum(len(each.comments) for each in self.written.values()), len(self.history)

    def find(self, any_id: str) -> Document | None:
        """Fetch one document."""
        return self.documents([any_id]).get(any_id)

    def comments(self, article_id: str) -> Sequence[Document]:
        """Fetch comments."""
        return self.written[article_id].comments

    def versions(self, version_ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch versions."""
        return {key: self.history[key] for key in version_ids if key in self.history}

    def write(self, writes: Sequence[Write]) -> list[Receipt]:
        """Write by external version."""
        if self.overtake:
            write = self.overtake.pop(0)
            self.written[write.id] = write
        return [self._write(write) for write in writes]

    def _write(self, write: Write) -> Receipt:
        if write.id in self.rejects:
            return Receipt(write.id, "rejected", "document_parsing_exception", "field [year]")
        if write.id in self.written and self.written[write.id].version >= write.version:
            return Receipt(write.id, "stale")
        self.written[write.id] = write
        for key, version in versions_of(write).items():
            self.history.pop(key, None)
            if version is not None:
                self.history[key] = version
        self.writes += 1
        return Receipt(write.id, "written")

    def remove(self, ids: Sequence[str]) -> None:
        """Remove articles."""
        for key in ids:
            self.written.pop(key, None)
            self.history = {name: each for name, each in self.history.items() if each["id"] != key}

    def refresh(self) -> None:
        """Do nothing."""

    def search(self, query: Document, *, versions: bool = False) -> Document:
        """Find nothing."""
        return {"hits": {"total": {"value": 0}, "hits": []}, "query": query}

    def snapshot(self, query: Document, *, seconds: int, versions: bool = False) -> str | None:
        """Need none."""

    def release(self, snapshot: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def make_article(key: str, body: str, capture: int = 1) -> Article:
    """Make a cleaned article of a text."""
    payload = Payload(content=body.encode(), media_type="text/plain", source="test", origin=f"{key}.txt")
    document = RawDocument(
        id=key,
        digest=f"digest of {body}",
        payload=payload,
        kind="text",
        text=body,
        encoding=Encoding(name="utf-8", origin="utf-8"),
        given=Given(),
        capture=capture,
    )
    return Article(page=Page(document=document, text=body, extractor="text"), cleaning=Cleaning(body=body, spans=()))
