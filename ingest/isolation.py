"""Untrusted input is parsed in child processes that can be killed: a poison document costs itself and nothing else.

A child runs `serve`; it gets pickled tasks on its standard input and answers in frames on its standard output.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import os
import pickle
import resource
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, BinaryIO, Generic, TypeVar

from ingest.errors import LimitExceeded, ParserCrashed

In = TypeVar("In")
Out = TypeVar("Out")

_LENGTH = struct.Struct("!Q")
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from ingest.isolation import serve; serve()"
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_READ_BYTES = 1 << 20
_WINDOW_PER_WORKER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationSettings:
    """What one document may cost the process that parses it.

    Attributes:
        workers: Processes that parse at the same time; 0 for one a core.
        max_memory_bytes: Most address space of a process, in bytes.
        max_cpu_seconds: Most processor time for one document, in seconds.
        max_wall_seconds: Longest time for one document, in seconds.
        max_start_seconds: Longest time for a process to start, in seconds.
        documents_per_process: Documents after which a process is replaced by a fresh one.
    """

    workers: int = 0
    max_memory_bytes: int = 2_000_000_000
    max_cpu_seconds: int = 20
    max_wall_seconds: float = 30.0
    max_start_seconds: float = 60.0
    documents_per_process: int = 500


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a child sends: that it is ready (no outcome), or a task's outcome; after a `last` one it takes no more."""

    ready: bool = False
    outcome: Any = None
    last: bool = False


@dataclass(slots=True, eq=False)
class _Child:
    """A running child, the task that it is at (a place in the input), and what has arrived of its answer."""

    process: subprocess.Popen[bytes]
    inbox: BinaryIO
    outbox: BinaryIO
    deadline: float
    ready: bool = False
    task: int | None = None
    done: int = 0
    received: bytearray = field(default_factory=bytearray)

    def read_answer(self) -> _Answer | None:
        """Take what has arrived; None until an answer is whole. Raises EOFError where the child is gone."""
        arrived = os.read(self.outbox.fileno(), _READ_BYTES)
        if not arrived:
            raise EOFError
        self.received += arrived
        if len(self.received) < _LENGTH.size:
            return None
        end = _LENGTH.size + _LENGTH.unpack_from(self.received)[0]
        if len(self.received) < end:
            return None
        answer: _Answer = pickle.loads(bytes(self.received[_LENGTH.size : end]))  # noqa: S301 - from our own child
        del self.received[:end]
        return answer


