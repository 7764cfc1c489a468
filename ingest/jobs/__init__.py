"""What the command line and the DAGs call. Arguments and results are plain records; printing is the caller's."""

from ingest.jobs.batches import claim_batches, clean_batch, deduplicate_batches, enrich_batch, index_batch, publish
from ingest.jobs.cleaning import clean, dedup
from ingest.jobs.explaining import explain
from ingest.jobs.ingestion import IngestReport, ingest
from ingest.jobs.quarantine import list_quarantine, replay_quarantine, show_quarantine
from ingest.jobs.searching import search, show, show_raw

__all__ = [
    "IngestReport",
    "claim_batches",
    "clean",
    "clean_batch",
    "dedup",
    "deduplicate_batches",
    "enrich_batch",
    "explain",
    "index_batch",
    "ingest",
    "list_quarantine",
    "publish",
    "replay_quarantine",
    "search",
    "show",
    "show_quarantine",
    "show_raw",
]
