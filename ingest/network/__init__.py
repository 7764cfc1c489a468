"""The one way out to the web: addresses checked before they are connected to, answers bounded while they are read."""

from ingest.network.addresses import Target, check_address, check_url
from ingest.network.fetching import Answer, Fetcher, Redirect, Request, fetch_now
from ingest.network.resolving import Resolve, SystemResolver
from ingest.network.settings import NetworkSettings

__all__ = [
    "Answer",
    "Fetcher",
    "NetworkSettings",
    "Redirect",
    "Request",
    "Resolve",
    "SystemResolver",
    "Target",
    "check_address",
    "check_url",
    "fetch_now",
]
