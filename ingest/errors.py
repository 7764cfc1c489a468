"""Every error that Broadsheet raises on purpose.

BroadsheetError
|-- UsageError              the caller asked for what cannot be          exit 2
|   |-- SettingsError       a setting is unknown or of the wrong shape
|   |-- SourceMissing       no named path exists or can be read
|   |-- ArticleMissing      the index holds no such article
|   |-- QueryMissing        no query is saved under this id
|   |-- RequestError        one parameter of a request cannot be meant
|   |   `-- CursorExpired   what a cursor walks over is no longer held
|   `-- MappingMismatch     the index carries another mapping version
|-- Unavailable             a service did not answer; try again later    exit 3
|   |-- IndexUnavailable    unreachable, refusing writes, or not ours to write
|   |   `-- IndexTimedOut   it took the request and did not answer in time
|   |-- BrokerUnavailable   the brokers of a stream cannot be reached
|   |-- SourcesBroken       sources of the catalogue fail again and again
|   `-- IndexLocked         another writer held the index too long
|-- LakeDamaged             a file of the lake cannot be read back      exit 1
    |-- LawBroken               the books do not balance, or a limit broke   exit 4
|   |-- CountingLawBroken
|   |-- BatchesMissing      batches of a run have not come to the index: the next run takes them up
|   |-- ConservationLawBroken
|   |-- ReindexFailed       a new index does not hold what the old one holds
|   |-- StorageFull         no space left on the device
|   `-- TooManyFailures     more than half of 100 or more documents failed
`-- DocumentError           one document is at fault: it goes to the quarantine, its neighbours go on
    |-- MalformedInput      broken JSON, wrong shape, torn archive member
    |-- LimitExceeded       larger, deeper or slower than a limit allows
    |-- ParserCrashed       the parser's process died or hung
    |-- AddressRefused      a web address that may not be fetched, or leads to one
    |-- FetchFailed         a server did not give what was asked for
    `-- DocumentRejected    the index refuses this document (a mapping conflict, say)
"""

from __future__ import annotations


class BroadsheetError(Exception):
    """The root; `exit_code` is what the command line ends with."""

    exit_code = 1


class UsageError(BroadsheetError):
    """The caller asked for what cannot be done."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or has the wrong shape."""


class SourceMissing(UsageError):
    """No named path exists or can be read."""


class ArticleMissing(UsageError):
    """The index holds no such article, or none that stood then."""


class RequestError(UsageError):
    """One parameter of a request cannot be meant; `character` is where in its text, from 1, None for all of it."""

    def __init__(self, message: str, parameter: str, character: int | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.character = character


class CursorExpired(RequestError):
    """What a cursor walks over is no longer held: begin again without it."""


class QueryMissing(UsageError):
    """No query is saved under this id."""


class MappingMismatch(UsageError):
    """The index was built for another mapping version."""


class Unavailable(BroadsheetError):
    """A service did not answer; nothing is lost."""

    exit_code = 3


class IndexUnavailable(Unavailable):
    """The index cannot be reached, or refuses every write."""


class IndexTimedOut(IndexUnavailable):
    """The index took the request and did not answer in time."""


class BrokerUnavailable(Unavailable):
    """The brokers of a stream cannot be reached, or do not take what they are sent."""


class SourcesBroken(Unavailable):
    """Sources of the catalogue fail again and again; the message names them, and why."""


class IndexLocked(Unavailable):
    """Another writer held the index too long."""


class LakeDamaged(BroadsheetError):
    """A file of the lake cannot be read back; the message names it."""


class LawBroken(BroadsheetError):
    """The books do not balance, or a limit of the run was broken."""

    exit_code = 4


class CountingLawBroken(LawBroken):
    """In is not kept + dropped + failed."""


class BatchesMissing(LawBroken):
    """Batches of a run failed on their way; their files stay claimed, and the next run takes them up again."""


class ConservationLawBroken(LawBroken):
    """Body and spans do not cover the original exactly once."""


class ReindexFailed(LawBroken):
    """A new index does not hold what the old one holds; the old one goes on serving."""


class StorageFull(LawBroken):
    """No space is left where the lake or the index lives."""


class TooManyFailures(LawBroken):
    """More than half of a hundred or more documents failed."""


class DocumentError(BroadsheetError):
    """One document is at fault."""


class MalformedInput(DocumentError):
    """Broken JSON, JSON of the wrong shape, a torn archive member."""


class LimitExceeded(DocumentError):
    """The document is larger, deeper or slower than a limit allows."""


class ParserCrashed(DocumentError):
    """The parser's process died or hung on this document."""


class AddressRefused(DocumentError):
    """A web address that may not be fetched: not public, of another kind, or malformed."""


class FetchFailed(DocumentError):
    """A server could not be reached, broke off, or answered what cannot be used."""


class DocumentRejected(DocumentError):
    """The index refuses this document."""
