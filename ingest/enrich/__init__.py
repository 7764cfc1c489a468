"""Language, dates with evidence, publisher, byline, words: what a cleaned article says of itself. Pure."""

from ingest.enrich.dates import choose_date
from ingest.enrich.enrichers import ENRICHERS, NOTHING_COUNTED, describe
from ingest.enrich.settings import EnrichSettings

__all__ = ["ENRICHERS", "NOTHING_COUNTED", "EnrichSettings", "choose_date", "describe"]
