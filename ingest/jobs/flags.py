"""Settings as tasks compose them: the working folder's file, the environment, and flags."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.settings import FILE, Settings, secret_values
from ingest.telemetry.logs import redact

Flags = Mapping[str, Any]


def load_settings(flags: Flags | None) -> Settings:
    """Compose settings from the working folder's file, the environment and the flags (`room.name` to value)."""
    return Settings.load(flags=flags, environment=os.environ, file=FILE if Path(FILE).exists() else None)


def hide_secrets(text: str, flags: Flags | None) -> str:
    """Take out of a text the secrets of the settings that the flags compose, and credentials in any address."""
    return redact(text, secret_values(load_settings(flags)))
