"""Concrete indices and their aliases in Elasticsearch: created once, whoever asks first, their mapping checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from ingest.elastic.client import name_server
from ingest.elastic.retries import Retries, call
from ingest.errors import IndexUnavailable, MappingMismatch, UsageError
from ingest.index.mapping import IndexMapping, articles_mapping, comments_mapping
from ingest.index.names import ConcreteName, Kind, concrete_pattern, parse_concrete, read_alias, write_alias
from ingest.index.settings import IndexSettings

# Another writer created the index between our look and our attempt.
LOST_RACE = frozenset({"resource_already_exists_exception", "illegal_state_exception"})


def mapping_of(kind: Kind) -> IndexMapping:
    """Give the mapping of a kind of index."""
    return comments_mapping() if kind == "article-comments" else articles_mapping()


def create_layout(client: Elasticsearch, retries: Retries, kind: Kind, settings: IndexSettings) -> None:
    """Create the concrete index with both aliases where there is none, and check the mapping's version where there is.

    The index is created with its aliases in one step, and Elasticsearch allows one write index behind an alias: of two
    writers at once one creates, the other finds it created. Raises MappingMismatch; IndexUnavailable where indices
    stand but the alias is gone: an empty new index would hide them.
    """
    while not (writer := find_writer(client, retries, kind, settings.prefix)):
        try:
            _create(client, retries, kind, settings)
        except ApiError as error:
            if error.message not in LOST_RACE:
                raise UsageError(f"cannot create the index {kind} at {name_server(settings.url)}: {error}") from error
    check_version(kind, *writer)


def check_layout(client: Elasticsearch, retries: Retries, kind: Kind, settings: IndexSettings) -> None:
    """Check the mapping's version behind the read alias; raise IndexUnavailable where there is no such index."""
    alias = read_alias(kind, settings.prefix)
    found = call(lambda: client.indices.get(index=alias, ignore_unavailable=True), retries)
    if not found:
        raise IndexUnavailable(f"there is no index {alias!r} at {name_server(settings.url)}: ingest something first")
    for name, state in found.items():
        check_version(kind, name, state)


def find_writer(
    client: Elasticsearch, retries: Retries, kind: Kind, prefix: str
) -> tuple[str, Mapping[str, Any]] | None:
    """Find the concrete index behind the write alias, by name and state; None where no index of this kind exists."""
    pattern, alias = concrete_pattern(kind, prefix), write_alias(kind, prefix)
    states = call(lambda: client.indices.get(index=pattern, expand_wildcards="all"), retries)
    ours = {name: state for name, state in states.items() if is_ours(name, kind, prefix)}
    for name, state in ours.items():
        if state["aliases"].get(alias, {}).get("is_write_index"):
            return name, state
    if ours:
        raise IndexUnavailable(f"{', '.join(sorted(ours))} exist, but none is the write index of the alias {alias}")
    return None


def is_ours(name: str, kind: Kind, prefix: str) -> bool:
    """Say whether a concrete index is of this kind and prefix."""
    try:
        parsed = parse_concrete(name)
    except ValueError:
        return False
    return (parsed.kind, parsed.prefix) == (kind, prefix)


def check_version(kind: Kind, name: str, state: Mapping[str, Any]) -> None:
    """Raise MappingMismatch where an index carries another mapping version than this program."""
    theirs = state["mappings"].get("_meta", {}).get("version")
    ours = mapping_of(kind).version
    if theirs != ours:
        raise MappingMismatch(f"the index {name} has mapping version {theirs}, this program needs {ours}: reindex it")


def _create(client: Elasticsearch, retries: Retries, kind: Kind, settings: IndexSettings) -> None:
    mapping = mapping_of(kind)
    name = ConcreteName(settings.prefix, kind, mapping.version, datetime.now(UTC))
    aliases = {
        read_alias(kind, settings.prefix): {},
        write_alias(kind, settings.prefix): {"is_write_index": True},
    }
    create_concrete(client, retries, (kind, str(name)), settings, aliases=aliases)


def create_concrete(
    client: Elasticsearch,
    retries: Retries,
    named: tuple[Kind, str],
    settings: IndexSettings,
    *,
    aliases: Mapping[str, Any],
) -> None:
    """Create a concrete index of this program's mapping, by kind and name, with its aliases in one step."""
    kind, name = named
    mapping = mapping_of(kind)
    layout = {
        "number_of_shards": settings.shards,
        "number_of_replicas": settings.replicas,
        "refresh_interval": settings.refresh_interval,
    }
    call(
        lambda: client.indices.create(
            index=name,
            settings={**mapping.body["settings"], **layout},
            mappings=mapping.body["mappings"],
            aliases=aliases,
        ),
        retries,
    )
