"""Rules for people: lists, one rule, the outcome of examples, and what a changed rule set would do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from ingest.characters import show
from ingest.report import console

Record = dict[str, Any]
_COUNTS = {"fired": "fired", "on_body": "on body", "body_chars": "body characters"}


def print_rules(lines: Iterable[Record]) -> None:
    """Print a table of rules, with their counts where a sample was given."""
    rows = list(lines)
    names = ["id", "class", "scope", "zone", *(_COUNTS if rows and "fired" in rows[0] else ())]
    header = [_COUNTS.get(name, name) for name in names]
    print_columns(console(), header, [[_cell(row[name]) for name in names] for row in rows], left=4)


def _cell(value: str | int | None) -> str:
    return f"{value:,}" if isinstance(value, int) else value or "-"


def print_columns(out: Console, header: list[str], rows: list[list[str]], *, left: int) -> None:
    """Print columns, the first `left` of them flush left, as wide as they need: a pager or a pipe takes whole ids."""
    widths = [max(map(len, cells)) for cells in zip(header, *rows, strict=True)]
    for number, row in enumerate([header, *rows]):
        cells = [
            cell.ljust(w) if at < left else cell.rjust(w) for at, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        out.print(Text("  ".join(cells).rstrip(), style="" if number else "bold"))


def print_rule(rule: Record) -> None:
    """Print one rule: what it says, its examples, and where it fired."""
    out = console()
    out.print(Text(rule["id"], style="bold"))
    skipped = {"id", "strips", "keeps", "strips_holds", "keeps_holds", "stripped_by", "kept_against", "places"}
    for name, value in rule.items():
        if name not in skipped and value not in (None, (), []):
            shown = "\n    ".join(["", *value]) if isinstance(value, list | tuple) else value
            out.print(Text(f"{_COUNTS.get(name, name)}: {shown}"))
    if "strips" in rule:
        _print_example(out, "strips", rule["strips"], rule["strips_holds"])
        _print_example(out, "keeps", rule["keeps"], rule["keeps_holds"])
    for place in rule.get("places", []):
        out.print(Text(f"  {show(place['document'])} [{place['start']}, {place['end']}): {show(place['text'])!r}"))


def _print_example(out: Console, name: str, example: str, holds: bool) -> None:
    mark = Text("holds", style="green") if holds else Text("does not hold", style="bold red")
    out.print(Text(f"{name} ("), mark, Text("):\n    " + example.replace("\n", "\n    ")), sep="")


def print_checks(lines: Iterable[Record]) -> None:
    """Print each example that does not hold, and the count of those that do."""
    out = console()
    rows = list(lines)
    for row in rows:
        if not row["strips"]:
            out.print(
                Text(f"{row['id']} does not take its example; it goes by: {', '.join(row['stripped_by']) or '-'}")
            )
        if not row["keeps"]:
            out.print(Text(f"{row['id']}: what should stay is taken by {', '.join(row['kept_against'])}"))
    good = sum(row["strips"] and row["keeps"] for row in rows)
    out.print(f"{good} of {len(rows)} rules do what their examples say")


def print_trial(lines: Iterable[Record]) -> None:
    """Print each difference as it comes, and at the end the summary."""
    out = console()
    is_coloured = out.color_system is not None and not out.no_color
    for line in lines:
        if "summary" in line:
            _print_summary(out, line["summary"])
        else:
            _print_difference(out, line, is_coloured=is_coloured)


def _print_difference(out: Console, line: Record, *, is_coloured: bool) -> None:
    out.print(Text(show(f"--- {line['origin']}  {line['id']}"), style="bold"))
    if line["flags"]:
        out.print(Text(f"now flagged: {', '.join(line['flags'])}", style="bold red"))
    changes = [piece for hunk in line["hunks"] for piece in hunk["pieces"] if piece["sign"] != "="]
    marks_blanks = not any(piece["text"].strip() for piece in changes)
    for hunk in line["hunks"]:
        out.print(Text(f"@@ line {hunk['line']} @@", style="cyan"))
        text = Text()
        for piece in hunk["pieces"]:
            if piece["sign"] == "=" or not (piece["text"].strip() or marks_blanks):
                text.append(show(piece["text"]))
            else:
                _append_change(text, piece, is_coloured=is_coloured)
        text.rstrip()
        out.print(text)
    out.print()


def _append_change(text: Text, piece: Record, *, is_coloured: bool) -> None:
    """Add what one body alone has, and the rule that takes it from the other."""
    shown, is_gone = show(piece["text"]), piece["sign"] == "-"
    visible = shown.rstrip() or shown
    opening, closing = ("[-", "-]") if is_gone else ("{+", "+}")
    marked = visible if is_coloured and visible.strip() else f"{opening}{visible}{closing}"
    text.append(marked, style="red" if is_gone else "green")
    text.append(f"({'now' if is_gone else 'was'} {piece['rule']})", style="dim italic")
    text.append(shown[len(visible) :])


def _print_summary(out: Console, summary: Record) -> None:
    out.print(
        f"{summary['documents']} documents: {summary['changed']} with another body, {summary['relabelled']} with the "
        f"same body and other spans, {summary['without_article']} without an article"
    )
    changed = [rule for rule in summary["rules"] if rule["change"] or rule["before"] != rule["after"]]
    if changed:
        rows = [[rule["id"], rule["change"] or "-", *[_pair(rule, key) for key in _COUNTS]] for rule in changed]
        print_columns(out, ["rule", "change", *_COUNTS.values()], rows, left=2)
    if summary["classes"]:
        _print_scores(out, *summary["classes"])


def _pair(rule: Record, key: str) -> str:
    return _change(rule["before"][key], rule["after"][key])


def _print_scores(out: Console, before: Record, after: Record) -> None:
    """Print precision and recall before and after; `any` is all chrome, whatever class it went as."""
    rows = []
    for name in sorted(before.keys() | after.keys(), key=lambda each: (each != "any", each)):
        empty = {"precision": None, "recall": None, "labelled": 0, "body_taken": 0}
        first, second = before.get(name, empty), after.get(name, empty)
        shares = [_change(first[key], second[key]) for key in ("precision", "recall")]
        body = _change(first["body_taken"], second["body_taken"])
        rows.append([name, *shares, f"{second['labelled'] or first['labelled']:,}", body])
    out.print("precision and recall in characters:")
    print_columns(out, ["class", "precision", "recall", "labelled", "body taken"], rows, left=1)


def _change(before: float | None, after: float | None) -> str:
    first, second = (_figure(value) for value in (before, after))
    return first if first == second else f"{first} -> {second}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.4f}"
