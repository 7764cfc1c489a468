"""What an error of Elasticsearch means: told by its type, by its status only where the type is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from time import time
from typing import Any

from elastic_transport import ApiError, TransportError


class Fault(StrEnum):
    """What to do about an error.

    STALE: nothing, a newer or equal version stands. REJECTED: this document will never be taken. TOO_LARGE: send less
    at once. BUSY: wait and send less. REFUSING: the index takes nothing in its present state; wait. LOST: what became
    of the request is unknown; ids and versions are ours, so send it again.
    """

    STALE = "stale"
    REJECTED = "rejected"
    TOO_LARGE = "too_large"
    BUSY = "busy"
    REFUSING = "refusing"
    LOST = "lost"


BY_TYPE = {
    "version_conflict_engine_exception": Fault.STALE,
    "document_parsing_exception": Fault.REJECTED,
    "mapper_parsing_exception": Fault.REJECTED,
    "strict_dynamic_mapping_exception": Fault.REJECTED,
    "illegal_argument_exception": Fault.REJECTED,
    "action_request_validation_exception": Fault.REJECTED,
    "parse_exception": Fault.REJECTED,
    "parsing_exception": Fault.REJECTED,
    "x_content_parse_exception": Fault.REJECTED,
    "es_rejected_execution_exception": Fault.BUSY,
    "circuit_breaking_exception": Fault.BUSY,
    "cluster_block_exception": Fault.REFUSING,
    "index_closed_exception": Fault.REFUSING,
    "index_not_found_exception": Fault.REFUSING,
    "security_exception": Fault.REFUSING,
    "search_context_missing_exception": Fault.REJECTED,
    "unavailable_shards_exception": Fault.REFUSING,
    "no_shard_available_action_exception": Fault.REFUSING,
    "master_not_discovered_exception": Fault.REFUSING,
    "process_cluster_event_timeout_exception": Fault.REFUSING,
    "node_closed_exception": Fault.LOST,
    "node_disconnected_exception": Fault.LOST,
    "timeout_exception": Fault.LOST,
}
BY_STATUS = {
    401: Fault.REFUSING,
    403: Fault.REFUSING,
    404: Fault.REFUSING,
    409: Fault.STALE,
    413: Fault.TOO_LARGE,
    429: Fault.BUSY,
}

# Two types that mean one thing in general and another where the reason holds these words.
BY_REASON = {
    "illegal_argument_exception": ("no write index is defined", Fault.REFUSING),
    "illegal_state_exception": ("more than one write index", Fault.REJECTED),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error, read: what it means, its type, its reason, and how long the server asks to wait (seconds)."""

    fault: Fault
    error: str
    message: str
    retry_after: float | None = None


class AnswerError(Exception):
    """An error that stood inside an answer with status 200."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"{trouble.error}: {trouble.message}")
        self.trouble = trouble


def classify(error: str, reason: str, status: int) -> Fault:
    """Say what an error means."""
    words, fault = BY_REASON.get(error, ("", Fault.LOST))
    if words and words in reason:
        return fault
    if error in BY_TYPE:
        return BY_TYPE[error]
    return BY_STATUS.get(status, Fault.LOST if status >= 500 else Fault.REJECTED)


def read_item_error(error: Mapping[str, Any], status: int) -> Trouble:
    """Read an item's error; the message carries the causes, which name the field."""
    kind, reason = str(error.get("type", "")), describe_reason(error)
    return Trouble(classify(kind, reason, status), kind, reason)


def describe_reason(error: Mapping[str, Any]) -> str:
    """Join an error's reason with those of its causes."""
    reasons = []
    cause: Any = error
    while isinstance(cause, Mapping):
        reasons.append(str(cause.get("reason", "")))
        cause = cause.get("caused_by")
    return ": ".join(dict.fromkeys(reason for reason in reasons if reason))


def read_exception(exception: ApiError | TransportError | AnswerError) -> Trouble:
    """Read what was raised for a whole request."""
    if isinstance(exception, AnswerError):
        return exception.trouble
    if not isinstance(exception, ApiError):
        return Trouble(Fault.LOST, type(exception).__name__, str(exception.message))
    status = exception.meta.status
    body = exception.body.get("error") if isinstance(exception.body, Mapping) else None
    if isinstance(body, Mapping):
        kind, reason = name_cause(body), describe_reason(body)
    else:
        kind, reason = f"http_{status}", str(exception.message)[:200]
    fault = Fault.LOST if status < 400 else classify(kind, reason, status)
    return Trouble(fault, kind, reason, read_retry_after(exception.meta.headers.get("retry-after")))


def name_cause(error: Mapping[str, Any]) -> str:
    """Give an error's type; of a search that failed on its shards the type of what failed there."""
    kind, causes = str(error.get("type", "")), error.get("root_cause")
    if kind == "search_phase_execution_exception" and isinstance(causes, list) and causes:
        return str(causes[0].get("type", kind))
    return kind


def read_retry_after(header: str | None) -> float | None:
    """Read a Retry-After header (seconds or an HTTP date) as seconds from now; None where it is absent or broken."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time())
    except ValueError:
        return None
