"""Setting an Elasticsearch up once: keys of least privilege, Kibana's password, the indices. It may be run again."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, AuthenticationException, Elasticsearch

from ingest.dedup.stores.opening import open_signatures
from ingest.elastic.beside import wait_as_set
from ingest.elastic.client import connect, name_server
from ingest.elastic.retries import call
from ingest.errors import SettingsError, UsageError
from ingest.index.opening import open_index
from ingest.index.settings import IndexSettings
from ingest.settings import Settings
from ingest.state import open_records

MIN_PASSWORD_CHARACTERS = 12
# What examples and images are shipped with; anybody tries these first.
KNOWN_PASSWORDS = frozenset({"changeme", "elastic", "password", "admin", "kibana", "kibana_system", "filled-in"})
OUTLIVES = "3600s"
# Making a repository and snapshots in it; the privileges that have names allow either less or far more.
SNAPSHOTS = ("cluster:admin/repository/get", "cluster:admin/repository/put", "cluster:admin/snapshot/*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What to set up.

    `keys_folder` takes `ingest/api.key` (reads and writes the articles' indices) and `search/api.key` (reads them, and
    writes what the API remembers beside them): folders, so that a container can be shown one alone. With `rotate` each
    key is made anew, and the one before works for another hour.
    """

    keys_folder: str
    rotate: bool = False
    kibana_password: str | None = None
    patience_seconds: float = 120.0


def privileges(prefix: str) -> dict[str, dict[str, Any]]:
    """Give what each key may do."""
    ours, beside = f"{prefix}article*", [f"{prefix}article-state", f"{prefix}article-state-v*"]
    reading = {"names": [ours], "privileges": ["read", "view_index_metadata"]}
    return {
        "ingest": {
            "cluster": ["monitor", *SNAPSHOTS],
            "indices": [{"names": [ours], "privileges": ["manage", "read", "write"]}],
        },
        "search": {
            "cluster": ["monitor"],
            "indices": [reading, {"names": beside, "privileges": ["read", "write"]}],
        },
    }


def set_up(settings: Settings, wanted: SetUp) -> dict[str, Any]:
    """Make what is missing and give what was done; the settings are those of a user who may do all this.

    Raises SettingsError for a password that is a default or too short, UsageError where the index is no Elasticsearch
    or the user may not.
    """
    if not settings.index.url.startswith(("http://", "https://")):
        raise UsageError(f"{settings.index.url}: only an Elasticsearch is set up; the embedded index needs nothing")
    refuse_default("index.password", settings.index.password)
    with connect(settings.index) as client:
        call(client.info, wait_as_set(settings.index, wanted.patience_seconds))
        if wanted.kibana_password is not None:
            refuse_default("Kibana's password", wanted.kibana_password)
            client.security.change_password(username="kibana_system", password=wanted.kibana_password)
        keys = {name: provide_key(client, settings.index, name, wanted) for name in privileges(settings.index.prefix)}
    make_indices(settings.index)
    return {"server": name_server(settings.index.url), "keys": keys, "kibana_user": wanted.kibana_password is not None}


def refuse_default(name: str, password: str) -> None:
    """Raise SettingsError for a password that is known or quickly guessed; none at all is the server's business."""
    if password and (password.lower() in KNOWN_PASSWORDS or len(password) < MIN_PASSWORD_CHARACTERS):
        raise SettingsError(f"{name}: a default or shorter than {MIN_PASSWORD_CHARACTERS} characters; choose another")


def provide_key(client: Elasticsearch, settings: IndexSettings, name: str, wanted: SetUp) -> str:
    """Keep the key of a file that may do what it is for, or make one and let those before run out; tell which."""
    path = Path(wanted.keys_folder) / name / "api.key"
    if not wanted.rotate and path.is_file() and works(replace(settings, api_key_file=str(path)), name):
        return "kept"
    full_name = f"broadsheet-{settings.prefix}{name}"
    try:
        before = client.security.get_api_key(name=full_name, active_only=True)["api_keys"]
        made = client.security.create_api_key(name=full_name, role_descriptors=descriptors(settings, name))
    except ApiError as error:
        raise UsageError(f"{settings.username or 'this user'} may not make keys: {error.message}") from error
    write_secret(path, made["encoded"])
    for key in before:
        client.security.update_api_key(id=key["id"], expiration=OUTLIVES)
    return "made"


def descriptors(settings: IndexSettings, name: str) -> Mapping[str, Any]:
    """Give the role that is a key's own."""
    return {name: privileges(settings.prefix)[name]}


def works(settings: IndexSettings, name: str) -> bool:
    """Tell whether the server knows the key, and lets it do what it is for: another prefix has other indices."""
    role = privileges(settings.prefix)[name]
    with connect(settings) as client:
        ask = partial(client.security.has_privileges, cluster=role["cluster"], index=role["indices"])
        try:
            answer = call(ask, wait_as_set(settings, settings.open_patience_seconds))
        except AuthenticationException:
            return False
    return bool(answer["has_all_requested"])


def write_secret(path: Path, secret: str) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    Path(scratch).replace(path)


def make_indices(settings: IndexSettings) -> None:
    """Make the indices of articles, signatures and records where they are missing."""
    index = open_index(settings, write=True)
    try:
        index.prepare()
    finally:
        index.close()
    with open_records(settings), open_signatures(settings):
        pass
