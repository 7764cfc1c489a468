"""Where the lake's files are: a folder, or any place that fsspec knows. A file is written whole or not at all."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from ingest.errors import Unavailable, UsageError
from ingest.lake.files import create_atomically, read_range, remove_stale, storage_errors
from ingest.lake.settings import LakeSettings
from ingest.object_place import open_place, place_errors


class Storage(Protocol):
    """Files by name (`raw/captures-000000000001.warc.gz`); an absent one raises FileNotFoundError.

    Every method raises StorageFull where there is no space, Unavailable where the place cannot be reached.
    """

    @property
    def root(self) -> str:
        """The folder's path or the place's URL."""
        ...

    def create(self, name: str, content: bytes) -> bool:
        """Write a new file, durably; give False, and write nothing, where there is one of that name."""
        ...

    def writing(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Open a file that takes its name, durably, when the block ends well, in the place of what had it."""
        ...

    def reading(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Open a file."""
        ...

    def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes:
        """Read a file, or a stretch of it."""
        ...

    def exists(self, name: str) -> bool:
        """Tell whether there is a file of that name."""
        ...

    def list(self, folder: str) -> Iterator[tuple[str, int]]:
        """Yield the files of a folder and those below it, in the order of their names, with their bytes."""
        ...

    def modified(self, name: str) -> datetime:
        """Say when a file was written, in UTC."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file; one that is not there is ignored."""
        ...

    def tidy(self) -> None:
        """Remove what dead processes left half written."""
        ...


class FolderStorage:
    """Files below a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with storage_errors(str(folder)):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def root(self) -> str:
        """The folder's path."""
        return str(self._folder)

    def create(self, name: str, content: bytes) -> bool:
        """Write a new file."""
        path = self._folder / name
        if path.exists():
            return False
        with contextlib.suppress(FileExistsError), create_atomically(path, replace=False) as file:
            file.write(content)
            return True
        return False

    def writing(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Open a temporary file that is renamed in the end."""
        return create_atomically(self._folder / name)

    def reading(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Open a file."""
        return (self._folder / name).open("rb")

    def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes:
        """Read a file, or a stretch of it."""
        return read_range(self._folder / name, offset, -1 if length is None else length)

    def exists(self, name: str) -> bool:
        """Tell whether there is a file of that name."""
        return (self._folder / name).is_file()

    def list(self, folder: str) -> Iterator[tuple[str, int]]:
        """Yield the files below a folder but for those that are still written."""
        paths = (path for path in (self._folder / folder).rglob("*") if path.is_file())
        for path in sorted(paths):
            if not path.name.startswith("."):
                yield path.relative_to(self._folder).as_posix(), path.stat().st_size

    def modified(self, name: str) -> datetime:
        """Say when a file was written."""
        return datetime.fromtimestamp((self._folder / name).stat().st_mtime, UTC)

    def delete(self, name: str) -> None:
        """Remove a file."""
        (self._folder / name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove the temporary files that processes left which run no more."""
        for folder in (self._folder, *self._folder.glob("*"), *self._folder.glob("quarantine/*")):
            remove_stale(folder)


class ObjectStorage:
    """Files in a place that fsspec knows: `s3://bucket/prefix` and the like. A put there is whole or not at all."""

    def __init__(self, url: str, settings: LakeSettings) -> None:
        self._url = url.rstrip("/")
        self._files, root = open_place(self._url, to_options(self._url, settings))
        self._root = root.rstrip("/")
        self._troubles = place_errors(url)

    @property
    def root(self) -> str:
        """The place's URL."""
        return self._url

    def create(self, name: str, content: bytes) -> bool:
        """Write a new file, on condition that there is none: of two writers at once one is refused."""
        with self._told():
            try:
                self._files.pipe_file(self._path(name), content, mode="create")
            except FileExistsError:
                return False
        return True

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Collect what is written and put it in one request."""
        buffer = io.BytesIO()
        yield buffer
        with self._told():
            self._files.pipe_file(self._path(name), buffer.getvalue())

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """Open what was fetched whole."""
        yield io.BytesIO(self.read(name))

    def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes:
        """Fetch a file, or a stretch of it."""
        end = None if length is None else offset + length
        with self._told():
            return cast("bytes", self._files.cat_file(self._path(name), start=offset or None, end=end))

    def exists(self, name: str) -> bool:
        """Tell whether there is a file of that name."""
        with self._told():
            return bool(self._files.isfile(self._path(name)))

    def list(self, folder: str) -> Iterator[tuple[str, int]]:
        """Yield the files below a folder, from listings alone."""
        with self._told():
            found = self._files.find(self._path(folder), detail=True)
        for path in sorted(found):
            yield path.removeprefix(f"{self._root}/"), int(found[path]["size"])

    def modified(self, name: str) -> datetime:
        """Say when a file was put."""
        with self._told():
            moment: datetime = self._files.modified(self._path(name))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def delete(self, name: str) -> None:
        """Remove a file."""
        with self._told(), contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._path(name))

    def tidy(self) -> None:
        """Do nothing: a put that was broken off has left nothing."""

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, FileExistsError):
            raise
        except PermissionError as error:
            raise UsageError(f"{self._url}: not allowed: {error}; look at the lake's credentials") from error
        except self._troubles as error:
            raise Unavailable(f"{self._url}: {type(error).__name__}: {error}") from error


def to_options(url: str, settings: LakeSettings) -> dict[str, Any]:
    """Give what fsspec is to know of a place; what the settings leave empty comes from the environment."""
    if not url.startswith("s3://"):
        return {}
    client = {"endpoint_url": settings.endpoint_url, "region_name": settings.region}
    options = {
        "key": settings.access_key,
        "secret": settings.secret_key,
        "client_kwargs": {name: value for name, value in client.items() if value},
    }
    return {name: value for name, value in options.items() if value}


def open_storage(settings: LakeSettings) -> Storage:
    """Open the place that the settings name; raise UsageError where it cannot be meant."""
    if "://" in settings.url and not settings.url.startswith("file://"):
        return ObjectStorage(settings.url, settings)
    return FolderStorage(Path(settings.url.removeprefix("file://")).absolute())
