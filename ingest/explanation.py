"""Explanations on a terminal: what was cut is coloured by class, or marked where there is no colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingest.characters import show
from ingest.report import console

if TYPE_CHECKING:
    from ingest.jobs.explaining import Cut, Explanation

CLASS_STYLES = {
    "copyright": "black on yellow",
    "comment": "white on blue",
    "comment_ui": "black on bright_blue",
    "share": "black on magenta",
    "newsletter": "black on bright_magenta",
    "caption": "black on green",
    "credit": "black on bright_green",
    "byline": "black on cyan",
    "related": "black on bright_cyan",
    "pagination": "black on grey70",
    "notice": "black on orange3",
    "advert": "white on red",
    "paywall": "white on dark_magenta",
    "tags": "black on chartreuse3",
    "metadata": "black on tan",
    "navigation": "white on grey39",
    "control": "white on bright_red",
    "whitespace": "on grey19",
}
_UNOBTRUSIVE = "whitespace"


def print_explained(explanations: Iterable[Explanation]) -> None:
    """Print each original with what was cut and by which rule, then the reasons of these rules."""
    out = console()
    is_coloured = out.color_system is not None and not out.no_color
    for explanation in explanations:
        out.rule(Text(show(f"{explanation.origin}  {explanation.name}")))
        if explanation.failed is not None:
            out.print(Text(f"no article: {show(explanation.failed)}"))
            continue
        print_legend(out, explanation, is_coloured=is_coloured)
        out.print(to_marked_text(explanation, is_coloured=is_coloured))
        print_reasons(out, explanation, is_coloured=is_coloured)


def print_legend(out: Console, explanation: Explanation, *, is_coloured: bool) -> None:
    """Print the classes that were cut, in their colours, with their spans and characters."""
    if explanation.is_kept_whole:
        out.print(Text("kept whole: too much would go, so what is marked is only suggested", style="bold"))
    spans = Counter(cut.span_class for cut in explanation.cuts)
    characters: Counter[str] = Counter()
    for cut in explanation.cuts:
        characters[cut.span_class] += cut.end - cut.start
    legend = Text("cut: " if spans else "nothing was cut")
    for place, name in enumerate(sorted(spans)):
        legend.append(", " if place else "")
        legend.append(f" {name} " if is_coloured else name, style=CLASS_STYLES.get(name, "") if is_coloured else "")
        legend.append(f" {spans[name]} ({characters[name]:,} characters)")
    out.print(legend)
    out.print()


def to_marked_text(explanation: Explanation, *, is_coloured: bool) -> Text:
    """Give the original with its cuts in colour, or as `[-cut-]{rule}`; whitespace gets no mark."""
    text = Text()
    for piece, cut in explanation.pieces():
        if cut is None:
            text.append(show(piece))
        else:
            append_cut(text, piece, cut, is_coloured=is_coloured)
    return text


def append_cut(text: Text, piece: str, cut: Cut, *, is_coloured: bool) -> None:
    """Add a cut to a text; its rule comes right after what is visible of it."""
    if cut.span_class == _UNOBTRUSIVE:
        # A background would fill the blank lines that a cut leaves.
        text.append(show(piece), style=CLASS_STYLES[_UNOBTRUSIVE] if is_coloured and "\n" not in piece else "")
        return
    shown = show(piece)
    visible = shown.rstrip()
    lead = visible[: len(visible) - len(visible.lstrip())]
    text.append(lead)
    if is_coloured:
        text.append(visible[len(lead) :], style=CLASS_STYLES.get(cut.span_class, "reverse"))
        text.append(f" {cut.rule} ", style="dim italic")
    else:
        text.append(f"[-{visible[len(lead) :]}-]{{{cut.rule}}}")
    text.append(shown[len(visible) :])


def print_reasons(out: Console, explanation: Explanation, *, is_coloured: bool) -> None:
    """Print each rule that fired with its class, how often, and its reason, in the order of the text."""
    fired = Counter((cut.rule, cut.span_class, cut.reason) for cut in explanation.cuts)
    table = Table.grid(padding=(0, 2))
    for (rule, span_class, reason), times in fired.items():
        style = CLASS_STYLES.get(span_class, "") if is_coloured else ""
        table.add_row(Text(rule), Text(span_class, style=style), f"x {times}", Text(reason))
    if fired:
        out.print()
        out.print(table)
