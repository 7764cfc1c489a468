"""Where documents come from, how their bytes become text, and where their identity is minted."""

from ingest.sources.decoding import decode
from ingest.sources.reader import read_payloads
from ingest.sources.settings import SourcesSettings

__all__ = ["SourcesSettings", "decode", "read_payloads"]
