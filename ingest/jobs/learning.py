"""What repeats on a publisher's pages: proposals listed and shown, accepted into rules, rejected; documents counted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from ingest.clean.learned.normal import name_publisher
from ingest.clean.learned.proposals import LEARNED, Proposal, rule_id
from ingest.clean.learned.rules import add_entry, list_accepted, remove_entry, write_entry
from ingest.clean.learned.sightings import PLACES
from ingest.clean.rulepack import RuleError, load_rules
from ingest.errors import UsageError
from ingest.jobs.cleaning import run_stages
from ingest.learning import (
    PUBLISHERS,
    REJECTED,
    LineCounter,
    propose_all,
    read_accepted,
    read_counts,
    rules_folder,
)
from ingest.model import Article
from ingest.pipeline import cleaning_stages
from ingest.settings import Settings
from ingest.state import Json, RecordReader, Records, open_records, read_records

Line = dict[str, Any]
State = Literal["proposed", "covered", "accepted", "rejected"]
STATES: tuple[State, ...] = ("proposed", "covered", "accepted", "rejected")


def list_proposals(settings: Settings, *, publisher: str | None = None, states: Sequence[str] = STATES) -> list[Line]:
    """List proposals, those that wait for a decision first, then by publisher; what most documents hold first."""
    with read_records(settings.index) as records:
        lines = [to_line(proposal, state) for proposal, state in find_proposals(records, settings)]
    known = {line["id"] for line in lines}
    lines += [line for line in list_rules_alone(settings) if line["id"] not in known]
    chosen = [line for line in lines if line["state"] in states and publisher in (None, line["publisher"])]
    return sorted(chosen, key=lambda line: STATES.index(line["state"]))


def show_proposal(proposal_id: str, settings: Settings) -> Line:
    """Show one proposal whole, with the rule that it is or would be; raise UsageError for an id that none has."""
    with read_records(settings.index) as records:
        proposal, state = pick(find_proposals(records, settings), [proposal_id])[0]
    try:
        entry = write_entry(proposal, load_rules())
    except RuleError as error:
        entry = f"# {error}"
    return to_line(proposal, state) | {"rule": entry, "file": str(file_of(proposal.publisher, settings))}


def accept_proposals(ids: Sequence[str], settings: Settings) -> list[Line]:
    """Write proposals into the rule files of their publishers, in the place of an earlier decision.

    Raises UsageError, with nothing written, for an id that none has or a line that makes no rule.
    """
    with open_records(settings.index) as records:
        picked = pick(find_proposals(records, settings), ids)
        try:
            entries = [(proposal, write_entry(proposal, load_rules())) for proposal, _ in picked]
        except RuleError as error:
            raise UsageError(str(error)) from error
        for proposal, entry in entries:
            change_file(proposal.publisher, settings, entry=entry)
        records.delete(REJECTED, [proposal.id for proposal, _ in entries])
        close(records, [proposal for proposal, _ in entries])
    return [to_line(p, "accepted") | {"file": str(file_of(p.publisher, settings))} for p, _ in entries]


def reject_proposals(ids: Sequence[str], settings: Settings) -> list[Line]:
    """Remember that proposals are none; what was accepted is taken out of its rule file again.

    So it is too where the line has left the window since. Raises UsageError, with nothing done, for an unknown id.
    """
    chosen = [each.removeprefix(LEARNED) for each in dict.fromkeys(ids)]
    accepted = list_accepted(read_accepted(settings.learn).rules)
    alone = {line["id"]: line for line in list_rules_alone(settings)}
    with open_records(settings.index) as records:
        found = list(find_proposals(records, settings))
        counted = {proposal.id for proposal, _ in found}
        picked = [proposal for proposal, _ in pick(found, [e for e in chosen if e in counted or e not in accepted])]
        lines = [to_line(proposal, "rejected") for proposal in picked]
        lines += [alone[each] | {"state": "rejected"} for each in chosen if each not in counted]
        for line in lines:
            if line["id"] in accepted:
                change_file(line["publisher"], settings, removed=rule_id(line["id"]))
        records.put(REJECTED, {line["id"]: {"publisher": line["publisher"], "text": line["line"]} for line in lines})
        close(records, picked)
    return lines


def list_rules_alone(settings: Settings) -> list[Line]:
    """List accepted proposals by their rules alone, without what was counted."""
    return [
        {
            "id": rule.id.removeprefix(LEARNED),
            "state": "accepted",
            "publisher": publisher,
            "class": rule.span_class.value,
            "line": rule.strips,
            "support": {"documents": 0, "of": 0, "share": 0.0},
            "position": dict.fromkeys(PLACES, 0),
            "signals": [],
            "would_take": {"documents": 0, "characters": 0},
            "covered_by": None,
            "examples": [],
        }
        for publisher, rules in read_accepted(settings.learn).rules.items()
        for rule in rules
        if rule.id.startswith(LEARNED)
    ]


def count_sources(arguments: Sequence[str], settings: Settings, *, day: int) -> Line:
    """Count documents without indexing them; tell how many were counted.

    They are outside the lake, so no usual share comes of them before an ingest counts.
    """
    with open_records(settings.index) as records:
        counter = LineCounter(records, settings.learn, read_accepted(settings.learn), next_capture=lambda: 1, day=day)
        counted = 0
        for outcome in run_stages(arguments, settings, cleaning_stages):
            if isinstance(outcome, Article):
                counter.note(outcome)
                counted += 1
        counter.count()
    return {"documents": counted}


def find_proposals(records: RecordReader, settings: Settings) -> Iterator[tuple[Proposal, State]]:
    """Yield every proposal with its state."""
    accepted = list_accepted(read_accepted(settings.learn).rules)
    rejected = {name for name, _ in records.scan(REJECTED)}
    for publisher, counts in read_counts(records).items():
        for proposal in propose_all(publisher, counts, settings.learn):
            yield proposal, state_of(proposal, accepted, rejected)


def state_of(proposal: Proposal, accepted: Iterable[str], rejected: Iterable[str]) -> State:
    """Tell what became of a proposal."""
    if proposal.id in accepted:
        return "accepted"
    if proposal.id in rejected:
        return "rejected"
    return "covered" if proposal.covered_by else "proposed"


def pick(found: Iterable[tuple[Proposal, State]], ids: Sequence[str]) -> list[tuple[Proposal, State]]:
    """Pick proposals by their ids; raise UsageError naming one that is not there."""
    by_id = {proposal.id: (proposal, state) for proposal, state in found}
    missing = [each for each in ids if each.removeprefix(LEARNED) not in by_id]
    if missing:
        raise UsageError(f"no proposal {', '.join(missing)}; see `broadsheet learn`")
    return [by_id[each.removeprefix(LEARNED)] for each in dict.fromkeys(ids)]


def close(records: Records, proposals: Sequence[Proposal]) -> None:
    """Take decided proposals out of the shadow."""
    keys = {proposal.key for proposal in proposals}

    def change(_: str, record: Json | None) -> Json | None:
        if record is None:
            return None
        return {**record, "proposals": {key: name for key, name in record["proposals"].items() if key not in keys}}

    records.update(PUBLISHERS, [proposal.publisher for proposal in proposals], change)


def file_of(publisher: str, settings: Settings) -> Path:
    """Name the rule file of a publisher."""
    return rules_folder(settings.learn) / f"{name_publisher(publisher, None)}.toml"


def change_file(publisher: str, settings: Settings, *, entry: str | None = None, removed: str | None = None) -> None:
    """Add an entry to a publisher's rule file or take one out; a file without entries goes.

    Raises UsageError where the folder cannot be written.
    """
    path = file_of(publisher, settings)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    text = remove_entry(text, removed) if removed else text
    text = add_entry(text, entry, publisher) if entry else text
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if "[[rule]]" not in text:
            path.unlink(missing_ok=True)
            return
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}; name a folder that can be written: --set learn.rules_folder=FOLDER"
        ) from error


def to_line(proposal: Proposal, state: State) -> Line:
    """Give what a list says of a proposal."""
    return {
        "id": proposal.id,
        "state": state,
        "publisher": proposal.publisher,
        "class": proposal.span_class.value,
        "line": proposal.text,
        "support": {"documents": proposal.documents, "of": proposal.of, "share": round(proposal.share, 4)},
        "position": {place: proposal.places.get(place, 0) for place in PLACES},
        "signals": [
            {"name": signal.name, "why": signal.why, "class": signal.span_class and signal.span_class.value}
            for signal in proposal.signals
        ],
        "would_take": {
            "documents": proposal.would_change,
            "characters": proposal.would_change * len(proposal.text),
        },
        "covered_by": proposal.covered_by,
        "examples": [asdict(example) for example in proposal.examples],
    }
