"""Places that fsspec knows (`s3://bucket/prefix` and the like), for the lake and for archives that lie in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.errors import UsageError


def open_place(url: str, options: Mapping[str, Any] | None = None) -> tuple[Any, str]:
    """Give the file system of a URL and the path in it; nothing is asked yet.

    Raises UsageError for a kind that is not known, or whose library is not there.
    """
    import fsspec  # noqa: PLC0415 - only where it is used

    try:
        files, path = fsspec.core.url_to_fs(url, use_listings_cache=False, **(options or {}))
    except (ImportError, ValueError) as error:
        raise UsageError(f"{url}: {error}; for s3:// install broadsheet[s3]") from error
    return files, str(path)


def place_errors(url: str) -> tuple[type[Exception], ...]:
    """Name what is raised, by the operating system or a place's library, where the place cannot be reached."""
    if not url.startswith("s3://"):
        return (OSError,)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only where it is used

    return OSError, BotoCoreError, ClientError
