"""Measures what docs/results.md tells, and writes the page: `python -m tools.results [SUITE ...]`.

Figures are kept in benchmarks/results.json by suite; the page is made of them alone, and the gate refuses a page that
tells better figures than it measures. Without a suite only the page is written.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "results.md"
FIGURES = ROOT / "benchmarks" / "results.json"
OURS = "Broadsheet"

# What is asked, of which figure, and how it is shown; the order is the page's.
ASKED: tuple[tuple[str, str, str], ...] = (
    ("labelled scrapes: line F1", "cleaning.real.line_f1", "at least .97"),
    ("plain scrapes alone: line F1", "cleaning.real_plain.line_f1", "at least .92"),
    ("body characters lost", "cleaning.real.body_lost", "at most 0.3 %"),
    ("documents losing over 5 %", "cleaning.real.documents_losing_over_5_percent", "none"),
    ("headline characters lost", "cleaning.real.headlines_lost", "none"),
    ("documents with words glued", "cleaning.real.glued", "none"),
    ("copyright lines left", "cleaning.real.copyright_lines_left", "none"),
    ("comments and comment UI left", "cleaning.real.comments_left", "at most 1 %"),
    ("chrome characters left", "cleaning.real.chrome_left", "at most 10 %"),
    ("mixed lines: chrome left", "cleaning.real.mixed_chrome_left", "at most 15 %"),
    ("mixed lines: body lost", "cleaning.real.mixed_body_lost", "at most 0.5 %"),
    ("class right", "cleaning.real.class_accuracy", "at least 90 %"),
    ("one-line articles: chrome left", "cleaning.real_one_line.chrome_left", "a case of its own"),
    ("one-line articles: body lost", "cleaning.real_one_line.body_lost", "a case of its own"),
    ("seeds: line F1", "cleaning.seeds.line_f1", "exact"),
    ("seeds: chrome left", "cleaning.seeds.chrome_left", "exact"),
    ("comments without a header: comment characters left", "cleaning.derived.removed_by_label.comment", "at most 3 %"),
    ("the same: body lost", "cleaning.derived.body_lost", "at most 2 %"),
    ("false cuts, labelled articles without comments", "cleaning.derived.false_comment_cuts", "none"),
    ("false cuts, 2,225 news texts", "cleaning.without_chrome.false_comment_cuts", "none"),
    ("pages: shingle F1, scrapinghub", "extraction.scrapinghub.f1", "at least .975"),
    ("pages: shingle F1, fundus", "extraction.fundus.f1", "at least .955"),
    ("pages: comment words leaked", "extraction.traf.comment_words_leaked", "at most 1 %"),
    ("pages: body snippets lost", "extraction.traf.body_snippets_lost", "at most 4.5 %"),
    ("pages with a copyright line", "extraction.metadata.pages_with_a_copyright_line", "none"),
    ("title within 90 % fuzzy", "extraction.metadata.title", "at least 90 %"),
    ("authors exact", "extraction.metadata.authors", "at least 85 %"),
    ("date", "extraction.metadata.date", "at least 97.5 %"),
    ("median page, times bare trafilatura", "extraction.cost.median_page_times_trafilatura", "at most 1.1"),
    ("mean page, times bare trafilatura", "extraction.cost.mean_page_times_trafilatura", "at most 1.5"),
    ("text path, times commit 596cb18", "versus.path_times_bbc", "at most 1.2"),
    ("texts whose time grew too fast", "pumping.faults", "none"),
)
# FINDINGS' tables: measured once on 51 other documents, so not the same rows.
FIELD_TEXT: Mapping[str, Sequence[str]] = {
    "naive regular expressions": (".33", ".58", "5.3 %", "26 %", "8 %", "100 %"),
    "jusText on lines": (".75", ".42", "3.8 %", "38 %", "20 %", "57 %"),
    "boilerpy3 on lines": (".81", ".03", "1.3 %", "50 %", "53 %", "28 %"),
    "C4 line rules": (".90", ".70", "4.5 %", "59 %", "47 %", "7 %"),
}
FIELD_HTML: Mapping[str, Sequence[str]] = {
    "trafilatura": (".960", ".946", "3.1 %", "4.6 %", "60 / 39"),
    "trafilatura, precision": (".964", ".945", "3.0 %", "7.1 %", "63 / 36"),
    "readability-lxml": (".952", ".897", "2.5 %", "9.9 %", "59 / 31"),
    "newspaper4k": (".938", ".880", "-", "-", "11 / 7"),
    "resiliparse": (".927", ".901", "6.9 %", "3.7 %", "663 / 401"),
    "news-please": ("-", "-", "-", "-", "5"),
}
HEAD = """# Results

