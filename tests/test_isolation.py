"""A poison document costs itself and nothing else."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ingest.errors import LimitExceeded, MalformedInput, ParserCrashed
from ingest.isolation import IsolatedPool, IsolationSettings

# No test here waits for this wall: it is for a machine that has other work as well.
QUICK = IsolationSettings(workers=2, max_wall_seconds=120.0, max_cpu_seconds=20)


class UnreadableError(Exception):
    """An exception that cannot be unpickled: its construction needs two arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def burn() -> None:
    """Use up processor time."""
    while True:
        pass


def fail(error: Exception) -> None:
    """Raise."""
    raise error


def act(task: str) -> str:
    """Do in a child what the task says."""
    acts: dict[str, Callable[[], object]] = {
        "crash": lambda: ctypes.string_at(0),
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "exit": lambda: os._exit(3),
        "hang": lambda: time.sleep(60),
        "burn": burn,
        "bloat": lambda: bytearray(10_000_000_000),
        "malformed": lambda: fail(MalformedInput("odd")),
        "unreadable": lambda: fail(UnreadableError("a", "b")),
        "print": lambda: (print("x" * 100_000), os.write(1, b"noise")),
    }
    if task in acts:
        acts[task]()
    answers = {"pid": str(os.getpid()), "large": "y" * 5_000_000}
    return answers.get(task, task.upper())


def outcomes(tasks: list[str], settings: IsolationSettings = QUICK) -> list[str | Exception]:
    """Run tasks in a pool of their own."""
    with IsolatedPool(act, settings) as pool:
        return list(pool.map(tasks))


def test_results_come_in_order() -> None:
    """Two workers, one answer an item, in the order of the items; large answers and prints do no harm."""
    tasks = ["a", "large", "b", "print", "c"] * 3
    assert outcomes(tasks) == ["A", "y" * 5_000_000, "B", "PRINT", "C"] * 3


@pytest.mark.parametrize(
    ("poison", "error", "message"),
    [
        ("crash", ParserCrashed, "died of SIGSEGV"),
        ("kill", ParserCrashed, "died of SIGKILL"),
        ("exit", ParserCrashed, "ended with code 3"),
        ("bloat", LimitExceeded, "bytes of memory"),
        ("malformed", MalformedInput, "odd"),
        ("unreadable", ParserCrashed, "UnreadableError: ab"),
    ],
)
def test_poison_fails_alone(poison: str, error: type[Exception], message: str) -> None:
    """A crash, an exhausted memory, an error: the neighbours before, beside and after come through."""
    answers = outcomes(["a", "b", poison, "c", "d"])
    assert [answer for answer in answers if isinstance(answer, str)] == ["A", "B", "C", "D"]
    assert isinstance(answers[2], error)
    assert message in str(answers[2])


def test_hanging_document_is_given_up() -> None:
    """A parser that waits for ever is killed when its time is over."""
    answers = outcomes(["a", "hang", "b"], IsolationSettings(workers=1, max_wall_seconds=2.0))
    assert [answers[0], answers[2]] == ["A", "B"]
    assert isinstance(answers[1], ParserCrashed)
    assert "no answer in 2 s" in str(answers[1])


def test_burning_document_is_stopped_by_its_processor_time() -> None:
    """Processor time is granted a document, not a process: a long row of quick ones is never stopped."""
    answers = outcomes(["a", "burn", "b"], IsolationSettings(workers=1, max_cpu_seconds=1, max_wall_seconds=300.0))
    assert [answers[0], answers[2]] == ["A", "B"]
    assert isinstance(answers[1], LimitExceeded)


def test_processes_are_replaced() -> None:
    """What a parser leaks is given back after so many documents."""
    pids = outcomes(["pid"] * 6, IsolationSettings(workers=1, documents_per_process=2))
    assert len(set(pids)) == 3
    assert pids[0] == pids[1]


def test_nothing_starts_before_it_is_needed_and_nothing_stays() -> None:
    """Runs without HTML pay nothing; a pool that is done, or left half-way, leaves no process."""
    me = psutil.Process()
    before = set(me.children())
    with IsolatedPool(act, QUICK) as pool:
        assert list(pool.map([])) == []
        assert set(me.children()) == before
        stream = pool.map(["a", "hang", "hang"])
        assert next(stream) == "A"
        assert len(set(me.children()) - before) == 2
        del stream
        assert pool.run("b") == "B"
    assert set(me.children()) == before


def meet(task: tuple[str, str]) -> bool:
    """Wait in a child until another one is at the same meeting."""
    name, folder = task
    Path(folder, name).touch()
    deadline = time.monotonic() + 60
    while not (is_met := len(list(Path(folder).iterdir())) == 2) and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_met


def test_all_workers_are_at_work(tmp_path: Path) -> None:
    """Two documents are worked on at the same time, which ends only where neither waits for the other's answer."""
    folders = [tmp_path / str(number) for number in range(3)]
    for folder in folders:
        folder.mkdir()
    with IsolatedPool(meet, IsolationSettings(workers=2)) as pool:
        assert list(pool.map([(name, str(folder)) for folder in folders for name in "ab"])) == [True] * 6


def test_items_are_taken_as_they_are_needed() -> None:
    """A long input is not pulled into memory."""
    taken = []

    def items() -> Iterator[str]:
        for number in range(1000):
            taken.append(number)
            yield str(number)

    with IsolatedPool(act, QUICK) as pool:
        assert next(pool.map(items())) == "0"
    assert len(taken) <= 8


def test_a_call_that_is_dropped_late_ends_nobody_s_work() -> None:
    """An error's trace may hold a call until the next one is at work; the children are the next one's by then."""
    with IsolatedPool(act, QUICK) as pool:
        first = pool.map(["a", "b"])
        assert [next(first), next(first)] == ["A", "B"]
        second = pool.map(["c", "large", "print", "d"])
        assert next(second) == "C"
        del first
        assert list(second) == ["y" * 5_000_000, "PRINT", "D"]


def test_a_call_that_was_not_read_to_its_end_answers_no_other() -> None:
    """What was still at work for it is ended, not taken for an answer to the next."""
    with IsolatedPool(act, QUICK) as pool:
        left = pool.map(["a", "hang", "hang"])
        assert next(left) == "A"
        assert list(pool.map(["b", "c"])) == ["B", "C"]


def test_run_raises_what_stopped_it() -> None:
    """One document at a time, the outcome is a result or an exception."""
    with IsolatedPool(act, QUICK) as pool:
        assert pool.run("a") == "A"
        with pytest.raises(MalformedInput, match="odd"):
            pool.run("malformed")


def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    """`kill -9` of this process must not leave a parser burning a core."""
    script = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from tasks import hang
from ingest.isolation import IsolatedPool, IsolationSettings
list(IsolatedPool(hang, IsolationSettings(workers=1)).map([{str(tmp_path / "pid")!r}]))
"""
    (tmp_path / "tasks.py").write_text(
        "import os, pathlib, time\ndef hang(path):\n"
        "    part = pathlib.Path(path + '.part')\n    part.write_text(str(os.getpid()))\n    part.rename(path)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as parent:
        while not (tmp_path / "pid").exists():
            assert parent.poll() is None
            time.sleep(0.02)
        child = psutil.Process(int((tmp_path / "pid").read_text()))
        parent.kill()
    child.wait(timeout=120)
    assert not child.is_running()


def test_child_that_cannot_start_is_no_documents_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation ends the run instead of filling the quarantine."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with IsolatedPool(act, QUICK) as pool, pytest.raises(RuntimeError, match="does not start"):
        list(pool.map(["a"]))
