"""A lake of the test's own: in a folder, and in a bucket of an S3 service on loopback."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from ingest.lake import LakeSettings
from tests.lake.captures import LOOPBACK


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Start the service, once a session; give its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture
def bucket(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> LakeSettings:
    """Give the settings of a bucket; child processes find the service by their environment."""
    environment = {"ENDPOINT_URL": s3_endpoint, "ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret"}
    for name, value in environment.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    files = S3FileSystem(key="key", secret="secret", client_kwargs={"endpoint_url": s3_endpoint})  # noqa: S106 - invented
    if not files.exists("lakes"):
        files.mkdir("lakes")
    return LakeSettings(
        url="s3://lakes",
        endpoint_url=s3_endpoint,
        access_key="key",
        secret_key="secret",  # noqa: S106 - an invented one
        region="us-east-1",
        lock_timeout_seconds=0.1,
    )


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.allow_hosts(LOOPBACK))])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> LakeSettings:
    """Point to a lake of the test's own: a folder, and a place in a bucket."""
    if request.param == "folder":
        return LakeSettings(url=str(tmp_path / "lake"), lock_timeout_seconds=0.1)
    bucket: LakeSettings = request.getfixturevalue("bucket")
    return replace(bucket, url=f"{bucket.url}/{secrets.token_hex(4)}", catalogue_folder=str(tmp_path / "catalogues"))


@pytest.fixture
def folder(tmp_path: Path) -> LakeSettings:
    """Point to a folder, for what only files do."""
    return LakeSettings(url=str(tmp_path / "lake"), lock_timeout_seconds=0.1)
