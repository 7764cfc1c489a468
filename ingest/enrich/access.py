"""Whether an article is behind a paywall, and whether its text is cut short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.settings import AccessSettings
from ingest.enrich.values import order_by_trust
from ingest.model import Access, Page, SpanClass

PAID = {"false": True, "true": False}
TIERS = {"locked": True, "metered": True, "paid": True, "premium": True, "free": False}
TELLS = {"is_free": PAID, "tier": TIERS}
"""What a page states, and whether that means that readers pay."""

END = 400
"""Characters of a body's end that are looked at."""

OFFER = 70
"""Characters at the end in which an offer to read on stands."""

ELLIPSIS = re.compile(r"(?:\[?(?:…|\.\.\.)\]?|\[\+\d+ chars\])\W{0,3}\Z")
GO_ON = re.compile(
    r"(?:continue reading|read (?:more|on|the (?:full|whole|rest)[^.\n]{0,40})|weiterlesen|lire la suite|seguir leyendo"
    r"|leer más|continua a leggere)\W{0,5}\Z",
    re.IGNORECASE,
)
CLOSED = re.compile(r"[.!?。！？؟।…:;)\]\"'”’»›*]\s*\Z")
SENTENCE = re.compile(r"[.!?。！？؟।]")


def find_access(draft: Draft, settings: AccessSettings) -> Finding:
    """Find whether readers must pay, and whether the text stops before its end."""
    paid, paid_reasons = read_paywall(draft)
    cut = list(read_cuts(draft.cleaning.body, settings))
    cut_short = bool(cut) if draft.cleaning.body.strip() else None
    access = Access(paywalled=paid, cut_short=cut_short, reasons=(*paid_reasons, *cut))
    read = [*(reason.partition(":")[0] for reason in paid_reasons), *(["body"] if draft.cleaning.body else [])]
    return Finding(replace(draft.metadata, access=access), read)


def read_paywall(draft: Draft) -> tuple[bool | None, tuple[str, ...]]:
    """Tell whether readers pay: by what the page states, else by a notice that was cut; None where nothing tells."""
    for paid, reason in list_statements(draft.page):
        return paid, (reason,)
    if any(span.span_class is SpanClass.PAYWALL for span in draft.cleaning.spans):
        return True, ("notice:text",)
    if any(cut.span_class is SpanClass.PAYWALL for cut in draft.page.pruned):
        return True, ("notice:element",)
    return None, ()


def list_statements(page: Page) -> Iterator[tuple[bool, str]]:
    """List what the page states of access, the most trusted first."""
    for field, meanings in TELLS.items():
        for candidate in order_by_trust(page.candidates, field):
            if (paid := meanings.get(candidate.value[:20].strip().lower())) is not None:
                yield paid, f"{candidate.origin}:{field}"


def read_cuts(body: str, settings: AccessSettings) -> Iterator[str]:
    """List the signs at a body's end that it goes on elsewhere."""
    end = body[-END:].rstrip()
    if ELLIPSIS.search(end[-OFFER:]):
        yield "body:ellipsis"
    elif GO_ON.search(end[-OFFER:]):
        yield "body:go_on"
    elif is_open(end, settings) and SENTENCE.search(body, 0, 100_000):
        yield "body:open_sentence"


def is_open(end: str, settings: AccessSettings) -> bool:
    """Tell a last line that is as long as a sentence and has no end; signatures and list items are shorter."""
    last = end.rpartition("\n")[2].strip()
    return len(last) >= settings.min_line_characters and not CLOSED.search(last)