class IsolatedPool(Generic[In, Out]):
    """Runs a function of a module's top level in child processes, as many as there are cores.

    Children start when the first item comes, and end with the pool or with this process, however it ends. A pool serves
    one `map` at a time.
    """

    def __init__(self, function: Callable[[In], Out], settings: IsolationSettings) -> None:
        self._function = pickle.dumps(function)
        self._settings = settings
        self._workers = settings.workers or len(os.sched_getaffinity(0))
        self._children: list[_Child] = []
        self._turn = object()  # which `map` is served

    def map(self, items: Iterable[In]) -> Iterator[Out | Exception]:
        """Yield, for each item in order, the result or the exception that stopped it; lazy, in bounded memory.

        What the function raises comes back as it was. A child that dies or hangs gives ParserCrashed, one that runs out
        of memory or processor time LimitExceeded; the other items are not concerned.
        """
        source = enumerate(items)
        waiting: deque[int] = deque()
        pending: deque[tuple[int, In]] = deque()
        outcomes: dict[int, Out | Exception] = {}
        self._end_busy()
        turn = self._turn = object()
        try:
            while True:
                while len(waiting) < self._workers * _WINDOW_PER_WORKER and (following := next(source, None)):
                    pending.append(following)
                    waiting.append(following[0])
                    self._dispatch(pending)
                if not waiting:
                    return
                while waiting[0] not in outcomes:
                    self._dispatch(pending)
                    self._collect(outcomes)
                self._dispatch(pending)
                yield outcomes.pop(waiting.popleft())
        finally:
            if self._turn is turn:  # or it is dropped late, held by the trace of an error, while the next is served
                self._end_busy()

    def run(self, item: In) -> Out:
        """Run one item; give its result or raise what stopped it."""
        (outcome,) = self.map([item])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self) -> None:
        """End the children."""
        for child in list(self._children):
            self._end(child)

    def __enter__(self) -> IsolatedPool[In, Out]:
        """Give the pool itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the children."""
        self.close()

    def _dispatch(self, pending: deque[tuple[int, In]]) -> None:
        """Hand pending items to idle children, and start children while there are more items than idle ones."""
        for child in list(self._children):
            if child.task is None and child.process.poll() is not None:
                self._end(child)
        idle = [child for child in self._children if child.task is None]
        for _ in range(min(len(pending) - len(idle), self._workers - len(self._children))):
            self._children.append(self._start())
        for child in idle:
            if pending and child.ready:
                child.task, item = pending.popleft()
                child.deadline = time.monotonic() + self._settings.max_wall_seconds
                with contextlib.suppress(BrokenPipeError):  # it died just now: its answer will be the end of its output
                    _send(child.inbox, pickle.dumps(item))

    def _start(self) -> _Child:
        command = [sys.executable, "-c", _BOOT, json.dumps(sys.path)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own
        assert process.stdin is not None  # noqa: S101 - said by PIPE
        assert process.stdout is not None  # noqa: S101 - said by PIPE
        deadline = time.monotonic() + self._settings.max_start_seconds
        with contextlib.suppress(BrokenPipeError):
            _send(process.stdin, pickle.dumps((os.getpid(), self._settings)))  # type: ignore[arg-type]
            _send(process.stdin, self._function)  # type: ignore[arg-type]
        return _Child(process, process.stdin, process.stdout, deadline)  # type: ignore[arg-type]

    def _collect(self, outcomes: dict[int, Out | Exception]) -> None:
        """Wait until a child answers, dies or is late, and note what came of its task."""
        busy = [child for child in self._children if child.task is not None or not child.ready]
        with selectors.DefaultSelector() as selector:
            for child in busy:
                selector.register(child.outbox, selectors.EVENT_READ, child)
            wait = min(child.deadline for child in busy) - time.monotonic()
            answered = [key.data for key, _ in selector.select(max(0.0, wait))]
        for child in answered:
            self._read(child, outcomes)
        now = time.monotonic()
        for child in busy:
            if child not in answered and child.deadline <= now:
                self._give_up(child, outcomes, ParserCrashed(f"no answer in {self._settings.max_wall_seconds:g} s"))

    def _read(self, child: _Child, outcomes: dict[int, Out | Exception]) -> None:
        try:
            answer = child.read_answer()
        except EOFError:
            child.process.wait()
            self._give_up(child, outcomes, self._cause_of_death(child.process.returncode))
            return
        if answer is None:
            return
        if answer.ready:
            child.ready = True
        elif child.task is not None:
            outcomes[child.task] = answer.outcome
            child.task = None
            child.done += 1
            if answer.last or child.done >= self._settings.documents_per_process:
                self._end(child)

    def _give_up(self, child: _Child, outcomes: dict[int, Out | Exception], error: Exception) -> None:
        self._end(child)
        if child.task is None:
            raise RuntimeError(f"the parser's process does not start: {error}")
        outcomes[child.task] = error

    def _cause_of_death(self, code: int) -> Exception:
        if code == -signal.SIGXCPU:
            return LimitExceeded(f"parsing took more than {self._settings.max_cpu_seconds} s of processor time")
        if code < 0:
            return ParserCrashed(f"the parser's process died of {signal.Signals(-code).name}")
        return ParserCrashed(f"the parser's process ended with code {code}")

    def _end_busy(self) -> None:
        """End the children whose answers nobody waits for any more."""
        for child in [child for child in self._children if child.task is not None]:
            self._end(child)

    def _end(self, child: _Child) -> None:
        self._children.remove(child)
        child.process.kill()
        with contextlib.suppress(BrokenPipeError):
            child.inbox.close()
        child.outbox.close()
        child.process.wait()


def serve() -> None:
    """Be a child: take a parent, limits and a function, then answer one task after the other until the input ends."""
    inbox, outbox = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    first = _receive(inbox)
    if first is None:
        return
    parent, settings = pickle.loads(first)  # noqa: S301 - from our own parent
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends its children
    function = pickle.loads(_receive(inbox) or b"")  # noqa: S301 - likewise
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (settings.max_memory_bytes, settings.max_memory_bytes))
    _send(outbox, pickle.dumps(_Answer(ready=True)))
    while (task := _receive(inbox)) is not None:
        _grant_processor_time(settings.max_cpu_seconds)
        try:
            outcome = function(pickle.loads(task))  # noqa: S301 - likewise
        except MemoryError:
            error = LimitExceeded(f"parsing took more than {settings.max_memory_bytes:,} bytes of memory")
            _send(outbox, pickle.dumps(_Answer(outcome=error, last=True)))  # in which state the rest is, nobody knows
            return
        except Exception as error:  # noqa: BLE001 - whatever stops a document is its outcome
            outcome = error
        _send(outbox, _pack(outcome))


def _pack(outcome: Any) -> bytes:
    """Pickle an outcome; an exception that cannot be read back is told by its name and message."""
    try:
        packed = pickle.dumps(_Answer(outcome=outcome))
        if isinstance(outcome, Exception):
            pickle.loads(packed)  # noqa: S301 - what was packed just now
    except (pickle.PicklingError, TypeError, AttributeError):
        return pickle.dumps(_Answer(outcome=ParserCrashed(f"{type(outcome).__name__}: {outcome}")))
    return packed


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before it could be asked for
        sys.exit(1)


def _grant_processor_time(seconds: int) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(usage.ru_utime + usage.ru_stime) + seconds, hard))


def _send(pipe: BinaryIO, content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _receive(pipe: BinaryIO) -> bytes | None:
    header = pipe.read(_LENGTH.size)
    return pipe.read(_LENGTH.unpack(header)[0]) if len(header) == _LENGTH.size else None
