"""Named places where a process can be made to die, to prove that nothing is lost there.

`BROADSHEET_CRASH_AT=lake_written:3` kills the process (SIGKILL: no handler runs, nothing is flushed) when it comes to
the point `lake_written` for the third time.
"""

from __future__ import annotations

import os
import signal
from typing import Literal, get_args

VARIABLE = "BROADSHEET_CRASH_AT"

Point = Literal[
    "fetched",  # a batch is read, the lake has nothing of it
    "lake_file_written",  # its WARC file has its name, the catalogue knows nothing of it
    "file_expired",  # retention has removed a WARC file, the catalogue still knows its captures
    "lake_written",  # the lake has accepted the batch
    "mid_stage",  # a stage has kept a document, others of the batch are on their way
    "before_bulk",  # the index has nothing of the batch
    "bulk_sent",  # one of several requests of a write is acknowledged
    "after_bulk",  # the articles are acknowledged; marks, signatures and offsets are not written
    "signatures_written",  # all is written but the offsets
    "before_offsets",  # all of a batch is settled, its offsets are not committed
    "after_offsets",  # they are
    "claimed",  # a drop folder's files are claimed, none is read
    "replayed",  # a document of a replay is read from the lake
    "reindex_copied",  # a page of articles is in the new index
    "reindex_held",  # the writers of the old index wait
    "reindex_verified",  # the new index holds what the old one holds
    "reindex_switched",  # the new index serves, and nothing else says so
]
POINTS: tuple[Point, ...] = get_args(Point)


class _Fuse:
    def __init__(self, said: str) -> None:
        name, _, passes = said.partition(":")
        if said and (name not in POINTS or not passes.isdigit()):
            raise ValueError(f"{VARIABLE}={said}: write one of {', '.join(POINTS)}, a colon, and which pass")
        self._name = name
        self._left = int(passes or 0)

    def burn(self, point: Point) -> None:
        if point != self._name:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


_fuse = _Fuse(os.environ.get(VARIABLE, ""))


def arm(said: str) -> None:
    """Choose a point and a pass as the variable does; nothing for none."""
    global _fuse  # noqa: PLW0603 - a process has one death
    _fuse = _Fuse(said)


def passing(point: Point) -> None:
    """Die here, where the environment says so."""
    _fuse.burn(point)
