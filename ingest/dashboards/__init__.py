"""Kibana dashboards as small definitions, and the saved objects that Kibana imports; no server is spoken to."""

from ingest.dashboards.cleaning import CLEANING
from ingest.dashboards.coverage import COVERAGE
from ingest.dashboards.duplicates import DUPLICATES
from ingest.dashboards.operations import OPERATIONS
from ingest.dashboards.panels import Dashboard
from ingest.dashboards.saved_objects import SavedObject, to_saved_objects

DASHBOARDS = (COVERAGE, CLEANING, DUPLICATES, OPERATIONS)

__all__ = ["DASHBOARDS", "Dashboard", "SavedObject", "to_saved_objects"]
