"""An article that comes again with another text: what it said before, and what was true when."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.system import System

URL = "https://meridian.example/2024/cutter"
HEAD = "Pilots ask for a second cutter"
BODY = (
    "The pilots of Port Meridian have asked the harbour board for {} cutters, after the only one they have spent"
    " the winter on the slip. The board will answer in spring, said its clerk, who had counted the letters twice."
)


def drop(folder: Path, *captures: tuple[str, str]) -> Path:
    """Write captures of one page: its text and when it was fetched."""
    lines = [json.dumps({"url": URL, "text": text, "fetched_at": at}) for text, at in captures]
    path = folder / "captures.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_versions_are_kept_shown_and_searched_by_date(system: System) -> None:
    """A changed figure makes a version, a changed share line none."""
    first, second = (f"{HEAD}\n\n{BODY.format(number)}" for number in ("2", "3"))
    path = drop(
        system.folder,
        (first, "2024-01-10T08:00:00Z"),
        (f"{first}\n\nShare this article", "2024-01-11T08:00:00Z"),
        (second, "2024-01-12T08:00:00Z"),
    )
    report = system.run("ingest", str(path))
    assert (report["indexed"], report["updated"]) == (1, 2)
    article = system.run("search", "cutters")["hits"][0]["id"]
    shown = system.run("show", article, "--versions")
    assert [(v["valid_from"], v["valid_to"]) for v in shown["versions"]] == [
        ("2024-01-10T08:00:00Z", "2024-01-12T08:00:00Z"),
        ("2024-01-12T08:00:00Z", None),
    ]
    assert shown["versions"][1]["correction"] == ["numbers"]
    assert [c["text"].strip() for c in shown["versions"][1]["diff"]["body"] if c["sign"] != "="] == ["2", "3"]

    def said(*when: str) -> list[str]:
        return [hit["id"] for hit in system.run("search", '"3 cutters"', *when)["hits"]]

    assert said() == said("--as-of", "2024-01-12T08:00:00Z") == [article]
    assert said("--as-of", "2024-01-11") == []
    before = system.run("search", '"2 cutters"', "--as-of", "2024-01-11")
    assert (before["total"], [hit["id"] for hit in before["hits"]]) == (1, [article])
    assert system.run("search", "cutters", "--as-of", "2024-01-09")["total"] == 0
    assert "2 cutters" in system.run("show", article, "--as-of", "2024-01-11")["body"]
    assert "not seen before" in system.run("show", article, "--as-of", "2023", exit_code=2)

    versions = system.versions()
    again = system.run("ingest", str(path))
    assert (again["updated"], again["unchanged"]) == (0, 3)
    assert system.versions() == versions
