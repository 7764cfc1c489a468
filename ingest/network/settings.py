"""What may be set about going out to the web."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """Where Broadsheet may go, how long it waits, how much it reads, and who it says it is.

    Attributes:
        allowed_networks: Networks that may be reached although they are not public (`10.1.0.0/16`), for an intranet or
            for tests; empty for the public internet alone.
        allowed_ports: Ports that may be connected to.
        connect_timeout_seconds: Longest wait for a connection, name resolution included.
        read_timeout_seconds: Longest wait for the next bytes of an answer.
        max_fetch_seconds: Longest time from a request to the end of its answer, redirects included.
        max_redirects: Most redirects that are followed from one address.
        max_answer_bytes: Largest answer, in bytes after decompression.
        max_decompression_ratio: Most bytes that one compressed byte of an answer may become.
        decompression_floor_bytes: Bytes that any compressed answer may become, whatever its ratio.
        max_connections: Most connections at once.
        user_agent: What the User-Agent header says before the contact.
        contact: A web or mail address at which a site's owner can reach whoever runs this; part of the User-Agent.
    """

    allowed_networks: tuple[str, ...] = ()
    allowed_ports: tuple[int, ...] = (80, 443, 8080)
    connect_timeout_seconds: float = 10.0
    read_timeout_seconds: float = 20.0
    max_fetch_seconds: float = 60.0
    max_redirects: int = 5
    max_answer_bytes: int = 20_000_000
    max_decompression_ratio: int = 100
    decompression_floor_bytes: int = 1_000_000
    max_connections: int = 64
    user_agent: str = "Broadsheet"
    contact: str = ""

    @property
    def full_user_agent(self) -> str:
        """The User-Agent header: who, and where to complain."""
        return f"{self.user_agent} (+{self.contact})" if self.contact else self.user_agent
