from .page import extract_page
from .settings import ExtractSettings

__all__ = ["ExtractSettings", "extract_page"]
