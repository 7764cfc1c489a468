"""The API against its own OpenAPI document: requests made from it, and answers held to it."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
PROBLEM = "application/problem+json"
MAX_TOLD = 20
TIMEOUT_SECONDS = 30
# Where an answer names its next page: in JSON, in the address that a feed gives, or in the last cell of CSV.
NEXT = re.compile(r"""(?:"next":\s*"|[?&;]cursor=|,)([A-Za-z0-9_-]{60,})["&\s]""")
IDEMPOTENCY_KEY = "idempotency-key"
# By then every version stands.
LATER = "2049"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the API is, under which key, and what gives each name in its paths an id that is there.

    `skip` are paths that are left out.
    """

    address: str
    key: str
    ids: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    skip: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Conformance:
    """What became of valid and of invalid requests, by status; `faults` are answers that they should not have got.

    `refused` are valid requests that were not answered well, `taken` bodies that were taken though they are invalid.
    """

    valid: Counter[int] = field(default_factory=Counter)
    invalid: Counter[int] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def accepted_share(self) -> float:
        """The share of valid requests that were answered with 2xx."""
        good = sum(count for status, count in self.valid.items() if 200 <= status < 300)
        return good / max(1, self.valid.total())

    @property
    def statuses(self) -> set[int]:
        """Every status that was answered."""
        return {*self.valid, *self.invalid}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How many requests each operation gets; invalid ones are half as many."""

    examples: int
    seed: int = 1

    def settings(self, mode: GenerationMode) -> hypothesis.settings:
        """Give the settings of Hypothesis for one operation."""
        return hypothesis.settings(
            max_examples=self.examples if mode is GenerationMode.POSITIVE else max(1, self.examples // 2),
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )


def exercise(target: Target, effort: Effort) -> Conformance:
    """Send valid and invalid requests to each operation."""
    schema = schemathesis.openapi.from_url(f"{target.address}/openapi.json")
    found = Conformance()
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr] # our document is a valid one
        if operation.path not in target.skip:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                send(operation, mode, target, effort, found)
    return found


def send(operation: Any, mode: GenerationMode, target: Target, effort: Effort, found: Conformance) -> None:
    """Send requests of one kind to one operation."""
    headers = {"Authorization": f"Bearer {target.key}"}

    @hypothesis.seed(effort.seed)
    @effort.settings(mode)
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            name_known(case, target, headers)
        answer = case.call(base_url=target.address, headers=headers, timeout=TIMEOUT_SECONDS)
        judge(case, answer, mode, found)

    # An operation without parameters has no invalid request.
    with contextlib.suppress(hypothesis.errors.Unsatisfiable):
        run()


def go_on(case: Any, target: Target, headers: Mapping[str, str]) -> None:
    """Let a request ask for the second page of its own search where there is one: no cursor can be made up."""
    del case.query["cursor"]
    first = case.call(base_url=target.address, headers=headers, timeout=TIMEOUT_SECONDS)
    if first.status_code == 200 and (given := NEXT.search(first.text)):
        case.query["cursor"] = given[1]


def name_known(case: Any, target: Target, headers: Mapping[str, str]) -> None:
    """Let a request name what is there: of what is not, 404 is the right answer, and 422 of a key that was used."""
    for name, find in target.ids.items():
        if name in (case.path_parameters or {}):
            case.path_parameters[name] = find()
    if "cursor" in (case.query or {}):
        go_on(case, target, headers)
    if IDEMPOTENCY_KEY in (case.headers or {}):
        case.headers[IDEMPOTENCY_KEY] = secrets.token_hex(8)
    if "any_id" in (case.path_parameters or {}) and "as_of" in (case.query or {}):
        case.query["as_of"] = LATER


def judge(case: Any, answer: Any, mode: GenerationMode, found: Conformance) -> None:
    """Count an answer, and note what is wrong with it."""
    label = f"{case.operation.label} {answer.status_code}"
    counts = found.valid if mode is GenerationMode.POSITIVE else found.invalid
    counts[answer.status_code] += 1
    if answer.status_code >= 400 and PROBLEM not in (answer.headers.get("content-type") or [""])[0]:
        found.faults.append(f"{label}: no problem document")
    if mode is GenerationMode.NEGATIVE:
        if answer.status_code >= 500:
            found.faults.append(f"{label}: {answer.text[:200]}")
        elif answer.status_code < 300 and case.body is not NOT_SET:
            found.taken += find_failures(case, answer, [negative_data_rejection])
        return
    if answer.status_code >= 300 and len(found.refused) < MAX_TOLD:
        found.refused.append(f"{label} {case.query}: {answer.text[:300]}")
    found.faults += [f"{label}: {fault}" for fault in find_failures(case, answer, CHECKS)]


def find_failures(case: Any, answer: Any, checks: list[Any]) -> list[str]:
    """Give what checks have against an answer."""
    try:
        case.validate_response(answer, checks=checks)
    except FailureGroup as failures:
        return [f"{type(failure).__name__}: {failure.message}" for failure in failures.exceptions]
    return []
