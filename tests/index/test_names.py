"""Names of indices are built and read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.names import ConcreteName, Kind, concrete_pattern, parse_concrete, read_alias, write_alias

KINDS: st.SearchStrategy[Kind] = st.sampled_from(["articles", "article-comments"])
PREFIXES = st.sampled_from(["", "t1-", "articles-", "a-v1-"])
TIMES = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2999, 1, 1)).map(  # noqa: DTZ001 - made aware
    lambda value: value.replace(tzinfo=UTC, microsecond=0)
)


@given(PREFIXES, KINDS, st.integers(1, 999), TIMES)
def test_name_reads_back(prefix: str, kind: Kind, version: int, created: datetime) -> None:
    """What a name says is what it was built from, whatever the prefix looks like."""
    name = ConcreteName(prefix, kind, version, created)
    assert parse_concrete(str(name)) == name


def test_names_as_published() -> None:
    """Scripts and dashboards rely on these names."""
    berlin = datetime(2023, 5, 1, 14, 0, 0, tzinfo=timezone(timedelta(hours=2)))
    assert str(ConcreteName("", "articles", 1, berlin)) == "articles-v1-20230501t120000z"
    assert (read_alias("articles"), write_alias("articles")) == ("articles", "articles-write")
    assert read_alias("article-comments", "x-") == "x-article-comments"
    assert concrete_pattern("articles", "x-") == "x-articles-v*"


@pytest.mark.parametrize(
    "name", ["articles", "articles-v1", "articles-v1-20230501t120000z-old", "stories-v1-20230501t120000z"]
)
def test_foreign_names_are_refused(name: str) -> None:
    """An index that is not ours must never be taken for one of ours."""
    with pytest.raises(ValueError, match=name):
        parse_concrete(name)