Every figure that is asked of cleaning, with what this revision reaches on the measuring material (which is not part of
this repository), the command that makes it, the bounds between which 95 % of it lie when the documents are drawn
again, and the two halves of the publishers. `python -m tools.results SUITE ...` measures suites anew and writes this
page; `make gate` fails where a figure falls below its floor and where this page tells a better one than is measured.
The figures of a suite that was not measured are missing, not copied.

## What is asked, and what is reached

| what | asked | reached | 95 % by document | half A / half B | by |
|---|---|---|---|---|---|
"""
FOLDS_HEAD = """
## Cross-validation by publisher

Rules are written by hand, so a fold leaves out every rule that has fired on its own publishers only, over the labelled
sets and a thousand scrapes; rules that are code stay in. (`python -m benchmarks.cleaning`)

"""
UNSEEN_HEAD = """
## Publishers that no rule was tuned on

Pages as plain text, whole and by their main parts, labelled line by line from the gold body of the page sets: automatic
labels, which call some summaries and captions chrome. Rules are written on three quarters of the publishers; of the
held-out quarter no more was looked at than what it lost. (`python -m benchmarks.run renders`)

| publishers | texts | line F1 | body lost | texts losing over 5 % | headlines lost | chrome left |
|---|---|---|---|---|---|---|
"""
TEXT_HEAD = """
## Cleaning plain text, beside its peers

The same 52 labelled scrapes, the same script, the same run (`make peers`). The last column is what an earlier study
measured on 51 other documents, which are not here, in the same order of columns; compare within a column only.

| system | line F1 | plain scrapes | body lost | chrome removed | comments removed | copyright removed | earlier |
|---|---|---|---|---|---|---|---|
"""
HTML_HEAD = """
## Extracting from HTML, beside its peers

The same pages, the same script, the same run (`make peers`), each as it is by default (so resiliparse with comments).
Speed is of a machine shared with others: compare within its column. The last column is an earlier study's: F1
scrapinghub, F1 fundus, comment tokens leaked, snippets lost, pages a second. A system that was not run here was left
out with `--without`, since it is slow.

