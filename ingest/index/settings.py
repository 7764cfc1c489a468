"""What may be set about the index."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """Where the index is, how it is laid out, and how long to wait for it.

    Attributes:
        url: `tantivy:PATH` for a folder, `http://host:9200` or `https://host:9200` for Elasticsearch.
        prefix: Put before the name of every index and alias, so that several systems can share a cluster.
        api_key: Elasticsearch API key in its encoded form; takes the place of a name and password.
        api_key_file: File with the API key, read at each start; where it is set it takes the place of all else.
        username: Elasticsearch user; empty for none.
        password: The user's password.
        ca_certs: File with the certificates that the server's certificate is checked against; empty for the system's.
        verify_certs: Whether the server's certificate is checked.
        shards: Primary shards of a new Elasticsearch index.
        replicas: Copies of each shard of a new Elasticsearch index.
        refresh_interval: How soon writes become visible to searches, in Elasticsearch's notation (`1s`).
        bulk_documents: Most documents in one bulk request.
        bulk_bytes: Most bytes in one bulk request; a larger document goes alone.
        request_timeout_seconds: How long one request may take.
        open_patience_seconds: How long to try to reach the index at the start, and for a search.
        write_patience_seconds: How long a writer waits while the index is away or refuses writes, before it gives up.
        backoff_start_seconds: Upper bound of the first pause between two attempts; it doubles from there.
        backoff_cap_seconds: Longest pause between two attempts.
        lock_wait_seconds: How long to wait while another process writes to the embedded index.
        snapshot_folder: Where snapshots go: a folder of this machine for an embedded index (empty:
            `.broadsheet/snapshots`); one under Elasticsearch's `path.repo` (empty: `<prefix>broadsheet`).
        retain_days: How long articles are kept, in days since publication, where retention is applied; 0 for ever.
    """

    url: str = "tantivy:.broadsheet/index"
    prefix: str = ""
    api_key: str = field(default="", repr=False)
    api_key_file: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    ca_certs: str = ""
    verify_certs: bool = True
    shards: int = 1
    replicas: int = field(default=1, metadata={"may_be_zero": True})
    refresh_interval: str = "1s"
    bulk_documents: int = 500
    bulk_bytes: int = 10_000_000
    request_timeout_seconds: float = 60.0
    open_patience_seconds: float = 5.0
    write_patience_seconds: float = 900.0
    backoff_start_seconds: float = 0.5
    backoff_cap_seconds: float = 60.0
    lock_wait_seconds: float = 30.0
    snapshot_folder: str = ""
    retain_days: int = 0
