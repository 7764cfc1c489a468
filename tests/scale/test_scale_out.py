"""Users who outgrow one machine lose nothing: real workers and real nodes, of which some are killed at work.

Whole systems of minutes each: `make bench` runs them, `make test` does not.
"""

from __future__ import annotations

import pytest

from benchmarks.scale_out import celery, nodes, overhead

pytestmark = [pytest.mark.scale, pytest.mark.timeout(1800)]


def test_two_celery_workers_share_a_run_and_one_is_killed() -> None:
    """Its tasks are given to others, both do some, the run succeeds, and every article is found."""
    figures = celery.run()
    assert (figures["lost"], figures["articles"]) == (0, celery.ARTICLES)
    assert figures["runs"] == ["success"]
    assert figures["workers"] == ["worker-1", "worker-2"]


def test_one_of_three_nodes_is_killed_while_articles_are_written() -> None:
    """The run goes on with two, no document fails, and a second run finds every article as it is."""
    figures = nodes.run()
    assert figures["nodes_left"] == nodes.NODES - 1
    assert (figures["lost"], figures["failed"]) == (0, 0)
    assert figures["indexed"] == figures["unchanged_again"] == figures["articles"] == nodes.ARTICLES


def test_a_stage_under_airflow_costs_little_more_than_by_hand() -> None:
    """A batch of 1,000 articles, start of every task included."""
    assert overhead.run()["overhead_seconds_a_stage"] <= 2
