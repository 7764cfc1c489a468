"""What was counted lives with the index, of either kind: one process counts, others list, accept and apply."""

from __future__ import annotations

import json

from tests.clean.learned.outlets import write_article
from tests.integration.system import System

LINE = "Scroll past the picture for the tide table"


def test_counts_survive_their_process(system: System) -> None:
    """Each command is a process of its own; a second run counts nothing twice, a third applies what was accepted."""
    pages = system.folder / "pages.jsonl"
    texts = [write_article(seed, among=[LINE]) for seed in range(5)]
    lines = [{"url": f"https://echo.example/{n}", "text": text} for n, text in enumerate(texts)]
    pages.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    flags = ["--set", f"learn.rules_folder={system.folder / 'rules'}"]

    assert system.run("ingest", str(pages), *flags)["indexed"] == 5
    (proposal,) = system.run_lines("learn", *flags)
    assert (proposal["line"], proposal["support"]["documents"]) == (LINE, 5)
    again = system.run("ingest", str(pages), *flags)
    assert (again["unchanged"], again["shadow"]["documents"]) == (5, 5)
    assert system.run_lines("learn", "list", *flags) == [proposal]
    system.run("learn", "accept", proposal["id"], *flags)
    assert system.run("ingest", str(pages), *flags)["updated"] == 5
    shown = system.run("show", proposal["examples"][0]["id"], "--spans", *flags)
    assert LINE not in shown["body"]
    assert [span["text"] for span in shown["spans"] if span["rule"] == f"learned.{proposal['id']}"] == [LINE]
