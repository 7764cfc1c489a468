"""Invented articles for the tests of the index."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ingest.index.document import Provenance, to_comments, to_document
from ingest.index.protocol import Write
from ingest.model import (
    Access,
    Article,
    Candidate,
    Caption,
    Cleaning,
    Cluster,
    Comment,
    Contributor,
    CopyEvidence,
    Credit,
    DateCandidate,
    Encoding,
    Evidence,
    Given,
    Kind,
    Language,
    Metadata,
    Names,
    Page,
    Payload,
    Place,
    Pruned,
    PublicationDate,
    Publisher,
    Quality,
    RawDocument,
    Rights,
    Span,
    SpanClass,
    Topics,
)

PROVENANCE = Provenance(code_version="1.0", rules_version="7", indexed_at=datetime(2023, 5, 1, 12, 0, 0, 250000, UTC))

DATE = PublicationDate(value=datetime(2023, 4, 30, tzinfo=UTC), precision="day", origin="page", offset="+02:00")
AUTHOR = Contributor(name="Ada Mole", role="author", stated="By Ada Mole", place="Oslo", title="editor")
EDITOR = Contributor(name="Ida Holt", role="editor", stated="Edited by Ida Holt")
BODY = "Ferry returns to Lower Quay\nThe ferry sails again on Monday."
TAIL = "\nCopyright Harbour Courier 2021"
RIGHTS = Rights(holder="Harbour Courier", years=(2021,), notice=TAIL.strip())


def comment(number: int, text: str = "Well said.") -> Comment:
    """Make a reader's comment with everything that one may have."""
    return Comment(
        text=text,
        number=number,
        author="Nell Quayside",
        published_at="2023-04-30T18:00:00Z",
        rating=3,
        reply_to=number - 1,
        start=5,
        end=9,
        element="div#thread",
        language=Language(code="en", confidence=0.9),
    )


def full_article(comments: int = 2) -> Article:
    """Make an article that has everything that an article may have."""
    document = RawDocument(
        id=f"{1:032x}",
        digest="d" * 64,
        payload=Payload(content=b"", media_type="text/html", source="drop", origin="drop/a.html"),
        kind="html",
        text="<p>Ferry</p>",
        encoding=Encoding(name="windows-1252", origin="detected", replaced=1),
        given=Given(id="HC-17", source="harbour", fetched_at="2023-05-01T10:30:00+02:00"),
        url="https://courier.example/ferry",
        capture=3,
    )
    page = Page(
        document=document,
        text=BODY + TAIL,
        extractor="trees 1.0",
        pruned=(Pruned(element="div#thread", span_class=SpanClass.COMMENT, length=40),),
    )
    length = len(BODY)
    cleaning = Cleaning(
        body=BODY,
        spans=(
            Span(start=length, end=length + 1, span_class=SpanClass.WHITESPACE, rule="gap"),
            Span(start=length + 1, end=length + len(TAIL), span_class=SpanClass.COPYRIGHT, rule="line"),
        ),
        title="Ferry returns to Lower Quay",
        comments=tuple(comment(number + 1) for number in range(comments)),
        comments_complete=False,
        rights=(RIGHTS,),
        captions=(Caption(text="The quay at dawn", credit="Wirebird"),),
        credits=(Credit(text="Additional reporting by Wirebird", agency="Wirebird"),),
        leaked=(Candidate(field="date", value="2023-04-30", origin="text"),),
        flags=("over_removal",),
        suggested_spans=(Span(start=0, end=5, span_class=SpanClass.TAGS, rule="tags"),),
    )
    cluster = Cluster(
        id="c" * 32,
        canonical=True,
        kind="near",
        similarity=0.75,
        of=f"{2:032x}",
        reason="published first",
        evidence=CopyEvidence(
            matched="containment", containment=0.75, jaccard=0.4, shared_shingles=12, shared_sentences=3
        ),
        scheme="2",
        agency="Wirebird",
    )
    metadata = Metadata(
        title="Ferry returns to Lower Quay",
        title_origin="given",
        language=Language(code="en", confidence=0.99, others=("fr",)),
        published=DATE,
        modified=DATE,
        dates=(
            DateCandidate(kind="published", origin="page", stated="2023-04-30", date=DATE),
            DateCandidate(kind="modified", origin="meta", stated="soon", date=None, refused="unreadable"),
        ),
        publisher=Publisher(
            name="Harbour Courier",
            origin="rights",
            domain="courier.example",
            country="NO",
            language="no",
            kind="online",
        ),
        authors=("Ada Mole",),
        author_origin="byline",
        contributors=(AUTHOR, EDITOR),
        agencies=("Wirebird",),
        rights=(replace(RIGHTS, agency="Wirebird"),),
        rights_holders=("Harbour Courier",),
        commenters_since=datetime(2023, 4, 30, 18, tzinfo=UTC),
        evidence=(Evidence(enricher="language", read=("body",)),),
        word_count=11,
        reading_minutes=1,
        topics=Topics(sections=("Travel",), section_origin="url", keywords=("ferry",), keyword_origin="body"),
        names=Names(
            places=(Place(name="Bergen", country="NO"),), persons=("Ada Mole",), organizations=("United Nations",)
        ),
        access=Access(paywalled=True, cut_short=False, reasons=("notice:text",)),
        kind=Kind(name="news", reasons=("default",)),
        quality=Quality(score=0.6, completeness=1.0, cleanness=1.0, date_evidence=0.0, length=0.1, language=0.9),
    )
    return Article(page=page, cleaning=cleaning, cluster=cluster, metadata=metadata)


def plain_article() -> Article:
    """Make an article that has nothing but a body: no cluster and no metadata."""
    article = full_article()
    document = replace(article.document, given=Given(), url=None, kind="text", capture=0)
    page = replace(article.page, document=document, text="", pruned=())
    return Article(page=page, cleaning=Cleaning(body="", spans=()))


def write_of(identity: int, version: int, *, comments: int = 0, given_id: str | None = None, **changes: Any) -> Write:
    """Make a write of an article under its own identity; `changes` go into the document as they are."""
    article = full_article(comments)
    raw = replace(article.document, id=f"{identity:032x}", given=replace(article.document.given, id=given_id))
    article = replace(article, page=replace(article.page, document=raw))
    document = {**to_document(article, PROVENANCE), **changes}
    return Write(id=raw.id, version=version, document=document, comments=to_comments(article))
