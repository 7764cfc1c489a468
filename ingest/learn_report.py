"""Proposals for people: a table of them, one whole, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from ingest.characters import show
from ingest.report import console
from ingest.rule_report import print_columns

Record = dict[str, Any]
_SHOWN_CHARS = 60
_HEADER = ["id", "state", "publisher", "class", "line", "on documents", "would change", "where", "agrees"]


def print_proposals(lines: Iterable[Record]) -> None:
    """Print a table of proposals, and what to do about them."""
    out = console()
    rows = list(lines)
    if not rows:
        out.print("no line repeats on a publisher's pages as yet with a second signal that agrees")
        return
    print_columns(out, _HEADER, [_to_cells(row) for row in rows], left=5)
    waiting = sum(row["state"] == "proposed" for row in rows)
    out.print(f"{waiting} proposals run in shadow: nothing is taken for them. See `learn show ID`, then")
    out.print(
        "`broadsheet learn accept ID...` or `broadsheet learn reject ID...`; accepted ones apply from the next run"
    )


def _to_cells(row: Record) -> list[str]:
    support = row["support"]
    return [
        row["id"],
        row["state"],
        show(row["publisher"]),
        row["class"],
        _shorten(row["line"]),
        f"{support['documents']} of {support['of']}",
        str(row["would_take"]["documents"]),
        " ".join(f"{place} {count}" for place, count in row["position"].items() if count),
        ", ".join(signal["name"] for signal in row["signals"]),
    ]


def _shorten(text: str) -> str:
    shown = show(text)
    return shown if len(shown) <= _SHOWN_CHARS else f"{shown[: _SHOWN_CHARS - 1]}…"


def print_proposal(line: Record) -> None:
    """Print one proposal: what speaks for it, where it stands, and its rule."""
    out = console()
    out.print(Text(f"{line['id']}  {line['state']}  {line['class']}", style="bold"))
    out.print(Text(show(line["line"])))
    support, taken = line["support"], line["would_take"]
    out.print(f"on {support['documents']} of {support['of']} documents ({support['share']:.0%}) of {line['publisher']}")
    out.print(f"would take about {taken['characters']:,} characters of {taken['documents']} documents")
    for signal in line["signals"]:
        out.print(Text(f"{signal['name']}: {show(signal['why'])}"))
    for example in line["examples"]:
        out.print(Text(f"  {example['id']}: {show(example['text'] or '(wording not kept)')}"))
    out.print(Text(f"\n# {line['file']}\n{line['rule']}"))


def print_decided(lines: Iterable[Record]) -> None:
    """Print decided proposals, a line each."""
    out = console()
    for line in lines:
        where = f" into {line['file']}" if line["state"] == "accepted" else ""
        out.print(Text(f"{line['id']}  {line['state']}{where}: {_shorten(line['line'])}"))


def print_counted(done: Record) -> None:
    """Say how many documents were counted."""
    console().print(f"{done['documents']:,} documents read; see `broadsheet learn`")
