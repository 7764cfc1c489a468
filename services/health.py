"""What each service says of itself: bodies are read, since a health endpoint answers 200 with an unhealthy part."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from services import airflow, postgres, redis
from services.layout import System

TIMEOUT_SECONDS = 5
PING_TIMEOUT_SECONDS = 30
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


def check_stream(system: System) -> str:
    """Give what is wrong with the stream: it must not wait for the index or the disk."""
    try:
        with _open(f"http://127.0.0.1:{system.ports['stream']}/metrics") as answer:
            body = answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return _no_answer(error)
    if "broadsheet_stream_waiting 0.0" in body:
        return ""
    return "waits for the index or the disk" if "broadsheet_stream_waiting" in body else "says nothing of a stream"


def check_redis(system: System) -> str:
    """Give what is wrong with Celery's queue."""
    try:
        said = redis.ping(system, TIMEOUT_SECONDS)
    except OSError as error:
        return _no_answer(error)
    return "" if said == "+PONG" else f"said {said!r}"


def celery_worker(name: str) -> Check:
    """Give the check of a Celery worker: it must answer a ping that comes through the queue."""

    def check(system: System) -> str:
        ping = airflow.ping_worker(system, name)
        try:
            done = subprocess.run(
                ping.command,
                env=dict(ping.environment),
                cwd=ping.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=PING_TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"answers no ping in {PING_TIMEOUT_SECONDS} s"
        said = (done.stderr or done.stdout).strip().splitlines()
        return "" if done.returncode == 0 else f"answers no ping ({said[-1] if said else done.returncode})"

    return check


def _read(url: str, system: System, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Read a JSON answer, of an error too; `wrong` says why there is none."""
    context = None
    if url.startswith("https:"):
        context = ssl.create_default_context(cafile=str(system.certificates / "ca.crt"))
    try:
        with _open(url, headers, context) as answer:
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        return _read_error(error)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"wrong": _no_answer(error)}
    return body if isinstance(body, dict) else {"wrong": f"said {body!r}"}


def _open(url: str, headers: dict[str, str] | None = None, context: ssl.SSLContext | None = None) -> Any:
    request = urllib.request.Request(url, headers=headers or {})  # noqa: S310 - addresses of our own
    handlers = [urllib.request.HTTPSHandler(context=context)] if context else []
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)
    return opener.open(request, timeout=TIMEOUT_SECONDS)


def _no_answer(error: Exception) -> str:
    return f"no answer ({getattr(error, 'reason', error)})"


def _read_error(error: urllib.error.HTTPError) -> dict[str, Any]:
    with error:
        try:
            body = json.load(error)
        except ValueError:
            body = {}
    return body if isinstance(body, dict) and body else {"wrong": f"answers {error.code}"}


# Every service that a system may have; the parts of Airflow are named as its API server names them.
CHECKS: dict[str, Check] = {
    "elasticsearch": check_elasticsearch,
    "postgres": check_postgres,
    "redis": check_redis,
    "kafka": check_kafka,
    "api-server": airflow_part("metadatabase"),
    "scheduler": airflow_part("scheduler"),
    "dag-processor": airflow_part("dag_processor"),
    "triggerer": airflow_part("triggerer"),
    **{name: celery_worker(name) for name in airflow.WORKERS},
    "api": check_api,
    "stream": check_stream,
}
