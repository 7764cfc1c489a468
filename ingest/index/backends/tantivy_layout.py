"""What an embedded index's folder says of itself: the versions it was made for, and which generation in it serves."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ingest.errors import IndexUnavailable, MappingMismatch
from ingest.index.backends.tantivy_collection import told
from ingest.index.backends.tantivy_schema import FORMAT
from ingest.index.mapping import articles_mapping, comments_mapping

LAYOUT_FILE = "layout.json"
GENERATION = "generation"

Layout = dict[str, Any]


def present_layout() -> Layout:
    """Give the versions that this program makes."""
    return {"format": FORMAT, "articles": articles_mapping().version, "comments": comments_mapping().version}


def read_layout(folder: Path) -> Layout | None:
    """Read a folder's layout; None where there is none, IndexUnavailable where it cannot be read."""
    path = folder / LAYOUT_FILE
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise IndexUnavailable(f"{path}: cannot be read: {error}") from error
    if not isinstance(held, dict):
        raise IndexUnavailable(f"{path}: is no layout")
    return held


def write_layout(folder: Path, layout: Layout) -> None:
    """Write a folder's layout, durably and in one step."""
    path = folder / LAYOUT_FILE
    with told(folder):
        draft = path.with_suffix(".tmp")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(layout, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def place_of(folder: Path, layout: Layout | None) -> Path:
    """Give the folder of the generation that serves: the index's own at first, one within it after a reindex."""
    return folder / str((layout or {}).get(GENERATION, ""))


def check_layout(folder: Path, held: Layout) -> None:
    """Raise MappingMismatch where a folder was made for other versions than this program's."""
    ours = present_layout()
    theirs = {name: held.get(name) for name in ours}
    if theirs != ours:
        raise MappingMismatch(
            f"{folder}: was made for {describe(theirs)}, this program is for {describe(ours)}: reindex it"
        )


def describe(layout: Layout) -> str:
    """Name the versions of a layout."""
    return f"layout {layout.get('format')} and mappings {layout.get('articles')} and {layout.get('comments')}"
