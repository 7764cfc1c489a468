"""Results for people: tables and coloured text on a terminal. Nothing here decides anything."""

from __future__ import annotations

import html
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from ingest.stage import STAGES

Record = dict[str, Any]
CONTEXT_CHARS = 60
MOST_TEXT_TOLD = 200


class Terminal(Console):
    """A console that leaves a reader who went away to the caller."""

    def on_broken_pipe(self) -> None:
        """Raise what rich would turn into an exit of its own."""
        raise BrokenPipeError


def console() -> Console:
    """Write to standard output as it is now; not a module constant, since tests and callers replace the stream."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the terminal's encoding or any encoding cannot carry is shown escaped, rather than ending the command.
        sys.stdout.reconfigure(errors="backslashreplace")
    return Terminal(soft_wrap=True, highlight=False)


@contextmanager
def show_progress(name: str = "ingest") -> Iterator[Callable[[int], None]]:
    """Count settled documents on standard error, on a terminal only."""
    columns = SpinnerColumn(), TextColumn("{task.completed} documents"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda settled: progress.update(task, completed=settled)


def tabulate_stages(stages: Record) -> Table:
    """Tabulate the books of stages, in the pipeline's order."""
    table = Table("stage", *[Column(name, justify="right") for name in ("in", "kept", "dropped", "failed", "seconds")])
    for name in sorted(stages, key=STAGES.index):
        tally = stages[name]
        counts = [str(tally[key]) for key in ("in", "kept", "dropped", "failed")]
        table.add_row(name, *counts, f"{tally['seconds']:.2f}")
    return table


def print_trial(done: Record) -> None:
    """Print the books of a trial."""
    out = console()
    out.print(tabulate_stages(done["stages"]))
    dropped = sum(done["dropped"].values())
    out.print(
        f"{done['seen']} seen: {done['passed']} passed, {dropped} dropped, {done['failed']} failed; nothing written"
    )
    print_counts(out, "dropped", done["dropped"])
    print_counts(out, "failed", done["errors"])


def print_ingest(done: Record) -> None:
    """Print the books of a run: stages, outcomes, chrome by class, and the first failures."""
    out = console()
    out.print(tabulate_stages(done["stages"]))
    out.print(
        f"{done['seen']} seen: {done['indexed']} indexed, {done['updated']} updated, {done['unchanged']} unchanged,"
        f" {sum(done['dropped'].values())} dropped, {done['failed']} failed, in {done['seconds']:.1f} s"
    )
    out.print(f"{done['duplicates']} duplicates of other articles, kept and folded under their canonical article")
    print_counts(out, "dropped", done["dropped"])
    print_counts(out, "chrome characters removed", done["chrome"])
    print_counts(out, "flagged for a look", done["flags"])
    if done["shadow"]["documents"]:
        taken = "{lines:,} lines ({characters:,} characters) of {documents:,} documents".format(**done["shadow"])
        out.print(f"proposals in shadow would have taken {taken}: broadsheet learn")
    for failure in done["failures"]:
        out.print(Text(f"failed  {failure['origin']}: {failure['stage']}: {failure['error']}: {failure['message']}"))
    if (untold := done["failed"] - len(done["failures"])) > 0:
        out.print(f"and {untold} more failed")
    if done["failed"]:
        out.print("What failed is in the quarantine: broadsheet quarantine list")


def print_stages(out: Console, stages: dict[str, Record]) -> None:
    """Print the books of each stage, where there are any."""
    if stages:
        out.print(tabulate_stages(stages))


