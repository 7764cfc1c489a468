from .clusters import Deduplicator
from .hands import HandDecisions
from .protocol import BodySource, SignatureStore
from .ranking import Candidate
from .reclustering import Reclustering, Settled
from .settings import DedupSettings
from .stores.memory import MemorySignatures
from .stores.opening import open_signatures

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
