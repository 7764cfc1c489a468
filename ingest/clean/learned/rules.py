"""Accepted proposals as rules: the entry of a publisher's rule file, written so that its two examples hold."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from ingest.clean.examples import try_examples
from ingest.clean.learned.proposals import LEARNED, Proposal, rule_id
from ingest.clean.lines import fold
from ingest.clean.rulepack import Rule, RuleError, parse_rules

_MARK = "[[rule]]"
_META = re.compile(r"([\\.+*?()|\[\]{}^$])")
_ROOM_CHARS = 20
# What should stay: the line told of within a sentence; where another rule knows its words, a sentence without them.
_TOLD = 'Somebody had painted "{}" on the wall of the ferry house, and nobody could say why.'
_PLAIN = "The ferry sailed at noon, and nobody on the quay could say why the band had gone home."


def write_entry(proposal: Proposal, rules: Sequence[Rule]) -> str:
    """Write a proposal as an entry of a rule file; raise RuleError where it cannot be one that does what it says."""
    for keeps in (_TOLD.format(proposal.text), _PLAIN):
        entry = _format(proposal, keeps)
        (rule,) = parse_rules(((f"{proposal.publisher}.toml", entry),))
        result = next(r for r in try_examples([*rules, rule]) if r.rule.id == rule.id)
        if result.keeps and (result.strips or proposal.covered_by):
            return entry
    raise RuleError(f"{proposal.id}: a rule for this line would not take it, or takes more: write one by hand")


def _format(proposal: Proposal, keeps: str) -> str:
    percent = f"{100 * proposal.share:.0f} %"
    why = "; ".join(signal.why for signal in proposal.signals)
    values: dict[str, str | int | bool | list[str]] = {
        "id": rule_id(proposal.id),
        "class": proposal.span_class.value,
        "scope": "line",
        "patterns": [to_pattern(proposal.text)],
        "max_length": len(proposal.text) + _ROOM_CHARS,
        "zone": proposal.side or "any",
        "strict": True,
        "reason": f"Repeats on {proposal.documents} of {proposal.of} documents ({percent}) of its publisher; {why}.",
        "strips": proposal.text,
        "keeps": keeps,
    }
    return "\n".join([_MARK, *(f"{name} = {_to_toml(value)}" for name, value in values.items()), ""])


def to_pattern(text: str) -> str:
    """Give the RE2 pattern of a line: every wording with its common form matches."""
    escaped = _META.sub(r"\\\1", fold(text))
    return re.sub(" +", " +", re.sub(r"\d+", r"\\p{Nd}+", escaped))


def _to_toml(value: str | int | bool | list[str]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_to_toml, value))}]"
    if not isinstance(value, str) or not value.isprintable():
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False) if "'''" in value or value.endswith("'") else f"'''{value}'''"


def add_entry(text: str, entry: str, publisher: str) -> str:
    """Add an entry to the text of a publisher's file, which may be empty; one with its id is replaced."""
    head = f"# What repeats on the pages of {publisher}, as `broadsheet learn accept` wrote it.\n"
    (rule,) = parse_rules((("entry", entry),))
    return f"{remove_entry(text, rule.id).rstrip() or head.rstrip()}\n\n{entry}"


def remove_entry(text: str, identifier: str) -> str:
    """Take the entry of a rule out of a file's text, and leave the rest as it is."""
    first, *entries = re.split(rf"^(?={re.escape(_MARK)})", text, flags=re.MULTILINE)
    kept = [entry for entry in entries if all(r.id != identifier for r in parse_rules((("entry", entry),)))]
    return first + "".join(kept)


def parse_publisher_rules(files: Mapping[str, str]) -> Mapping[str, tuple[Rule, ...]]:
    """Read rule files by the publisher that they are of; raise RuleError naming the file and the rule at fault."""
    return {publisher: parse_rules(((f"{publisher}.toml", text),)) for publisher, text in sorted(files.items())}


def list_accepted(rules: Mapping[str, Sequence[Rule]]) -> Mapping[str, str]:
    """Give the publisher of each proposal that was accepted, by the proposal's id."""
    return {
        rule.id.removeprefix(LEARNED): publisher
        for publisher, of_publisher in rules.items()
        for rule in of_publisher
        if rule.id.startswith(LEARNED)
    }
