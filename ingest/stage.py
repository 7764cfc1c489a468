"""What a stage is, and `lift`, which makes one of a step. The only broad `except` of the package is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ingest.errors import BroadsheetError, DocumentError
from ingest.model import Dropped, Failed, Trace

STAGES = ("read", "extract", "clean", "deduplicate", "enrich", "recognize", "index")
"""The names of the pipeline's stages, in their order; `recognize` is there where it is asked for."""


class Traceable(Protocol):
    """Anything that knows who it is."""

    @property
    def trace(self) -> Trace:
        """Who and where."""
        ...


In = TypeVar("In", bound=Traceable)
Out = TypeVar("Out", bound=Traceable)


@dataclass(frozen=True, slots=True)
class Stage(Generic[In, Out]):
    """A named, lazy transformation with one outcome for each input, in input order.

    `run` yields, for every item it takes, exactly one of: the item for the next stage, Dropped (policy) or Failed (an
    error at this document). An exception that leaves `run` is not about one document: it ends the run.
    """

    name: str
    run: Callable[[Iterable[In]], Iterator[Out | Dropped | Failed]]


def lift(name: str, step: Callable[[In], Out | Dropped]) -> Stage[In, Out]:
    """Make a stage of a step on one document, turning what it raises into Failed.

    Our own errors pass through unless they are a DocumentError: an index that is away or a full disk is no document's
    fault.
    """

    def run(items: Iterable[In]) -> Iterator[Out | Dropped | Failed]:
        for item in items:
            yield attempt(name, step, item)

    return Stage(name, run)


def attempt(name: str, step: Callable[[In], Out | Dropped], item: In) -> Out | Dropped | Failed:
    """Apply a step to one document; see `lift`."""
    try:
        return step(item)
    except DocumentError as error:
        return failure(item.trace, name, error)
    except (BroadsheetError, MemoryError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - the one place where a bug in a step becomes one document's failure
        return failure(item.trace, name, error)


def failure(trace: Trace, stage: str, error: BaseException) -> Failed:
    """Describe an error at a document; the message is cut at 1,000 characters."""
    return Failed(trace=trace, stage=stage, error=type(error).__name__, message=str(error)[:1000])
