"""Archives by their URL through the whole job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fsspec
import pytest

from ingest import cli, jobs
from ingest.errors import UsageError
from ingest.settings import Settings
from tests.network.odd_server import OddServer, reply
from tests.sources.archives import crawl

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def flags(web: OddServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give settings that reach the server."""
    monkeypatch.chdir(tmp_path)
    return {
        "network.allowed_networks": "127.0.0.0/8",
        "network.allowed_ports": str(web.port),
        "index.url": f"tantivy:{tmp_path / 'index'}",
        "lake.url": str(tmp_path / "lake"),
    }


def test_an_archive_is_the_same_wherever_it_lies(web: OddServer, flags: dict[str, Any]) -> None:
    """By a web address, in a place that fsspec knows and at hand it gives the same articles."""
    content = crawl([1, 2, 3])
    web.scripts["/news.warc.gz"] = reply(200, content)
    fsspec.filesystem("memory").pipe_file("/kept/news.warc.gz", content)
    Path("news.warc.gz").write_bytes(content)
    settings = Settings.load(flags=flags)
    done = jobs.ingest([web.url("/news.warc.gz")], settings)
    assert (done.seen, done.outcomes["indexed"]) == (3, 3)
    done = jobs.ingest(["memory://kept/news.warc.gz", "news.warc.gz"], settings)
    assert (done.seen, done.outcomes["unchanged"]) == (6, 6)
    (checked,) = jobs.check_sources(settings, ["memory://kept/news.warc.gz"])
    assert (checked["ok"], checked["items"], checked["kind"]) == (True, 3, "warc")


def test_an_archive_that_cannot_be_had_is_a_failed_document(
    web: OddServer, flags: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted, and the command ends with 3 where nothing else was wanted from elsewhere."""
    arguments = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
    missing = ["memory://kept/gone.warc.gz", web.url("/gone.warc.gz")]
    assert cli.main(["ingest", *missing, "--json", *arguments]) == 3
    said = capsys.readouterr()
    assert '"failed":2' in said.out
    assert "memory://kept/gone.warc.gz: no such file; " in said.err
    assert "status 404" in said.err


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("nowhere://archives/news.warc.gz", "Protocol not known"),
        ("http://10.0.0.1/news.warc.gz", "port 80 is not"),
        ("memory://archives/news.txt", "not URLs"),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_opened(
    flags: dict[str, Any], argument: str, told: str
) -> None:
    """A kind of place that nobody knows, an address that may not be fetched, another kind of file."""
    with pytest.raises(UsageError, match=told):
        jobs.ingest([argument], Settings.load(flags=flags))
    assert not Path("lake").exists()
