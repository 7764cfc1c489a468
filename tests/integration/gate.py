"""A door in front of a server: while it is shut, connections are refused and those that stand are cut."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Passes bytes between whoever connects to `port` and the server, as long as it is open."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        # Bound and deaf: it keeps the port ours, and refuses connections while nobody else listens there.
        self._keeper = bound_socket(0)
        self.port = int(self._keeper.getsockname()[1])

    def open(self) -> None:
        """Let connections in."""
        listener = bound_socket(self.port)
        listener.listen()
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def shut(self) -> None:
        """Refuse new connections and cut the others."""
        if self._listener is not None:
            cut(self._listener)
        with self._lock:
            held, self._open = self._open, set()
        for each in held:
            cut(each)

    def close(self) -> None:
        """Shut, and give the port up."""
        self.shut()
        self._keeper.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                inner, _ = listener.accept()
                outer = socket.create_connection(self._server)
            except OSError:
                return
            with self._lock:
                self._open |= {inner, outer}
            for pair in ((inner, outer), (outer, inner)):
                threading.Thread(target=pump, args=pair, daemon=True).start()


def bound_socket(port: int) -> socket.socket:
    """Bind a socket to a loopback port that others of this process may share; 0 takes a free one."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    return made


def pump(source: socket.socket, target: socket.socket) -> None:
    """Pass bytes on until either side ends."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for each in (source, target):
        cut(each)


def cut(each: socket.socket) -> None:
    """End a connection, whoever waits on it."""
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()


@contextmanager
def gate_before(url: str) -> Iterator[Gate]:
    """Open a gate in front of the server at an address `http://host:port`."""
    host, _, port = url.removeprefix("http://").partition(":")
    gate = Gate(host, int(port))
    gate.open()
    try:
        yield gate
    finally:
        gate.close()
