"""Results on standard output: JSON where it is asked for, else for people."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from ingest import jobs


def print_one(
    value: dict[str, Any], arguments: argparse.Namespace, for_people: Callable[[dict[str, Any]], None]
) -> None:
    """Print one result as JSON or for people."""
    if arguments.json:
        print_json(value)
    else:
        for_people(value)


def print_lines(
    values: Iterable[dict[str, Any]], arguments: argparse.Namespace, for_people: Callable[[dict[str, Any]], None]
) -> None:
    """Print results one by one as they come; raise TooManyFailures where most of a hundred or more documents failed."""
    seen = failed = 0
    for value in values:
        print_one(value, arguments, for_people)
        seen += 1
        failed += jobs.is_failure(value)
    jobs.assert_few_failures(seen, failed)


def print_all(
    values: Iterable[dict[str, Any]],
    arguments: argparse.Namespace,
    for_people: Callable[[Iterable[dict[str, Any]]], None],
) -> None:
    """Print results as a line of JSON each, or for people as one."""
    if arguments.json:
        for value in values:
            print_json(value)
    else:
        for_people(values)


def print_json(value: dict[str, Any]) -> None:
    """Print one line of JSON in UTF-8, whatever the locale; escaped where a string holds a lone surrogate."""
    try:
        line = orjson.dumps(value)
    except TypeError:
        line = json.dumps(value).encode("ascii")
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
