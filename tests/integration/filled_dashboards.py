"""An index filled from the seeds and from what no seed has, and the dashboards' panels asked on it."""

from __future__ import annotations

from typing import Any

from elasticsearch import Elasticsearch

from ingest.jobs.dashboards import render_dashboards
from ingest.settings import Settings
from ingest.sources.polling import SourceState
from tests.dashboards.saved_objects import Json, vega_specs

# What no seed has: people, an agency's text that two publishers run later, and a text that the guard keeps whole.
WIRE = """BERGEN (Reuters) - Prime Minister Anna Bell told Mayor Peter Holm on Monday that the ferry to Hale would sail
again in spring. The council of Ormsay welcomed the plan and asked the harbour office for a timetable by the end of
the month.

Finance Minister Jonas Reed said that the pier at Vaila needs forty new piles before the ship can land, and that the
winter storms of last year had broken more than the inspectors saw. The crew of the ferry has been paid through the
winter and trains new deckhands in the yard at Skerry.

Residents said they would believe it when they stood on the deck with their tickets.
"""
LINKS = "A ferry sailed to Hale on Monday and came back.\n\nRead more:\n" + "\n".join(
    f"Related: link number {number} about ferries and piers" for number in range(40)
)
LINES = [
    {
        "text": WIRE,
        "publisher": "Harbour Courier",
        "published_at": "2021-03-01T06:00:00Z",
        "url": "https://a.example/1",
    },
    {"text": WIRE, "publisher": "Skerry Times", "published_at": "2021-03-01T09:30:00Z", "url": "https://b.example/1"},
    {"text": WIRE, "publisher": "Vaila Echo", "published_at": "2021-03-02T07:00:00Z", "url": "https://c.example/1"},
    {"text": LINKS, "publisher": "Vaila Echo", "published_at": "2021-04-02T07:00:00Z", "url": "https://c.example/2"},
]


HEALTH = {"harbour": SourceState(polls=9, items=40, new_items=12), "quay": SourceState(score=2.5, error="timed out")}


class Filled:
    """An index filled from the seeds, the dashboards for it, and its documents as they are."""

    def __init__(self, client: Elasticsearch, settings: Settings) -> None:
        self.client, self.settings = client, settings
        self.specs = vega_specs(render_dashboards(settings))
        self.articles = self.documents("articles")
        self.comments = self.documents("article-comments")

    def documents(self, alias: str) -> list[Json]:
        """Read all documents behind an alias."""
        answer = self.client.search(index=f"{self.settings.index.prefix}{alias}", size=10_000)
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    def ask(self, panel: str) -> Json:
        """Run a panel's search as Kibana does: where it has no query of its own, within the dashboard's time."""
        url = self.specs[panel]["data"]["url"]
        body = dict(url["body"])
        if url.get("%context%"):
            times = [{"range": {url["%timefield%"]: {"gte": "now-40y", "lte": "now"}}}] if "%timefield%" in url else []
            body["query"] = {"bool": {"filter": times}}
        return dict(self.client.search(index=url["index"], **{name.lstrip("_"): body[name] for name in body}))

    def rows(self, panel: str) -> list[Json]:
        """Give the rows that a panel draws, out of its answer."""
        value: Any = self.ask(panel)
        for step in self.specs[panel]["data"]["format"]["property"].split("."):
            value = value[step]
        return value if isinstance(value, list) else [value]

    def drawable(self, panel: str) -> Json:
        """Give a panel with its answer in the place of its search, as Kibana hands it to Vega."""
        spec = self.specs[panel]
        data = {"values": self.ask(panel), "format": {"type": "json", **spec["data"]["format"]}}
        return {"width": 480, "height": 300, **spec, "data": data}
