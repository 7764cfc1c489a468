"""Templates, and what they may ask of values. Everything is escaped; what is marked as safe is made here alone."""

from __future__ import annotations

import hashlib
import html
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ingest.characters import split_visible

STATIC = {"page.css": "text/css", "page.js": "text/javascript"}
OPEN, CLOSE = "<em>", "</em>"


def render(name: str, **values: Any) -> str:
    """Fill a template in."""
    return templates().get_template(name).render(values)


@cache
def templates() -> Environment:
    """Give the templates with their filters."""
    found = Environment(
        loader=PackageLoader("ingest.api"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "day": show_day,
        "moment": show_moment,
        "count": lambda number: f"{number:,}",
        "marked": mark_matches,
        "visible": show_visible,
        "web": safe_address,
        "article": address_article,
        "words": lambda name: str(name).replace("_", " "),
    }
    found.globals["asset"] = lambda name: f"/static/{name}?v={read_asset(name)[1]}"
    return found


@cache
def read_asset(name: str) -> tuple[bytes, str]:
    """Give a file of the page and the digest that its address carries."""
    content = (resources.files("ingest.api") / "static" / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def mark_matches(fragment: str) -> Markup:
    """Mark what a highlight marks. Only the two tags of a highlight act; all else is text, whatever it says."""
    pieces = []
    for place, piece in enumerate(fragment.replace(CLOSE, OPEN).split(OPEN)):
        text = escape(html.unescape(piece))
        pieces.append(Markup("<mark>{}</mark>").format(text) if place % 2 else text)
    return Markup("").join(pieces)


def show_visible(text: str) -> Markup:
    """Escape a text, with characters that would act on the page shown as their code points."""
    acting = Markup('<span class="acting" title="{}">{}</span>')
    return Markup("").join(
        escape(piece) if name is None else acting.format(name, piece) for piece, name in split_visible(text)
    )


def show_day(moment: str | None, precision: str | None = "day") -> str:
    """Write a date as far as it is known: `14 February 2023`, `February 2023`, `2023`."""
    if not moment:
        return "undated"
    at = read_moment(moment)
    if precision == "year":
        return f"{at.year}"
    month = f"{at:%B} {at.year}"
    return month if precision == "month" else f"{at.day} {month}"


def show_moment(moment: str | None) -> str:
    """Write a time to the minute, in UTC."""
    return f"{read_moment(moment):%Y-%m-%d %H:%M} UTC" if moment else "–"


def read_moment(moment: str) -> datetime:
    """Read a time of the index."""
    at = datetime.fromisoformat(moment)
    return at.astimezone(UTC) if at.tzinfo else at


def safe_address(url: str | None) -> str | None:
    """Give an address that a reader may follow; None for one of another scheme, which could be a script."""
    return url if url and urlsplit(url).scheme in {"http", "https"} else None


def address_article(article_id: str) -> str:
    """Address an article's page."""
    return f"/articles/{quote(article_id, safe='')}"