| system | F1 scrapinghub | F1 fundus | comment words leaked | body snippets lost | pages a CPU second | earlier |
|---|---|---|---|---|---|---|
"""


def find(figures: Mapping[str, Any], name: str) -> Any:
    """Give a figure by its dotted name, or None."""
    value: Any = figures
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def show(name: str, value: float | None) -> str:
    """Write a figure as people read it: counts whole, F1 and ratios with three digits, shares in per cent."""
    if value is None:
        return "-"
    if isinstance(value, int):
        return f"{value:,}"
    if name.endswith(("f1", "f1_plain")) or "times" in name:
        return f"{value:.3f}"
    return f"{100 * value:.2f} %"


def render_asked(figures: Mapping[str, Any]) -> str:
    """Give the rows of what is asked."""
    rows = []
    for what, name, asked in ASKED:
        value = find(figures, name)
        suite, group, figure = name.split(".")[0], name.rpartition(".")[0], name.rpartition(".")[2]
        if ".removed_by_label." in name:
            value, figure = (None if value is None else 1 - value), "comments_left"
            group = name.partition(".removed_by_label.")[0]
        low, high = bounds(figures, group, figure)
        halves = [find(figures, f"{group}.{half}.{figure}") for half in ("half_a", "half_b")]
        if halves[0] is None:
            halves = [find(figures, f"{group}.{figure}_{half}") for half in ("half_a", "half_b")]
        interval = "-" if low is None else f"{show(name, low)} to {show(name, high)}"
        both = "-" if halves[0] is None else " / ".join(show(name, half) for half in halves)
        rows.append(
            f"| {what} | {asked} | {show(name, value)} | {interval} | {both} | `python -m benchmarks.{suite}` |"
        )
    return "\n".join(rows) + "\n"


def bounds(figures: Mapping[str, Any], group: str, figure: str) -> tuple[Any, Any]:
    """Give the bounds of a figure, or None twice."""
    found = find(figures, f"{group}.interval_95.{figure}")
    if found:
        return found[0], found[1]
    return find(figures, f"{group}.{figure}_low"), find(figures, f"{group}.{figure}_high")


def render_classes(figures: Mapping[str, Any]) -> str:
    """Give the table of what is removed by label, on each labelled set."""
    sets = ("seeds", "real", "real_plain", "derived")
    held = [find(figures, f"cleaning.{name}.removed_by_label") or {} for name in sets]
    labels = sorted({label for each in held for label in each})
    rows = [f"| {label} | " + " | ".join(show("", each.get(label)) for each in held) + " |" for label in labels]
    head = "\n## Characters removed, by label\n\n| label | " + " | ".join(sets) + " |\n|" + "---|" * 5 + "\n"
    return head + "\n".join(rows) + "\n"


def render_folds(figures: Mapping[str, Any]) -> str:
    """Give the table of cross-validation."""
    columns = ("line_f1", "body_lost", "chrome_left", "comments_left", "class_accuracy")
    rows = []
    for name in ("real", "derived"):
        for label, group in (
            ("all rules", f"cleaning.{name}"),
            ("cross-validated", f"cleaning.cross_validated.{name}"),
        ):
            cells = " | ".join(show(each, find(figures, f"{group}.{each}")) for each in columns)
            rows.append(f"| {name}, {label} | {cells} |")
    return f"{FOLDS_HEAD}| set | {' | '.join(columns)} |\n|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"


def render_unseen(renders: Mapping[str, Any]) -> str:
    """Give the table of pages rendered to text, by part of the publishers, with bounds by document."""
    rows = []
    for part in ("tuned", "held_out"):
        own = renders[part]
        cells = [f"{own['documents']:,}"]
        for name in ("line_f1", "body_lost", "documents_losing_over_5_percent", "headlines_lost", "chrome_left"):
            low, high = bounds(renders, part, name)
            interval = "" if low is None else f" ({show(name, low)} to {show(name, high)})"
            cells.append(show(name, own[name]) + interval)
        rows.append(f"| {part.replace('_', ' ')} | {' | '.join(cells)} |")
    return UNSEEN_HEAD + "\n".join(rows) + "\n"


def render_text_peers(peers: Mapping[str, Any]) -> str:
    """Give the table of peers on scraped text, with what the field measured on other documents."""
    columns = ("line_f1", "line_f1_plain", "body_lost", "chrome_removed", "comments_removed", "copyright_removed")
    rows = []
    for name in sorted(peers, key=lambda each: -peers[each]["line_f1"]):
        cells = " | ".join(show(column, peers[name][column]) for column in columns)
        rows.append(f"| {name} | {cells} | {' / '.join(FIELD_TEXT.get(name, ('-',)))} |")
    return TEXT_HEAD + "\n".join(rows) + "\n"


def render_html_peers(peers: Mapping[str, Any]) -> str:
    """Give the table of peers on pages."""
    rows = []
    missing = [name for name in FIELD_HTML if name not in peers]
    for name in sorted(peers, key=lambda each: -peers[each]["scrapinghub"]["f1"]):
        own = peers[name]
        f1s = " | ".join(
            f"{own[s]['f1']:.3f} ({own[s]['f1_low']:.3f} to {own[s]['f1_high']:.3f})" for s in ("scrapinghub", "fundus")
        )
        shares = f"{100 * own['comment_words_leaked']:.1f} % | {100 * own['body_snippets_lost']:.1f} %"
        rows.append(
            f"| {name} | {f1s} | {shares} | {own['pages_per_cpu_second']} "
            f"| {' / '.join(FIELD_HTML.get(name, ('-',)))} |"
        )
    rows += [f"| {name} | not run here | | | | | {' / '.join(FIELD_HTML[name])} |" for name in missing]
    return HTML_HEAD + "\n".join(rows) + "\n"


def render(figures: Mapping[str, Any]) -> str:
    """Give the page."""
    page = HEAD + render_asked(figures) + render_classes(figures) + render_folds(figures)
    if renders := figures.get("renders"):
        page += render_unseen(renders)
    if peers := figures.get("peers"):
        page += render_text_peers(peers["text"]) + render_html_peers(peers["html"])
    return page


def read_figures() -> dict[str, Any]:
    """Read what was measured."""
    found: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found


def main(suites: Sequence[str]) -> None:
    """Measure the named suites and write figures and page."""
    figures = read_figures()
    for suite in suites:
        figures[suite] = importlib.import_module(f"benchmarks.{suite}").measure()
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    PAGE.write_text(render(figures), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
