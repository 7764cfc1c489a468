"""The commands `rules list`, `show`, `test` and `try`."""

from __future__ import annotations

import argparse
from typing import Any

from ingest import jobs, rule_report
from ingest.cli.options import add_command
from ingest.cli.printing import print_all, print_one
from ingest.settings import Settings


def add_rules(commands: Any) -> None:
    """Declare `rules list`, `show`, `test` and `try`."""
    parser = commands.add_parser("rules", help="Look at the cleaning rules, test them, and try changes.")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = add_command(actions, "list", run_rules_list, "List rules, and how often each fired on documents.")
    show = add_command(actions, "show", run_rules_show, "Show one rule, its examples and where it fired.")
    show.add_argument("id", metavar="ID", help="as spans name it")
    test = add_command(actions, "test", run_rules_test, "Try the two examples of every rule.")
    test.add_argument("changes", nargs="?", metavar="RULES", help="TOML file or folder of changed rules to add")
    trial = add_command(actions, "try", run_rules_try, "Compare cleaning with and without changed rules.")
    trial.add_argument("changes", metavar="RULES", help="TOML file or folder; a rule replaces the one with its id")
    for command in (listing, show, trial):
        command.add_argument("sources", nargs="*", metavar="PATH", help="documents: file, folder, glob, or -")
        command.add_argument("--labels", metavar="FILE", help="labelled documents: JSON lines with text and lines")


def to_sample(arguments: argparse.Namespace) -> jobs.Sample:
    """Give the documents that rules are looked at with."""
    return jobs.Sample(paths=tuple(arguments.sources), labels=arguments.labels)


def run_rules_list(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print the rules."""
    print_all(jobs.list_rules(to_sample(arguments), settings), arguments, rule_report.print_rules)


def run_rules_show(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print one rule."""
    print_one(jobs.show_rule(arguments.id, to_sample(arguments), settings), arguments, rule_report.print_rule)


def run_rules_test(arguments: argparse.Namespace, settings: Settings) -> None:  # noqa: ARG001 - commands are called alike
    """Print whether examples hold; raise where one does not."""
    results = jobs.check_rules(arguments.changes)
    print_all(results, arguments, rule_report.print_checks)
    jobs.assert_rules_hold(results)


def run_rules_try(arguments: argparse.Namespace, settings: Settings) -> None:
    """Print what changed rules would do."""
    print_all(jobs.try_rules(arguments.changes, to_sample(arguments), settings), arguments, rule_report.print_trial)
