"""What the search page shows: hits, facets that toggle, the timeline, and chips for what narrows the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.api.page_state import PageState
from ingest.errors import RequestError, UsageError
from ingest.jobs import AsyncReader

FACETS = ("publisher", "language", "section", "kind", "author", "place", "person", "organization", "keyword")
FACET_SIZE = 8
SIZE = 10
FORM = ("q", "in", "from", "to")
PERIODS = (("Past week", 7), ("Past month", 31), ("Past year", 366))
CHART_WIDTH, CHART_HEIGHT = 720, 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of the timeline: where it stands, what it counts, and where it leads."""

    x: float
    y: float
    width: float
    height: float
    count: int
    first: str
    last: str
    label: str
    link: str


async def build_page(state: PageState, reader: AsyncReader) -> dict[str, Any]:
    """Search, and give what the template shows; a mistake in the request is shown with the place where it is."""
    answer, mistake = await search(state, reader)
    return {
        "state": state,
        "answer": answer,
        "mistake": mistake,
        "meant": await suggest_meant(state, answer, reader),
        "facets": [show_facet(name, answer["facets"].get(name, []), state) for name in FACETS] if answer else [],
        "bars": draw_timeline(answer["timeline"], state) if answer else [],
        "chips": show_chips(state),
        "languages": show_languages(answer["facets"].get("language", []), state) if answer else [],
        "periods": show_periods(state, datetime.now(UTC)),
        "form": FORM,
        "title": state.get("q") or "Search",
    }


async def search(state: PageState, reader: AsyncReader) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Search; give the answer, or what was wrong with the request."""
    page = [("facets", ",".join(FACETS)), ("facet_size", str(FACET_SIZE)), ("size", str(SIZE))]
    try:
        return await reader.search([*state.pairs, *page]), None
    except RequestError as error:
        return None, {"detail": str(error), "parameter": error.parameter, "character": error.character}
    except UsageError as error:
        return None, {"detail": str(error), "parameter": None, "character": None}


async def suggest_meant(state: PageState, answer: dict[str, Any] | None, reader: AsyncReader) -> dict[str, str] | None:
    """Where nothing was found, give the words that were probably meant and the way to them."""
    if answer is None or answer["total"] or not state.get("q"):
        return None
    meant = (await reader.suggest(state.get("q")))["did_you_mean"]
    return {"text": meant, "link": state.link([("q", meant)])} if meant else None


def show_facet(name: str, values: Sequence[Mapping[str, Any]], state: PageState) -> dict[str, Any]:
    """Give a facet's values with their toggles; a chosen value stays visible however few articles have it."""
    parameter = f"filter.{name}"
    counted = {entry["value"]: entry["count"] for entry in values}
    chosen = [text for key, text in state.pairs if key == parameter and text not in counted]
    shown = [(text, 0) for text in chosen] + list(counted.items())
    return {
        "name": name,
        "values": [
            {
                "value": value,
                "count": count,
                "chosen": state.has(parameter, value),
                "link": state.toggle(parameter, value),
                "without": state.toggle(f"exclude.{name}", value),
            }
            for value, count in shown
        ],
    }


def show_chips(state: PageState) -> list[dict[str, str]]:
    """Give what narrows the search, each with the way to take it away."""
    chips = []
    for name, value in state.chosen():
        kind, _, field = name.partition(".")
        sign = {"filter": "", "exclude": "not ", "missing": "no "}[kind]
        chips.append({"label": f"{sign}{field.replace('_', ' ')}: {value}", "link": state.toggle(name, value)})
    for name, label in (("from", "from"), ("to", "until"), ("as_of", "as of"), ("language", "language")):
        if value := state.get(name):
            chips.append({"label": f"{label} {value}", "link": state.link([(name, "")])})
    return chips


def show_languages(values: Sequence[Mapping[str, Any]], state: PageState) -> list[dict[str, Any]]:
    """Give a chip for each language that was found."""
    return [
        {
            "label": entry["value"],
            "count": entry["count"],
            "chosen": state.has("filter.language", entry["value"]),
            "link": state.toggle("filter.language", entry["value"]),
        }
        for entry in values
    ]


def show_periods(state: PageState, now: datetime) -> list[dict[str, Any]]:
    """Give a chip for each usual stretch of time up to now."""
    periods = [("Any time", "")] + [(label, f"{now - timedelta(days=days):%Y-%m-%d}") for label, days in PERIODS]
    return [
        {
            "label": label,
            "chosen": state.get("from") == start and not state.get("to"),
            "link": state.link([("from", start), ("to", "")]),
        }
        for label, start in periods
    ]


def draw_timeline(entries: Sequence[Mapping[str, Any]], state: PageState) -> list[Bar]:
    """Give a bar for each interval, its height by the square root of its count, so that quiet times can be seen."""
    highest = max((entry["count"] for entry in entries), default=0)
    if not highest:
        return []
    step = CHART_WIDTH / len(entries)
    return [draw_bar(entry, (place * step, step), highest, state) for place, entry in enumerate(entries)]


def draw_bar(entry: Mapping[str, Any], place: tuple[float, float], highest: int, state: PageState) -> Bar:
    """Give one bar."""
    left, step = place
    height = CHART_HEIGHT * (entry["count"] / highest) ** 0.5
    gap = min(2.0, step / 4)
    first, last = str(entry["from"])[:10], str(entry["to"])[:10]
    return Bar(
        x=round(left + gap / 2, 2),
        y=round(CHART_HEIGHT - height, 2),
        width=round(step - gap, 2),
        height=round(height, 2),
        count=entry["count"],
        first=first,
        last=last,
        label=first if first == last else f"{first} to {last}",
        link=state.link([("from", first), ("to", last)]),
    )
