"""Three Elasticsearch nodes on loopback, one of them killed while articles are written: nothing is lost."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from benchmarks.scale_out.stories import write_stories
from ingest import jobs
from ingest.settings import Settings
from services.elasticsearch import Options, prepare
from services.processes import ServiceProcess, free_ports

NODES, ARTICLES, KILL_AFTER = 3, 600, 200
PATIENCE_SECONDS = 300.0


def run() -> dict[str, Any]:
    """Ingest while a node dies, compare, and give the figures."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-nodes-") as folder, cluster(Path(folder)) as (url, processes):
        lines = Path(folder) / "stories.jsonl"
        write_stories(lines, ARTICLES)
        settings = Settings.load(
            flags={"index.url": url, "index.replicas": "1", "index.shards": "3", "lake.url": str(Path(folder) / "lake")}
        )

        def kill(seen: int) -> None:
            if seen == KILL_AFTER:
                processes[-1].stop(grace_seconds=0)

        started = time.monotonic()
        first = jobs.ingest([str(lines)], settings, on_seen=kill)
        seconds = time.monotonic() - started
        again = jobs.ingest([str(lines)], settings)
        total = jobs.search([("duplicates", "show")], settings)["total"]
        with Elasticsearch(url) as client:
            nodes = client.cluster.health()["number_of_nodes"]
        return {
            "articles": total,
            "seconds": round(seconds, 1),
            "nodes_left": nodes,
            "indexed": first.outcomes["indexed"],
            "failed": first.failed,
            "unchanged_again": again.outcomes["unchanged"],
            "lost": ARTICLES - total,
        }


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[ServiceProcess]]]:
    """Start the nodes and wait until they are one cluster; give the first one's address and all processes."""
    folder.chmod(0o755)
    transports = free_ports(NODES)
    names = [f"node-{number}" for number in range(NODES)]
    with ExitStack() as stack:
        prepared = []
        for name, port in zip(names, transports, strict=True):
            settings = {
                "node.name": name,
                "discovery.type": "multi-node",
                "discovery.seed_hosts": ",".join(f"127.0.0.1:{each}" for each in transports),
                "cluster.initial_master_nodes": ",".join(names),
                "transport.port": str(port),
            }
            options = Options(heap_megabytes=512, folder=folder / name, settings=tuple(settings.items()))
            prepared.append(prepare(options))
        processes = []
        for each in prepared:
            processes.append(ServiceProcess(each.launch))
            stack.callback(processes[-1].stop)
        with Elasticsearch(prepared[0].url, request_timeout=10) as client:
            wait_for(lambda: joined(client), "the nodes do not find each other")
        yield prepared[0].url, processes


def joined(client: Elasticsearch) -> bool:
    """Tell whether all nodes are in the cluster."""
    try:
        return bool(client.cluster.health()["number_of_nodes"] == NODES)
    except (ApiError, TransportError):
        return False


def wait_for(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.5)
