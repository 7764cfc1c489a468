"""Which articles are copies of each other: signatures, look-ups, verification and clusters."""

from ingest.dedup.clusters import Deduplicator
from ingest.dedup.hands import HandDecisions
from ingest.dedup.protocol import BodySource, SignatureStore
from ingest.dedup.ranking import Candidate
from ingest.dedup.reclustering import Reclustering, Settled
from ingest.dedup.settings import DedupSettings
from ingest.dedup.stores.memory import MemorySignatures
from ingest.dedup.stores.opening import open_signatures

__all__ = [
    "BodySource",
    "Candidate",
    "DedupSettings",
    "Deduplicator",
    "HandDecisions",
    "MemorySignatures",
    "Reclustering",
    "Settled",
    "SignatureStore",
    "open_signatures",
]
