"""What kind of text it is: news, opinion, live blog, gallery, or not an article, each with its signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.settings import KindSettings
from ingest.enrich.topics import path_of
from ingest.enrich.words import count_words
from ingest.model import Kind, KindName

STATED: dict[str, KindName] = {
    "opinionnewsarticle": "opinion",
    "liveblogposting": "live_blog",
    "imagegallery": "gallery",
    "mediagallery": "gallery",
    "collectionpage": "not_an_article",
    "searchresultspage": "not_an_article",
    "profilepage": "not_an_article",
}
NEWS = frozenset({"newsarticle", "reportagenewsarticle", "analysisnewsarticle", "backgroundnewsarticle"})
_WORDS: dict[KindName, str] = {
    "opinion": (
        "opinion opinions commentary comment commentisfree op-ed oped editorial editorials columnists leaders letters "
        "viewpoint meinung kommentar kommentare leitartikel kolumne tribune tribunes chronique idées idees opinión"
    ),
    "live_blog": "live liveblog live-blog liveticker live-news live-updates direct en-direct en-vivo",
    "gallery": "gallery galleries in-pictures photos photo-gallery fotostrecke bildergalerie diaporama fotogaleria",
    "not_an_article": "tag tags topic topics category author authors search login register newsletters sitemap",
}
SIGNS: dict[str, KindName] = {word: kind for kind, words in _WORDS.items() for word in words.split()}
"""Sections, and parts of an address, that are kept for one kind of text."""

TITLES: tuple[tuple[KindName, re.Pattern[str]], ...] = (
    (
        "not_an_article",
        re.compile(
            r"(?:(?:error )?404(?: error)?|(?:error )?(?:403 )?forbidden|page not found|access denied|just a moment"
            r"|are you a robot|sign in|log in|seite nicht gefunden|page introuvable)\W*(?:[:|–—-]|$)"
            r"|subscribe to (?:read|continue)",
            re.I,
        ),
    ),
    (
        "opinion",
        re.compile(
            r"(?:opinion|comment|editorial|op-ed|letters?|kommentar|meinung|leitartikel|tribune|opinión) ?[:|–—]", re.I
        ),
    ),
    (
        "live_blog",
        re.compile(r"(?:live(?: updates?| blog)? ?[:|–—]|liveblog|liveticker|en direct|en vivo)", re.I),
    ),
    (
        "gallery",
        re.compile(
            r"(?:in pictures|photos?|pictures|gallery|in bildern|en images|en fotos) ?[:|–—]",
            re.I,
        ),
    ),
)
ENDING = re.compile(r"[–—|:-] (live|in pictures)\Z", re.I)
TIMED_LINE = re.compile(
    r"\W{0,3}(?:[01]?\d|2[0-3])[:.h][0-5]\d(?: ?[ap]\.?m\.?)?(?: ?(?:GMT|BST|CET|CEST|EST|EDT|UTC|Uhr))?(?=\W|$)",
    re.I,
)
SENTENCE = re.compile(r"\w{2}[.!?…][\"'”’»)]?(?:\s|\Z)|[。！？।؟]")
ORDER: tuple[KindName, ...] = ("not_an_article", "live_blog", "gallery", "opinion", "news")
"""Which kind counts where the signs of one place disagree."""

GALLERY_WORDS_A_PICTURE = 40
MAX_LINES = 5_000


def find_kind(draft: Draft, settings: KindSettings) -> Finding:
    """Find the kind, by its strongest signs: what the page states, then its address and title, then its text."""
    for signs in (list(read_statements(draft)), list(read_names(draft)), list(read_text(draft, settings))):
        kinds = {kind for kind, _ in signs}
        if kinds and (chosen := next(kind for kind in ORDER if kind in kinds)):
            reasons = tuple(dict.fromkeys(reason for kind, reason in signs if kind == chosen))
            return tell(draft, Kind(name=chosen, reasons=reasons))
    return tell(draft, Kind(name="news", reasons=tuple(stated_news(draft)) or ("default",)))


def tell(draft: Draft, kind: Kind) -> Finding:
    """Make the finding of a kind, whose reasons begin with what was read."""
    read = [reason.partition(":")[0] for reason in kind.reasons]
    return Finding(replace(draft.metadata, kind=kind), read)


def read_statements(draft: Draft) -> Iterator[tuple[KindName, str]]:
    """List what the page states itself to be; `NewsArticle` is stated of all kinds and tells none."""
    for candidate in draft.page.candidates:
        if candidate.field == "kind" and (kind := STATED.get(candidate.value.lower())):
            yield kind, f"{candidate.origin}:{candidate.value}"


def stated_news(draft: Draft) -> Iterator[str]:
    """List who states news."""
    for candidate in draft.page.candidates:
        if candidate.field == "kind" and candidate.value.lower() in NEWS:
            yield f"{candidate.origin}:{candidate.value}"


def read_names(draft: Draft) -> Iterator[tuple[KindName, str]]:
    """List what the sections, the address and the title call it."""
    topics = draft.metadata.topics
    for section in topics.sections if topics else ():
        if kind := SIGNS.get(section.lower().replace(" ", "-")):
            yield kind, f"section:{section}"
    for part in path_of(draft.page)[:-1][:4]:
        if kind := SIGNS.get(part):
            yield kind, f"url:{part}"
    title = (draft.metadata.title or "")[:400]
    yield from ((kind, "title") for kind, pattern in TITLES if pattern.match(title))
    if ending := ENDING.search(title):
        yield "live_blog" if ending[1].lower() == "live" else "gallery", "title"


def read_text(draft: Draft, settings: KindSettings) -> Iterator[tuple[KindName, str]]:
    """List what the shape of the text says."""
    body = draft.cleaning.body
    words = draft.metadata.word_count if draft.metadata.word_count is not None else count_words(body)
    pictures = len(draft.page.captions) + len(draft.cleaning.captions)
    timed = sum(TIMED_LINE.match(line) is not None for line in islice(body.split("\n"), MAX_LINES))
    if timed >= settings.min_timed_lines:
        yield "live_blog", "body:times"
    if pictures >= settings.min_pictures and words < pictures * GALLERY_WORDS_A_PICTURE:
        yield "gallery", "body:captions"
    elif words < settings.min_words and not SENTENCE.search(body, 0, 10_000):
        yield "not_an_article", "body:no_sentence"
