"""Captures of invented content, and where an S3 service of the tests may be."""

from __future__ import annotations

import hashlib
from typing import Any

from ingest.lake import Submission
from ingest.model import Payload

LOOPBACK = ["127.0.0.1", "::1"]


def submission(document: str, content: str, **other: Any) -> Submission:
    """Make a submission of invented content."""
    raw = content.encode()
    values = {"media_type": "text/plain", "source": "desk", "origin": "in/desk.txt", "stamp": "1", **other}
    return Submission(id=document, digest=hashlib.sha256(raw).hexdigest(), payload=Payload(content=raw, **values))
