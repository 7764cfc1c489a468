"""Searching: request -> query -> response, with one meaning on every backend. Pure: the caller sends the query."""

from ingest.search.query import build_clusters_query, build_languages_query, build_query
from ingest.search.request import SearchRequest, read_request, split_choice
from ingest.search.response import SearchResponse, add_duplicates, read_languages, read_response

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
