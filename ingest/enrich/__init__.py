"""Language, dates with evidence, publisher, authors, words: what a cleaned article says of itself. Pure."""

from ingest.enrich.dates import choose_date
from ingest.enrich.description import describe
from ingest.enrich.settings import EnrichSettings

__all__ = ["EnrichSettings", "choose_date", "describe"]
