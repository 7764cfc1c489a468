from .query import build_clusters_query, build_languages_query, build_query
from .request import SearchRequest, read_request, split_choice
from .response import SearchResponse, add_duplicates, read_languages, read_response

__all__ = [
    "SearchRequest",
    "SearchResponse",
    "add_duplicates",
    "build_clusters_query",
    "build_languages_query",
    "build_query",
    "read_languages",
    "read_request",
    "read_response",
    "split_choice",
]
