from .decoding import decode
from .identity import canonical_url, id_of_url
from .reader import read_payloads
from .settings import SourcesSettings

__all__ = ["SourcesSettings", "canonical_url", "decode", "id_of_url", "read_payloads"]
