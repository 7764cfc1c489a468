"""The server that the integration tests stand on."""

from __future__ import annotations

import json
import urllib.request

import pytest


@pytest.mark.elasticsearch
def test_session_server_answers_with_the_pinned_version(elasticsearch_url: str) -> None:
    """Every integration test talks to this one server; where it does not answer, all of them fail for another reason."""
    with urllib.request.urlopen(elasticsearch_url, timeout=10) as answer:
        assert json.load(answer)["version"]["number"].startswith("9.")
