"""From a person's correction to a proposal: a rule that would have decided so, as TOML, its two examples filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from ingest.clean.corrections import Correction
from ingest.clean.examples import ExampleResult, try_rule
from ingest.clean.lines import fold, split_lines
from ingest.clean.matcher import Matcher
from ingest.clean.rulepack import Rule, load_rules

_MOST_LINES = 5
_MOST_TRIES = 5
_KEEPS_CHARS = 300
_SPARE_CHARS = 20
_DIGITS = re.compile(r"\d+")
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")
_CONTROL = re.compile("[\0-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A rule as an entry for a rule file, or a comment that says why there is none; `problems` speak against it."""

    toml: str
    rule: Rule | None
    problems: tuple[str, ...]


def propose_rule(correction: Correction, article: str, body: str) -> Proposal:
    """Propose a rule from a correction; `body` is where the example to keep is looked for.

    A cut becomes a new rule for its lines, digits masked; what a rule took and a person put back becomes a guard
    (`unless`) of that rule. Its words are one article's: a person should shorten the pattern to what is always there.
    """
    said = f"# Proposed from correction {correction.number} of {article}, by {correction.by or 'nobody named'}"
    said += f" at {correction.at}.\n"
    rule = _from_cut(correction, body) if correction.action == "cut" else _from_restore(correction)
    if rule is None:
        taker = correction.rule or "no rule"
        why = f"{taker} is no entry of the rule files: there is nothing to propose"
        return Proposal(toml=f"{said}# {why}.\n", rule=None, problems=(why,))
    problems = _find_problems(try_rule(rule, _matcher_with(rule)))
    notes = "".join(f"# `rules test` refuses it as yet: {problem}.\n" for problem in problems)
    return Proposal(toml=f"{said}{notes}{to_toml(rule)}", rule=rule, problems=problems)


def set_aside(proposal: Proposal, name: str) -> Proposal:
    """Make a proposal a comment, since another one of the same file gives a rule this name."""
    why = f"{name} is proposed above: add there by hand what this one has beyond it"
    lines = "".join(f"{line if line.startswith('#') else f'# {line}'}\n" for line in proposal.toml.splitlines())
    return Proposal(toml=f"# {why}.\n{lines}", rule=None, problems=(why,))


def to_toml(rule: Rule) -> str:
    """Write a rule as an entry of a rule file, without what is the default."""
    lines = ["[[rule]]"]
    for field in fields(rule):
        value = getattr(rule, field.name)
        if value != field.default:
            lines.append(f"{'class' if field.name == 'span_class' else field.name} = {_to_value(value)}")
    return "\n".join(lines) + "\n"


def _to_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_to_value, value)) + "]"
    text = _CONTROL.sub(lambda match: " " if match[0] in "\t\r" else "\n" if match[0] == "\n" else "\ufffd", str(value))
    if "\\" in text and "'" not in text and "\n" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def _from_cut(correction: Correction, body: str) -> Rule | None:
    anchor, span_class = correction.anchor, correction.span_class
    lines = _telling_lines(anchor.head)
    if not lines or span_class is None:
        return None
    lead = re.split(r"[\r\n\u2028\u2029]", anchor.before)[-1].lstrip()
    rest = re.split(r"[\r\n\u2028\u2029]", anchor.after)[0].rstrip()
    whole = not lead and not rest
    patterns = tuple(dict.fromkeys(_to_pattern(line) for line in (lines[:_MOST_LINES] if whole else lines[:1])))
    rule = Rule(
        id=f"{span_class}.hand_{anchor.digest[:8]}",
        span_class=span_class,
        scope="line" if whole else "span",
        patterns=patterns,
        reason=correction.reason or "a person cut it",
        strips=lines[0] if whole else f"{lead}{anchor.head.splitlines()[0]}{rest}",
        keeps="",
        max_length=max(map(len, lines)) + _SPARE_CHARS if whole else 100_000,
    )
    return _with_nearest_miss(rule, body)


def _from_restore(correction: Correction) -> Rule | None:
    taker = next((rule for rule in load_rules() if rule.id == correction.rule), None)
    lines = _telling_lines(correction.anchor.head)[:_MOST_LINES]
    if taker is None or not lines:
        return None
    guards = tuple(dict.fromkeys((*taker.unless, *map(_to_pattern, lines))))
    return replace(taker, unless=guards, keeps=lines[0])


def _telling_lines(text: str) -> list[str]:
    """Give the lines, folded, that a pattern can be made of: a bullet alone says nothing."""
    return [line.text for line in split_lines(text) if any(char.isalnum() for char in line.text)]


def _with_nearest_miss(rule: Rule, body: str) -> Rule:
    """Fill in the line of the body that is most like what the rule strips and that no rule takes."""
    words = set(rule.strips.casefold().split())
    lines = [line.text for line in split_lines(body) if len(line) <= _KEEPS_CHARS and line.text != rule.strips]
    lines.sort(key=lambda line: -len(words & set(line.casefold().split())) / (1 + len(line.split())))
    matcher = _matcher_with(rule)
    for line in lines[:_MOST_TRIES]:
        filled = replace(rule, keeps=line)
        if try_rule(filled, matcher).keeps:
            return filled
    return replace(rule, keeps=lines[0] if lines else "")


def _matcher_with(rule: Rule) -> Matcher:
    return Matcher([*(each for each in load_rules() if each.id != rule.id), rule])


def _find_problems(result: ExampleResult) -> tuple[str, ...]:
    problems = []
    if not result.strips:
        problems.append("it does not take what it should strip" + _name(result.stripped_by))
    if not result.keeps:
        problems.append("what it should keep is taken" + _name(result.kept_against))
    if not result.rule.keeps:
        problems.append("no line of the article will do as the example to keep; write one")
    return tuple(problems)


def _name(rules: Sequence[str]) -> str:
    return f" ({', '.join(rules)})" if rules else ""


def _to_pattern(line: str) -> str:
    """Give a pattern for a line: its folded words, any number for a number."""
    escaped = _SPECIAL.sub(r"\\\g<0>", fold(line))
    return _DIGITS.sub(r"\\d+", escaped)
