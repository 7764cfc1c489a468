"""HTML to text blocks and page metadata; text passes through."""

from ingest.extract.page import extract_page
from ingest.extract.settings import ExtractSettings

__all__ = ["ExtractSettings", "extract_page"]
