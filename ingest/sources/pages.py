"""What was fetched, as payloads: pages with their redirects, canonical links and opt-outs; items that a feed holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from ingest.domains import registrable_domain
from ingest.errors import MalformedInput
from ingest.model import Candidate, MediaType, Payload
from ingest.network import Answer
from ingest.sources.archive import MEDIA_TYPES
from ingest.sources.catalogue import Source
from ingest.sources.feeds import MAX_URL, FeedItem
from ingest.sources.opt_outs import OptOuts, header_opt_outs, meta_opt_outs

HEAD_BYTES = 200_000
_TAG = re.compile(rb"<(link|meta)\b([^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"([a-zA-Z:_-]{1,30})\s{0,20}=\s{0,20}(?:\"([^\"]{0,3000})\"|'([^']{0,3000})'|([^\s\"'>]{1,3000}))"
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HEADER_LINK = re.compile(r"<([^<>]{1,2048})>\s*;[^,<]{0,200}\brel\s*=\s*\"?canonical\b", re.IGNORECASE)
_HTML_START = re.compile(rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype html|html|head)\b", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"\w+")
_MARKUP = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Head:
    """What a page's head and its headers say of its address and its use."""

    canonical: str = ""
    opt_outs: OptOuts = field(default_factory=OptOuts)


def media_type_of(answer: Answer) -> tuple[MediaType | None, str | None]:
    """Read the media type (None where it is no text that is read) and the charset of an answer."""
    declared = answer.headers.get("content-type", "")
    charset = _CHARSET.search(declared)
    name = declared.partition(";")[0].strip().lower()
    media_type = MEDIA_TYPES.get(name)
    if media_type != "text/html" and (not name or name == "text/plain") and _HTML_START.match(answer.content[:2_000]):
        media_type = "text/html"
    return media_type, charset[1] if charset else None


def read_head(answer: Answer) -> Head:
    """Read the canonical link and the opt-outs of a page, from its headers and the first of its elements; linear."""
    canonical = _HEADER_LINK.search(answer.headers.get("link", ""))
    found = canonical[1] if canonical else ""
    metas: list[dict[str, str]] = []
    for name, said in read_tags(answer.content):
        if name == "meta":
            metas.append(said)
        elif "canonical" in said.get("rel", "").lower().split():
            found = found or said.get("href", "")
    opt_outs = header_opt_outs(answer.headers).then(meta_opt_outs(metas))
    return Head(_join(answer.url, found) if found else "", opt_outs)


def read_tags(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the link and meta elements in a page's first bytes with their attributes."""
    for tag in _TAG.finditer(content[:HEAD_BYTES]):
        yield tag[1].decode("ascii").lower(), _attributes(tag[2])


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        found[1].decode("ascii").lower(): html.unescape(
            (found[2] or found[3] or found[4] or b"").decode("utf-8", "replace")
        )
        for found in _ATTRIBUTE.finditer(tag)
    }


def _join(base: str, link: str) -> str:
    try:
        joined = urljoin(base, link.strip())
    except ValueError:
        return ""
    return joined if len(joined) <= MAX_URL else ""


def identity_url(answer: Answer, head: Head) -> str:
    """Give the address that a page is known by: its canonical link where that is on the same site, else its own.

    A link to another site could take over an article there; one to the front page, a common mistake, would make all
    articles one.
    """
    try:
        same_site = registrable_domain(head.canonical) == registrable_domain(answer.url) is not None
        same_host = urlsplit(head.canonical).netloc == urlsplit(answer.url).netloc
        front = urlsplit(head.canonical).path in {"", "/"} and not urlsplit(head.canonical).query
    except ValueError:
        return answer.url
    own_front = urlsplit(answer.url).path in {"", "/"}
    return head.canonical if head.canonical and (same_site or same_host) and (own_front or not front) else answer.url


def page_payload(source: Source, answer: Answer, item: FeedItem | None, opt_outs: OptOuts) -> Payload:
    """Make the payload of a fetched page, whose host asks for `opt_outs`; raise MalformedInput for what is no text."""
    media_type, charset = media_type_of(answer)
    if media_type is None:
        raise MalformedInput(f"{answer.headers.get('content-type', 'no content type')[:100]} is not read")
    fetched_at = _now()
    head = read_head(answer) if media_type == "text/html" else Head(opt_outs=header_opt_outs(answer.headers))
    stated = [*state_source(source), *state_item(item)]
    stated += [Candidate(field="redirected_from", value=hop.url, origin="http") for hop in answer.redirects]
    if head.canonical and head.canonical != answer.url:
        stated.append(Candidate(field="canonical_url", value=head.canonical, origin="element"))
    if modified := answer.headers.get("last-modified"):
        stated.append(Candidate(field="modified_at", value=modified[:100], origin="http"))
    stated += _state_opt_outs(opt_outs.then(head.opt_outs).names)
    return Payload(
        content=answer.content,
        media_type=media_type,
        source=source.name,
        origin=item.url if item and item.url else answer.url,
        stamp=fetched_at,
        charset=charset,
        url=identity_url(answer, head),
        stated=(Candidate(field="fetched_at", value=fetched_at, origin="http"), *stated),
    )


def item_payload(source: Source, item: FeedItem, opt_outs: Iterable[str]) -> Payload:
    """Make the payload of an item whose text the feed holds, and for which `opt_outs` are asked."""
    fetched_at = _now()
    content = item.content or item.summary
    return Payload(
        content=content.encode("utf-8", "replace"),
        media_type="text/html",
        source=source.name,
        origin=item.url or item.id or source.url,
        stamp=fetched_at,
        charset="utf-8",
        url=item.url or None,
        stated=(
            Candidate(field="fetched_at", value=fetched_at, origin="feed"),
            *state_source(source),
            *state_item(item),
            *_state_opt_outs(opt_outs),
        ),
    )


def problem_payload(source: Source, origin: str, message: str) -> Payload:
    """Make a payload that stands for what could not be had."""
    problem = message.removeprefix(f"{origin}: ")  # the failure names its origin anyway
    return Payload(content=b"", media_type="text/plain", source=source.name, origin=origin, problem=problem)


def state_source(source: Source) -> Iterator[Candidate]:
    """Say what the catalogue says of every article of a source."""
    if source.publisher:
        yield Candidate(field="publisher", value=source.publisher, origin="source")
    if source.language:
        yield Candidate(field="language", value=source.language, origin="source")


def state_item(item: FeedItem | None) -> Iterator[Candidate]:
    """Say what a feed or a sitemap says of one article."""
    if item is None:
        return
    said = {"title": item.title, "published_at": item.published_at, "modified_at": item.updated_at}
    yield from (Candidate(field=name, value=value, origin="feed") for name, value in said.items() if value)
    yield from (Candidate(field="author", value=author, origin="feed") for author in item.authors)
    if item.publisher:
        yield Candidate(field="publisher", value=item.publisher, origin="feed")


def _state_opt_outs(opt_outs: Iterable[str]) -> list[Candidate]:
    return [Candidate(field="ai_training_opt_out", value=each, origin="http") for each in opt_outs]


def count_words(markup: str) -> int:
    """Count the words of a feed's markup."""
    return len(_WORD.findall(html.unescape(_MARKUP.sub(" ", markup))))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
