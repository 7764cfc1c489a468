"""Who is telling: the name and version that logs, metrics and traces carry."""

from __future__ import annotations

from importlib.metadata import version

NAME = "broadsheet"
VERSION = version(NAME)
