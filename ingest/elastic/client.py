"""The one place where a client of Elasticsearch is made, and where it is checked that client and server fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from elasticsearch import ApiError, AsyncElasticsearch, AuthorizationException, Elasticsearch, __version__

from ingest.elastic.retries import Retries, call
from ingest.errors import SettingsError, UsageError

CLIENT_MAJOR = __version__[0]


class ConnectionSettings(Protocol):
    """What a connection needs to know; the index's settings have these fields."""

    @property
    def url(self) -> str:
        """`http://host:9200` or `https://host:9200`."""
        ...

    @property
    def api_key(self) -> str:
        """Encoded API key; empty for none."""
        ...

    @property
    def api_key_file(self) -> str:
        """File with the encoded API key; empty for none."""
        ...

    @property
    def username(self) -> str:
        """User name; empty for none."""
        ...

    @property
    def password(self) -> str:
        """The user's password."""
        ...

    @property
    def ca_certs(self) -> str:
        """Path of the certificates to trust; empty for the system's."""
        ...

    @property
    def verify_certs(self) -> bool:
        """Whether the server's certificate is checked."""
        ...

    @property
    def request_timeout_seconds(self) -> float:
        """How long one request may take."""
        ...


def connect(settings: ConnectionSettings) -> Elasticsearch:
    """Make a client, without a request; it retries nothing by itself, see `retries`.

    Raises SettingsError where the address or the credentials cannot be meant.
    """
    with _meant(settings):
        return Elasticsearch(settings.url, **_choose_options(settings))


def connect_async(settings: ConnectionSettings, *, connections: int) -> AsyncElasticsearch:
    """Make an asynchronous client of at most so many connections, as `connect` does."""
    with _meant(settings):
        return AsyncElasticsearch(settings.url, connections_per_node=connections, **_choose_options(settings))


@contextmanager
def _meant(settings: ConnectionSettings) -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as error:
        raise SettingsError(f"index.url: cannot connect to {name_server(settings.url)!r}: {error}") from error


def _choose_options(settings: ConnectionSettings) -> dict[str, Any]:
    options: dict[str, Any] = {"request_timeout": settings.request_timeout_seconds, "max_retries": 0}
    if api_key := read_api_key(settings):
        options["api_key"] = api_key
    elif settings.username:
        options["basic_auth"] = (settings.username, settings.password)
    return options | (_trust(settings) if settings.url.startswith("https://") else {})


def read_api_key(settings: ConnectionSettings) -> str:
    """Give the API key, out of its file where one is named; raise SettingsError where that cannot be read."""
    if not settings.api_key_file:
        return settings.api_key
    try:
        return Path(settings.api_key_file).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"index.api_key_file: {settings.api_key_file!r} cannot be read: {error}") from error


def name_server(url: str) -> str:
    """Name a server by its address, without the credentials that an address may hold."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _trust(settings: ConnectionSettings) -> dict[str, Any]:
    options: dict[str, Any] = {"verify_certs": settings.verify_certs}
    if settings.ca_certs:
        if not Path(settings.ca_certs).is_file():
            raise SettingsError(f"index.ca_certs: there is no file {settings.ca_certs!r}")
        options["ca_certs"] = settings.ca_certs
    return options


def check_server(client: Elasticsearch, retries: Retries, client_major: int = CLIENT_MAJOR) -> None:
    """Raise UsageError where client and server are of different major versions, IndexUnavailable where none answers.

    A key that may only search may not ask for the version: then nothing is compared.
    """
    try:
        number = call(lambda: _read_version(client), retries)
    except ApiError as error:
        if error.message == "media_type_header_exception":
            raise UsageError(describe_mismatch("an older version", client_major)) from error
        raise
    if number is not None and int(number.partition(".")[0]) != client_major:
        raise UsageError(describe_mismatch(number, client_major))


def _read_version(client: Elasticsearch) -> str | None:
    try:
        return str(client.info()["version"]["number"])
    except AuthorizationException:
        return None


def describe_mismatch(server: str, client_major: int) -> str:
    """Say what does not fit, and what to do."""
    return (
        f"the server is Elasticsearch {server}, the client is for Elasticsearch {client_major}: "
        f"use a server {client_major}.x, or install the client of the server's major version"
    )
