from .addresses import Target, check_address, check_url
from .fetching import Answer, Fetcher, Redirect, Request, fetch_now
from .resolving import Resolve, SystemResolver
from .settings import NetworkSettings

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
