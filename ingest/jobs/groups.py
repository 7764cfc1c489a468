"""The groups of the catalogue, as DAGs are made of them: asked for again and again, so that little is imported here."""

from __future__ import annotations

from dataclasses import asdict

from ingest.jobs.flags import Flags, load_settings
from ingest.sources.catalogue import load_groups


def list_groups(flags: Flags | None = None) -> list[dict[str, str]]:
    """List the declared groups: name, schedule (cron, in UTC) and description.

    Raises SettingsError where the catalogue cannot be read or a group in it means nothing, naming the place. What is
    wrong with a source is told by the jobs that look at it.
    """
    return [asdict(group) for group in load_groups(load_settings(flags).sources.file)]
