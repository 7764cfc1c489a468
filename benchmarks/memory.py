"""Peak memory of an ingest run with clustering on and the default store: `python -m benchmarks.memory [MEGABYTES ...]`.

Anonymous memory is what the process holds; the resident set also counts pages of the index's files, which the kernel
maps and takes back at will.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.corpora import Generator

CHARACTERS = 8000


SIZES_MB = (250, 1000)


def measure(sizes: Sequence[int] = SIZES_MB) -> dict[str, Any]:
    """Measure each size, and the last one's peak of anonymous memory over the first one's."""
    runs = [ingest_generated(megabytes) for megabytes in sizes]
    growth = runs[-1]["peak_anonymous_mb"] / runs[0]["peak_anonymous_mb"]
    return {**{f"{run['megabytes']}mb": run for run in runs}, "growth": round(growth, 3)}


def ingest_generated(megabytes: int) -> dict[str, Any]:
    """Ingest so many megabytes of generated text in a child process and poll its memory ten times a second."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "generated.jsonl"
        with source.open("w") as stream:
            for number, text in enumerate(Generator().stream(megabytes * 1_000_000, CHARACTERS)):
                stream.write(json.dumps({"id": str(number), "text": text}) + "\n")
        command = [sys.executable, "-m", "ingest.cli", "ingest", str(source), "--json"]
        command += ["--index", f"tantivy:{folder}/index", "--lake", f"{folder}/lake"]
        started = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            anonymous, resident = poll_peaks(process.pid)
            output, _ = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"ingest ended with {process.returncode}")
        report = json.loads(output)
        return {
            "megabytes": megabytes,
            "documents": report["seen"],
            "duplicates": report["duplicates"],
            "documents_per_second": round(report["seen"] / report["seconds"], 1),
            "seconds": round(time.monotonic() - started, 1),
            "peak_anonymous_mb": round(anonymous / 1e6, 1),
            "peak_resident_mb": round(resident / 1e6, 1),
            "stages": {name: stage["seconds"] for name, stage in report["stages"].items()},
        }


def poll_peaks(pid: int) -> tuple[int, int]:
    """Poll a process until it ends; give its peak anonymous and resident memory in bytes, children included."""
    anonymous = resident = 0
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            family = [process, *process.children(recursive=True)]
            infos = [member.memory_info() for member in family]
            resident = max(resident, sum(info.rss for info in infos))
            anonymous = max(anonymous, sum(info.rss - info.shared for info in infos))
            time.sleep(0.1)
    except psutil.NoSuchProcess:
        pass
    return anonymous, resident


if __name__ == "__main__":
    print(json.dumps(measure([int(argument) for argument in sys.argv[1:]] or SIZES_MB)))
