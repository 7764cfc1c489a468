"""Snapshots of an Elasticsearch index in a repository of files, which every node must see under its `path.repo`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import ApiError, NotFoundError

from ingest.elastic.client import connect, name_server
from ingest.elastic.retries import Retries, call
from ingest.errors import UsageError
from ingest.index.backends.elasticsearch_generations import ElasticsearchGenerations
from ingest.index.backups import Backup
from ingest.index.generations import Generation
from ingest.index.names import KINDS, STAMP, parse_concrete
from ingest.index.settings import IndexSettings

LONGEST_SECONDS = 6 * 3600.0
STAMPED = r"^(.+)-\d{8}t\d{6}z$"


class ElasticsearchBackups:
    """`Backups` in Elasticsearch: what serves, and the indices of state, whose aliases are `article-*` as well."""

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._generations = ElasticsearchGenerations(settings)
        self._client = connect(settings)
        self._slow = self._client.options(request_timeout=LONGEST_SECONDS)
        self._repository = f"{settings.prefix}broadsheet"
        self._retries = Retries(
            patience_seconds=settings.open_patience_seconds,
            backoff_start_seconds=settings.backoff_start_seconds,
            backoff_cap_seconds=settings.backoff_cap_seconds,
            target=name_server(settings.url),
        )

    def create(self, name: str) -> Backup:
        """Make a snapshot of what serves now."""
        self._prepare()
        names = [*self._generations.current().names.values(), *self._beside()]
        try:
            self._slow.snapshot.create(
                repository=self._repository,
                snapshot=name,
                indices=names,
                include_global_state=False,
                wait_for_completion=True,
            )
        except ApiError as error:
            raise UsageError(f"{name}: cannot make the snapshot: {error}") from error
        return self._find(name)

    def list_all(self) -> list[Backup]:
        """List the snapshots of the repository; none where there is no repository yet."""
        try:
            found = self._client.snapshot.get(repository=self._repository, snapshot="*", sort="start_time")
        except NotFoundError:
            return []
        return [_to_backup(each) for each in found["snapshots"]]

    def restore(self, name: str) -> Generation:
        """Restore articles, comments and versions under names of this moment, the state in its place."""
        self._prepare()  # a cluster that is new knows no repository yet
        backup = self._find(name)
        served = [each for each in backup.holds if re.match(STAMPED, each)]
        beside = [each for each in backup.holds if each not in served]
        latest = max(parse_concrete(each).created for each in self._generations.current().names.values())
        stamp = max(datetime.now(UTC), latest + timedelta(seconds=1)).strftime(STAMP)
        self._restore(name, served, {"rename_pattern": STAMPED, "rename_replacement": f"$1-{stamp}"})
        if there := [each for each in beside if self._client.indices.exists(index=each)]:
            self._client.indices.close(index=there)
        self._restore(name, beside, {"include_aliases": True})
        names = {kind: self._pick(kind, served, stamp) for kind in KINDS}
        return Generation(names, {kind: parse_concrete(each).version for kind, each in names.items()})

    def close(self) -> None:
        """Close the connections."""
        self._generations.close()
        self._client.close()

    def _prepare(self) -> None:
        location = self._settings.snapshot_folder or self._repository
        body = {"type": "fs", "settings": {"location": location}}
        try:
            call(lambda: self._client.snapshot.create_repository(name=self._repository, repository=body), self._retries)
        except ApiError as error:
            raise UsageError(
                f"index.snapshot_folder: {location!r} is no folder that the server lets snapshots into"
                f" (its setting path.repo): {error}"
            ) from error

    def _beside(self) -> list[str]:
        """Name the indices of state."""
        found = call(lambda: self._client.indices.get(index=f"{self._settings.prefix}article-*"), self._retries)
        return sorted(name for name in found if not re.match(STAMPED, name))

    def _find(self, name: str) -> Backup:
        for backup in self.list_all():
            if backup.name == name and backup.whole:
                return backup
        raise UsageError(f"{name}: there is no whole snapshot of this name; see `broadsheet snapshot list`")

    def _restore(self, name: str, indices: list[str], options: dict[str, Any]) -> None:
        if not indices:
            return
        self._slow.snapshot.restore(
            repository=self._repository,
            snapshot=name,
            indices=indices,
            include_global_state=False,
            wait_for_completion=True,
            **{"include_aliases": False, **options},
        )

    def _pick(self, kind: str, served: list[str], stamp: str) -> str:
        for each in served:
            if parse_concrete(each).kind == kind:
                return re.sub(STAMPED, rf"\1-{stamp}", each)
        raise UsageError(f"the snapshot holds no {kind}")


def _to_backup(found: dict[str, Any]) -> Backup:
    return Backup(found["snapshot"], found["start_time"], found["state"] == "SUCCESS", tuple(sorted(found["indices"])))
