"""Loaded by the server that children are forked from: rules compiled and tables read once, for all of them."""

from __future__ import annotations

from ingest.jobs.cleaning import run_payloads
from ingest.model import Payload
from ingest.pipeline import cleaning_stages, enriching_stages
from ingest.settings import Settings

TEXT = "The ferry sails again at noon. The harbour board of Stenhaven said so on Monday, 3 March 2014.\n\n" * 3

_settings = Settings()
_payload = Payload(content=TEXT.encode(), media_type="text/plain", source="warm", origin="warm")
for _ in run_payloads([_payload], _settings, lambda rooms: [*cleaning_stages(rooms), *enriching_stages(_settings)]):
    pass
