"""Connecting: credentials, versions, and what is no Elasticsearch."""

from __future__ import annotations

import base64
import json

import pytest

from ingest.elastic.client import CLIENT_MAJOR, check_server, connect, name_server
from ingest.errors import IndexUnavailable, SettingsError, UsageError
from ingest.index.settings import IndexSettings
from tests.elastic.clocks import FakeClock
from tests.elastic.scripted_server import Answer, Reply, error, page, serving
from tests.elastic.test_retries import policy

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def check(url: str) -> None:
    """Connect and check."""
    with connect(IndexSettings(url=url)) as client:
        check_server(client, policy(FakeClock(), patience=5.0))


def version(number: str) -> Answer:
    """Answer as a server of a version."""
    return lambda _: Reply(200, json.dumps({"version": {"number": number}}).encode())


def test_same_major_is_fine() -> None:
    """Minor versions may differ."""
    with serving(version(f"{CLIENT_MAJOR}.99.0")) as server:
        check(server.url)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        version(f"{CLIENT_MAJOR - 1}.19.0"),
        version(f"{CLIENT_MAJOR + 1}.0.0"),
        error(400, "media_type_header_exception"),
    ],
)
def test_another_major_is_told(answer: Answer) -> None:
    """A server of another major version refuses in riddles: the message says what to do."""
    with serving(answer) as server, pytest.raises(UsageError, match=f"use a server {CLIENT_MAJOR}.x"):
        check(server.url)


@pytest.mark.elasticsearch
def test_real_server_of_another_major_is_told(elasticsearch_url: str) -> None:
    """The real server's version is read where it really is."""
    with connect(IndexSettings(url=elasticsearch_url)) as client, pytest.raises(UsageError, match="is Elasticsearch 9"):
        check_server(client, policy(FakeClock()), client_major=8)


def test_something_else_is_no_elasticsearch() -> None:
    """Another program on the port is not an index."""
    with serving(otherwise=page(200)) as server, pytest.raises(IndexUnavailable, match="not Elasticsearch"):
        check(server.url)


@pytest.mark.parametrize("url", ["http://127.0.0.1", "http://", "http://127.0.0.1:port"])
def test_impossible_address_is_a_setting(url: str) -> None:
    """A typing error is told as one, before any request."""
    with pytest.raises(SettingsError, match=r"index\.url"):
        connect(IndexSettings(url=url))


def test_missing_certificates_are_a_setting() -> None:
    """Likewise a file that is not there."""
    with pytest.raises(SettingsError, match=r"index\.ca_certs"):
        connect(IndexSettings(url="https://127.0.0.1:9200", ca_certs="/nowhere/ca.pem"))


@pytest.mark.parametrize(
    ("settings", "header"),
    [
        ({"api_key": "a2V5"}, "ApiKey a2V5"),
        ({"username": "ada", "password": "mole"}, "Basic " + base64.b64encode(b"ada:mole").decode()),
    ],
)
def test_credentials_are_sent(settings: dict[str, str], header: str) -> None:
    """A key or a name and password, as the settings have them."""
    with serving(version("9.0.0")) as server:
        with connect(IndexSettings(url=server.url, **settings)) as client:  # type: ignore[arg-type]  # strings all
            check_server(client, policy(FakeClock()))
        assert server.requests[0].headers["authorization"] == header


def test_secrets_are_not_shown() -> None:
    """Settings are printed in reports and tracebacks, addresses in messages."""
    assert name_server("https://ada:m@ole@es.example:9200") == "https://es.example:9200"
    shown = repr(IndexSettings(api_key="k3y", password="p4ss"))  # noqa: S106 - made up
    assert "k3y" not in shown
    assert "p4ss" not in shown
