"""API keys: made, listed and revoked beside the index. Only a hash is kept; the key itself is told once."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any

from ingest.errors import UsageError
from ingest.settings import Settings
from ingest.state import open_records, read_records

KIND = "api-key"
PREFIX = "bs"
READ, WRITE, ADMIN = "read", "write", "admin"
SCOPES = (READ, WRITE, ADMIN)
MAX_TOKEN_CHARACTERS = 200
MAX_NAME_CHARACTERS = 200
MAX_HELD_TOKENS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: a key with its name and scopes, or nobody in particular (`id` None)."""

    id: str | None
    name: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Tell whether a scope is granted; `admin` holds the others."""
        return scope in self.scopes or ADMIN in self.scopes


def create_key(name: str, scopes: Sequence[str], settings: Settings, *, days: int | None = None) -> dict[str, Any]:
    """Make a key and give it with what is known of it; nobody can be told it again.

    `days` is how long it holds (None: until it is revoked). Raises UsageError for a scope or a time that is none.
    """
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        raise UsageError(f"scopes: {', '.join(unknown) or 'none'}; known are {', '.join(SCOPES)}")
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS:
        raise UsageError(f"name: 1 to {MAX_NAME_CHARACTERS} characters that say who uses the key")
    if days is not None and not 1 <= days <= 36_500:
        raise UsageError(f"days: {days} is not between 1 and 36500")
    now = datetime.now(UTC)
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    record = {
        "name": name.strip(),
        "scopes": sorted(set(scopes), key=SCOPES.index),
        "created_at": _format(now),
        "expires_at": None if days is None else _format(now + timedelta(days=days)),
        "revoked_at": None,
        "hash": hash_secret(secret),
    }
    with open_records(settings.index) as records:
        records.put(KIND, {key_id: record})
    return {"key": f"{PREFIX}_{key_id}_{secret}", **to_line(key_id, record)}


def list_keys(settings: Settings) -> list[dict[str, Any]]:
    """List the keys by their names, without what could open anything."""
    with read_records(settings.index) as records:
        lines = [to_line(key_id, record) for key_id, record in records.scan(KIND)]
    return sorted(lines, key=lambda line: (line["name"], line["created_at"]))


def revoke_key(key_id: str, settings: Settings) -> dict[str, Any]:
    """Revoke a key for good; raise UsageError where there is none."""
    with open_records(settings.index) as records:
        if key_id not in records.get(KIND, [key_id]):
            raise UsageError(f"{key_id}: no such key; see `broadsheet keys list`")
        now = _format(datetime.now(UTC))
        changed = records.update(
            KIND, [key_id], lambda _, held: held and {**held, "revoked_at": held["revoked_at"] or now}
        )
    return to_line(key_id, changed[key_id] or {})


def to_line(key_id: str, record: dict[str, Any]) -> dict[str, Any]:
    """Give what may be told of a key."""
    state = _state(record, datetime.now(UTC))
    return {"id": key_id, "state": state, **{name: value for name, value in record.items() if name != "hash"}}


def hash_secret(secret: str) -> str:
    """Hash a key's secret: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


class KeyRing:
    """Tells who a key belongs to; what was looked up is held for some seconds. Several threads may ask at once."""

    def __init__(self, settings: Settings, *, hold_seconds: float) -> None:
        self._settings = settings
        self._hold_seconds = hold_seconds
        self._held: dict[str, tuple[float, Caller | None]] = {}
        self._lock = threading.Lock()

    def find(self, token: str) -> Caller | None:
        """Give who calls with this key; None where it is unknown, revoked or expired. Unavailable without a store."""
        digest = hash_secret(token)
        now = time.monotonic()
        with self._lock:
            until, caller = self._held.get(digest, (0.0, None))
        if until > now:
            return caller
        caller = self._look_up(token)
        with self._lock:
            if len(self._held) >= MAX_HELD_TOKENS:
                self._held.clear()
            self._held[digest] = (now + self._hold_seconds, caller)
        return caller

    def _look_up(self, token: str) -> Caller | None:
        prefix, _, rest = token.partition("_")
        key_id, _, secret = rest.partition("_")
        if prefix != PREFIX or not key_id or not secret or len(token) > MAX_TOKEN_CHARACTERS:
            return None
        with read_records(self._settings.index) as records:
            record = records.get(KIND, [key_id]).get(key_id)
        if record is None or not compare_digest(record["hash"], hash_secret(secret)):
            return None
        if _state(record, datetime.now(UTC)) != "active":
            return None
        return Caller(id=key_id, name=record["name"], scopes=frozenset(record["scopes"]))


def _state(record: dict[str, Any], now: datetime) -> str:
    if record["revoked_at"]:
        return "revoked"
    expires = record["expires_at"]
    return "expired" if expires and datetime.fromisoformat(expires) <= now else "active"


def _format(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
