"""Writing the Kibana dashboards to files, and handing them to a Kibana."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from ingest.dashboards import DASHBOARDS, to_saved_objects
from ingest.elastic.client import read_api_key
from ingest.errors import Unavailable, UsageError
from ingest.index.settings import IndexSettings
from ingest.settings import Settings

# Aliases beside those of `ingest.index.names`: each is `<prefix><name>`.
ALIASES = ("articles", "article-comments", "article-versions", "article-state")
TIMEOUT_SECONDS = 60.0


def build_dashboards(settings: Settings, folder: str) -> list[dict[str, Any]]:
    """Write `<dashboard>.ndjson` files into a folder, for the aliases that the settings name; give what was written."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    told = []
    for name, text in render_dashboards(settings).items():
        path = Path(folder) / f"{name}.ndjson"
        path.write_text(text, encoding="utf-8")
        told.append({"dashboard": name, "file": str(path), "objects": text.count("\n")})
    return told


def render_dashboards(settings: Settings) -> dict[str, str]:
    """Give the text of each dashboard's file."""
    aliases = {name: f"{settings.index.prefix}{name}" for name in ALIASES}
    return {dashboard.id: _to_lines(to_saved_objects(dashboard, aliases)) for dashboard in DASHBOARDS}


def _to_lines(objects: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False, sort_keys=True) + "\n" for each in objects)


def load_dashboards(settings: Settings, kibana: str) -> list[dict[str, Any]]:
    """Import the dashboards into a Kibana, in the place of those of before; give what each file brought.

    The index's name and password, or its API key, are shown to Kibana. Raises Unavailable where Kibana does not answer
    and UsageError where it refuses.
    """
    with _connect(settings.index, kibana) as client:
        return [_load(client, name, text) for name, text in render_dashboards(settings).items()]


def _connect(settings: IndexSettings, kibana: str) -> httpx.Client:
    headers = {"kbn-xsrf": "broadsheet"}
    if api_key := read_api_key(settings):
        headers["Authorization"] = f"ApiKey {api_key}"
    secret = (settings.username, settings.password) if settings.username and not api_key else None
    trusted = ssl.create_default_context(cafile=settings.ca_certs) if settings.ca_certs else settings.verify_certs
    return httpx.Client(base_url=kibana, headers=headers, auth=secret, verify=trusted, timeout=TIMEOUT_SECONDS)


def _load(client: httpx.Client, name: str, text: str) -> dict[str, Any]:
    """Import one file; Kibana answers 200 also where it took nothing, so the answer's body is what counts."""
    files = {"file": (f"{name}.ndjson", text.encode(), "application/ndjson")}
    try:
        answer = client.post("/api/saved_objects/_import", params={"overwrite": "true"}, files=files)
    except httpx.HTTPError as error:
        raise Unavailable(f"Kibana does not answer: {error}") from error
    if answer.status_code >= 500:
        raise Unavailable(f"Kibana is not ready: {answer.status_code}")
    told = _read(answer)
    if not told.get("success"):
        raise UsageError(f"Kibana refuses {name}: {told.get('errors') or told.get('message') or answer.status_code}")
    return {"dashboard": name, "objects": told.get("successCount", 0)}


def _read(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        told = answer.json()
    except ValueError as error:
        raise UsageError(f"what answers is no Kibana: {answer.status_code}") from error
    return told if isinstance(told, dict) else {}