def print_counts(out: Console, title: str, counts: dict[str, int]) -> None:
    """Print counts on one line, where there are any."""
    if counts:
        out.print(f"{title}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))


def print_clean(line: Record) -> None:
    """Print a cleaned article with a summary of what was removed."""
    out = console()
    out.rule(Text(line["id"]))
    if line["failed"]:
        out.print(Text(f"failed at {line['failed']['stage']}: {line['failed']['error']}"))
        return
    removed: dict[str, int] = {}
    for span in line["spans"]:
        removed[span["class"]] = removed.get(span["class"], 0) + span["end"] - span["start"]
    out.print(Text(line["body"]))
    print_counts(out, "\nremoved characters", removed)
    print_counts(out, "also", {"comments": len(line["comments"]), "rights": len(line["rights"])})
    if line["flags"]:
        out.print(f"flags: {', '.join(line['flags'])}")


def print_forgotten(forgotten: Record) -> None:
    """Say how many authors went."""
    told = f"{forgotten['comments']:,} authors of comments forgotten, in {forgotten['articles']:,} articles"
    console().print(Text(told))


def print_written(written: Record) -> None:
    """Say which file was written, of how many documents."""
    console().print(Text(f"{written['documents']} documents explained in {written['file']}"))


def print_dedup(line: Record) -> None:
    """Print one document's place among its duplicates."""
    if line["failed"]:
        text = f"{line['id']}  failed at {line['failed']['stage']}: {line['failed']['error']}"
    else:
        mark = "*" if line["canonical"] else " "
        of = f" of {line['of']} ({line['similarity']:.2f})" if line["of"] else ""
        text = f"{mark} {line['cluster']}  {line['id']}  {line['kind']}{of}"
    console().print(Text(text))


def print_search(answer: Record) -> None:
    """Print hits with highlights, and facets with counts."""
    out = console()
    out.print(f"{answer['total']} articles, {answer['total_stories']} stories")
    for note in answer.get("notes", []):
        out.print(Text(f"note: {note}", style="yellow"))
    for number, hit in enumerate(answer["hits"], start=1):
        print_hit(out, number, hit)
    for field, values in answer["facets"].items():
        print_counts(out, f"\n{field}", {str(value["value"]): value["count"] for value in values})
    if words := answer.get("significant"):
        out.print(Text("\nsignificant: " + ", ".join(word["word"] for word in words)))
    if answer["did_you_mean"]:
        out.print(Text(f"did you mean: {answer['did_you_mean']}", style="yellow"))
    if answer["next"]:
        out.print(Text(f"\nmore: the same search with --cursor {answer['next']}", style="dim"), soft_wrap=True)


def print_hit(out: Console, number: int, hit: Record) -> None:
    """Print one hit: title, where and when, a highlight."""
    out.print()
    title = Text(f"{number}. ") + Text(hit["title"] or "(untitled)", style="bold")
    if hit["duplicates"]:
        title += Text(f"  +{hit['duplicates']} more like it", style="dim")
    out.print(title)
    where = [hit["publisher"], (hit["published_at"] or "")[:10], hit["language"], hit["url"] or hit["id"]]
    out.print(Text("   " + " · ".join(str(part) for part in where if part), style="dim"))
    for fragment in hit["highlights"].get("body", [])[:2]:
        out.print(Text("   ") + to_highlighted(" ".join(fragment.split())))
    for comment in hit.get("comments", []):
        by = Text(f"   {comment['author'] or 'a reader'}: ", style="dim")
        out.print(by + to_highlighted(" ".join(comment["snippet"].split())))


def to_highlighted(fragment: str) -> Text:
    """Turn an HTML-encoded fragment with <em> marks into terminal text."""
    text = Text()
    for place, part in enumerate(fragment.replace("</em>", "<em>").split("<em>")):
        text.append(html.unescape(part), style="bold yellow" if place % 2 else "")
    return text


def print_article(shown: Record) -> None:
    """Print an article with its metadata, and what was asked for beside it."""
    out = console()
    out.print(Text(shown["title"] or "(untitled)", style="bold"))
    for field in (
        "url",
        "publisher",
        "author",
        "published_at",
        "language",
        "rights_holder",
        "wire_agency",
        "cluster_id",
        "canonical_reason",
        "flags",
    ):
        if shown.get(field):
            value = shown[field]
            out.print(Text(f"{field}: {', '.join(value) if isinstance(value, list) else value}", style="dim"))
    if evidence := shown.get("duplicate_evidence"):
        out.print(Text(describe_copy(shown, evidence), style="dim"))
    out.print()
    out.print(Text(shown["body"]))
    for span in shown.get("spans", []):
        out.print(Text(describe_span(span)))
    for span in shown.get("suggested_spans", []):
        out.print(Text(f"suggested, not cut: {describe_span(span)}"))
    for comment in shown.get("comments", []):
        head = " · ".join(str(comment[key]) for key in ("number", "author", "published_at") if comment.get(key))
        out.print(Text(f"\n— {head}\n{comment['text']}"))

    for version in shown.get("versions", []):
        print_version(version)


def print_version(version: Record) -> None:
    """Print when a version stood, which correction it is, and what changed, in its surroundings."""
    out = console()
    until = version["valid_to"] or "now"
    kinds = f": {', '.join(version['correction'])}" if version["correction"] else ""
    out.print(Text(f"\nversion {version['version']}, {version['valid_from']} to {until}{kinds}", style="bold"))
    for name, changes in (version["diff"] or {}).items():
        if any(change["sign"] != "=" for change in changes):
            out.print(Text(f"{name}: ", style="dim") + mark_changes(changes))


def mark_changes(changes: list[Record]) -> Text:
    """Write a word diff as one text: `[-gone-]`, `{+new+}`, and of what stayed only the words beside a change."""
    text = Text()
    for place, change in enumerate(changes):
        if change["sign"] == "-":
            text.append(f"[-{change['text']}-]", style="red strike")
        elif change["sign"] == "+":
            text.append(f"{{+{change['text']}+}}", style="green")
        else:
            text.append(shorten_middle(change["text"], first=place == 0, last=place == len(changes) - 1))
    return text


def shorten_middle(text: str, *, first: bool, last: bool) -> str:
    """Leave out what is far from a change: the start of the first stretch, the end of the last, a long middle."""
    head = "" if first else text[:CONTEXT_CHARS]
    tail = "" if last else text[-CONTEXT_CHARS:]
    return text if len(text) <= len(head) + len(tail) else f"{head}...{tail}"


def describe_copy(shown: Record, evidence: Record) -> str:
    """Say of whom an article is a copy, and why."""
    why = f"{evidence['matched']}; containment {evidence['containment']:.2f}, Jaccard {evidence['jaccard']:.2f}"
    if evidence["shared_shingles"] >= 0:
        why += f", {evidence['shared_shingles']} shingles and {evidence['shared_sentences']} whole sentences in common"
    return f"{shown['cluster_kind']} copy of {shown['duplicate_of']} ({why}; {evidence['scheme']})"


def describe_span(span: Record) -> str:
    """Give a span's line, with the number by which `restore` and `cut` know it."""
    return f"{span['number']}  [{span['start']}, {span['end']}) {span['class']} {span['rule']}: {span['text']!r}"


def print_correction(line: Record) -> None:
    """Print a correction: what was decided, by whom, and what came of it."""
    name = line["given_id"] or line["id"]
    if "text" not in line:
        console().print(Text(f"{name}  correction {line['number']} was undone before: {line['outcome']}"))
        return
    what = f"cut as {line['class']}" if line["action"] == "cut" else "restore"
    text = line["text"] if len(line["text"]) <= MOST_TEXT_TOLD else f"{line['text'][:MOST_TEXT_TOLD]}…"
    took = f" (taken by {line['rule']})" if line["rule"] else ""
    head = f"{name}  {line['number']}  {what} [{line['start']}, {line['end']}){took}: {text!r}"
    why = f" ({line['why']})" if line.get("why") else ""
    tail = (
        f"{line['by']} at {line['at']}: {line['reason'] or 'no reason given'}; {line.get('outcome', line.get('state'))}"
    )
    console().print(Text(f"{head}\n    {tail}{why}"))


def print_applied(line: Record) -> None:
    """Print what became of a corrected article."""
    why = f": {line['why']}" if line["why"] else ""
    console().print(Text(f"{line['given_id'] or line['id']}  {line['outcome']}{why}"))


def print_proposal(line: Record) -> None:
    """Print a proposal as it goes into a rule file."""
    console().print(Text(line["toml"]))


def print_recluster(done: Record) -> None:
    """Print the books of reclustering."""
    out = console()
    would = "would be " if done["dry_run"] else ""
    out.print(
        f"{done['seen']} articles: {done['rewritten']} {would}rewritten, {done['unchanged']} unchanged,"
        f" {done['overtaken']} overtaken by other writers, {done['rejected']} rejected, in {done['seconds']:.1f} s"
    )
    out.print(f"{done['moved']} into another cluster, {done['marked']} with another canonical mark")
    if not done["dry_run"]:
        out.print(f"{done['signatures']} signatures put, {done['compared']} pairs compared")
    if done["overtaken"] or done["rejected"]:
        out.print("Run it again for those that were overtaken; the index refuses those that were rejected.")


def print_set_up(done: Record) -> None:
    """Print a line for each thing that was set up."""
    out = console()
    out.print(Text(f"server: {done['server']}, with its indices"))
    for name, what in done["keys"].items():
        out.print(Text(f"key {name}: {what}"))
    if done["kibana_user"]:
        out.print(Text("kibana_system: password set"))


def print_dashboards(told: Iterable[Record]) -> None:
    """Print a line a dashboard: its file, or where it was imported its name."""
    for each in told:
        console().print(Text(f"{each.get('file', each['dashboard'])}: {each['objects']} objects"))


def print_redone(done: Record) -> None:
    """Print where the articles of a decision by hand are now."""
    out = console()
    for article in done["articles"]:
        place = "canonical" if article["canonical"] else f"a copy of {article['duplicate_of']}"
        out.print(Text(f"{article['id']} is in cluster {article['cluster_id']}, {place}"))
    print_recluster(done["recluster"])


def print_splits(splits: Iterable[Record]) -> None:
    """Print the articles that stand alone by hand."""
    for each in splits:
        console().print(Text(f"{each['at']}  {each['id']} stands alone"))


def print_joins(joins: Iterable[Record]) -> None:
    """Print the merges by hand."""
    for each in joins:
        console().print(Text(f"{each['at']}  {' and '.join(each['ids'])} are in one cluster"))


def print_entry(entry: Record) -> None:
    """Print one line of the quarantine."""
    console().print(
        Text(
            f"{entry['id']}  {entry['state']}  {entry['stage']}  "
            f"{entry['origin']}: {entry['error']}: {entry['message']}"
        )
    )


def print_whole_entry(entry: Record) -> None:
    """Print every field of an entry."""
    for field, value in entry.items():
        console().print(Text(f"{field}: {value}"))
