"""Where documents come from, how their bytes become text, and where their identity is minted."""

from ingest.sources.decoding import decode
from ingest.sources.identity import canonical_url, id_of_url
from ingest.sources.reader import read_payloads
from ingest.sources.settings import SourcesSettings

__all__ = ["SourcesSettings", "canonical_url", "decode", "id_of_url", "read_payloads"]
