"""What each service says of itself: bodies are read, since a health endpoint answers 200 with an unhealthy part."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from services import postgres
from services.layout import System

TIMEOUT_SECONDS = 5
Check = Callable[[System], str]


def check_elasticsearch(system: System) -> str:
    """Give what is wrong with the index, nothing where all is well."""
    secret = base64.b64encode(f"elastic:{system.secrets['elastic']}".encode()).decode()
    body = _read(f"{system.url('elasticsearch')}/_cluster/health", system, {"Authorization": f"Basic {secret}"})
    status = body.get("status", body.get("wrong", "no status"))
    return "" if status in {"green", "yellow"} else f"status: {status}"


def check_postgres(system: System) -> str:
    """Give what is wrong with Airflow's database."""
    return "" if postgres.is_ready(system.ports["postgres"]) else "takes no connections"


def airflow_part(part: str) -> Check:
    """Give the check of a part of Airflow that the API server reports on."""

    def check(system: System) -> str:
        body = _read(f"{system.url('airflow')}/api/v2/monitor/health", system)
        status = (body.get(part) or {}).get("status") if "wrong" not in body else body["wrong"]
        return "" if status == "healthy" else f"{part}: {status or 'not there'}"

    return check


def check_api(system: System) -> str:
    """Give what is wrong with the search API: it must reach the index."""
    body = _read(f"{system.url('api')}/readyz", system)
    return "" if body.get("status") == "ok" else str(body.get("wrong") or body.get("detail") or body)


def check_kafka(system: System) -> str:
    """Give what is wrong with the broker; it speaks no HTTP, so whether it takes connections must do."""
    try:
        socket.create_connection(("127.0.0.1", system.ports["kafka"]), timeout=TIMEOUT_SECONDS).close()
    except OSError as error:
        return f"takes no connections ({error})"
    return ""


def _read(url: str, system: System, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Read a JSON answer, of an error too; `wrong` says why there is none."""
    request = urllib.request.Request(url, headers=headers or {})  # noqa: S310 - addresses of our own
    context = None
    if url.startswith("https:"):
        context = ssl.create_default_context(cafile=str(system.certificates / "ca.crt"))
    handlers = [urllib.request.ProxyHandler({})]
    opener = urllib.request.build_opener(
        *handlers, *([urllib.request.HTTPSHandler(context=context)] if context else [])
    )
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        return _read_error(error)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"wrong": f"no answer ({getattr(error, 'reason', error)})"}
    return body if isinstance(body, dict) else {"wrong": f"said {body!r}"}


def _read_error(error: urllib.error.HTTPError) -> dict[str, Any]:
    with error:
        try:
            body = json.load(error)
        except ValueError:
            body = {}
    return body if isinstance(body, dict) and body else {"wrong": f"answers {error.code}"}
