"""The trigger behind the watched drop folder: an event as soon as complete files lie there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent


class FolderTrigger(BaseEventTrigger):
    """Fires when files lie in a folder that did not lie there before; claiming them is the run's work.

    `poll_seconds` is how often it looks. Sub-folders and names that begin with a dot are not looked at.
    """

    def __init__(self, folder: str, poll_seconds: float = 2.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow types it not
        self.folder = folder
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Give what makes the same trigger again."""
        return "dags.triggers.FolderTrigger", {"folder": self.folder, "poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look at the folder for ever."""
        told: set[str] = set()
        while True:
            lying = await asyncio.to_thread(list_files, Path(self.folder))
            if new := lying - told:
                yield TriggerEvent({"files": len(new)})  # type: ignore[no-untyped-call]  # likewise
            told = lying
            await asyncio.sleep(self.poll_seconds)


def list_files(folder: Path) -> set[str]:
    """Name the files of a folder that is there."""
    if not folder.is_dir():
        return set()
    return {path.name for path in folder.iterdir() if path.is_file() and is_whole(path.name)}


def is_whole(name: str) -> bool:
    """Tell by a file's name whether it is written to its end."""
    return not name.startswith(".") and not name.endswith((".part", ".tmp"))
