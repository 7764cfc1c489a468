"""Fetching as a guest: robots.txt, pauses, one request at a time a host, patience with servers in trouble.

Among processes `turns` says whose turn it is.

Nothing here evades: no other User-Agent, no cookies, no retry of what was refused.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO

from ingest.errors import AddressRefused, DocumentError, FetchFailed, LimitExceeded
from ingest.network import Answer, Fetcher, Request, Target, check_url
from ingest.sources.opt_outs import HouseRules
from ingest.sources.robots import Robots
from ingest.sources.settings import PollSettings
from ingest.sources.tdm import PATH as TDM_PATH
from ingest.sources.tdm import TdmFile
from ingest.sources.turns import HostBusy, Turn, Turns

AGENT = "Broadsheet"
"""The product token that robots.txt knows us by."""

MAX_ROBOTS_BYTES = 1_000_000
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

Sleep = Callable[[float], Awaitable[None]]
Follow = Callable[[Target], Awaitable[None]]


class TryLater(FetchFailed):
    """The server asks for patience; `seconds` is how much."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Manners:
    """What one source asks of us beyond the settings."""

    delay_seconds: float = 0.0
    at_once: int = 1
    max_bytes: int | None = None
    max_seconds: float | None = None


@dataclass(slots=True)
class _Host:
    """One host's turn-taking: so many at once, and not before a moment (of the monotonic clock)."""

    turns: asyncio.Semaphore
    free_at: float = 0.0


@dataclass(slots=True)
class PoliteFetcher:
    """Fetches by `fetcher` with the manners of a guest.

    `known` are the rules of hosts by origin that are still believed; `learned` those that were fetched meanwhile.
    With `turns` it waits for its turn among other processes, too.
    """

    fetcher: Fetcher
    settings: PollSettings
    known: Mapping[str, HouseRules] = field(default_factory=dict)
    sleep: Sleep = asyncio.sleep
    learned: dict[str, HouseRules] = field(default_factory=dict)
    turns: Turns | None = None
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _asking: dict[str, asyncio.Task[HouseRules]] = field(default_factory=dict)

    async def get(
        self, url: str, manners: Manners, headers: Mapping[str, str] | None = None, into: BinaryIO | None = None
    ) -> Answer:
        """Give an answer of 2xx or 304; its content is in the file, where one is given.

        Raises AddressRefused where the address or robots.txt forbids it, TryLater where the server, or who asks it
        before us, takes more patience than the settings have, FetchFailed with the status for other answers,
        LimitExceeded.
        """
        target = check_url(url, self.fetcher.settings)
        await self.permit(target)
        request = Request(
            url=target.url,
            headers=headers or {},
            max_bytes=manners.max_bytes,
            max_seconds=manners.max_seconds,
            into=into,
        )
        for attempt in range(self.settings.tries):
            failure = await self._try(request, target, manners)
            if isinstance(failure, Answer):
                return failure
            last = attempt + 1 == self.settings.tries
            if last or not _may_pass(failure):
                raise failure
            await self.sleep(self._patience(failure, attempt))
        raise AssertionError  # the last attempt returned or raised

    async def permit(self, target: Target) -> None:
        """Raise AddressRefused where robots.txt does not allow an address."""
        rules = await self.rules(target)
        if not rules.robots.allows(target.url, AGENT):
            raise AddressRefused(f"{target.url}: robots.txt does not allow it")

    async def rules(self, target: Target) -> HouseRules:
        """Give a host's rules, fetched once; raise FetchFailed where nobody can say what its robots.txt says."""
        held = self.known.get(target.origin) or self.learned.get(target.origin)
        if held is not None:
            return held
        asking = self._asking.get(target.origin)
        if asking is None:
            asking = self._asking[target.origin] = asyncio.create_task(self._ask(target))
        return await asyncio.shield(asking)

    async def _ask(self, target: Target) -> HouseRules:
        """Ask for robots.txt and then, as both protocols want it before anything else is fetched, for the TDM file."""
        robots = await self._ask_robots(target)
        tdm = await self._ask_tdm(target, robots)
        if tdm is None:
            return HouseRules(robots)  # not learned, so that the next round asks again
        self.learned[target.origin] = HouseRules(robots, tdm)
        return self.learned[target.origin]

    async def _ask_robots(self, target: Target) -> Robots:
        request = Request(url=f"{target.origin}/robots.txt", max_bytes=MAX_ROBOTS_BYTES)
        try:
            answer = await self.fetcher.fetch(request)
        except LimitExceeded as error:
            raise FetchFailed(f"robots.txt cannot be had: {error}") from error
        if answer.status >= 500 or answer.status == 429:  # RFC 9309: all is disallowed until it can be read
            raise FetchFailed(f"{target.origin}/robots.txt: status {answer.status}, so nothing is fetched for now")
        return Robots(answer.content.decode("utf-8", "replace") if answer.status == 200 else "")

    async def _ask_tdm(self, target: Target, robots: Robots) -> TdmFile | None:
        """Give a host's TDM file, an empty one where it has none; None where that cannot be told for now."""
        url = f"{target.origin}{TDM_PATH}"
        if not robots.allows(url, AGENT):
            return TdmFile()
        try:
            answer = await self.fetcher.fetch(Request(url=url, max_bytes=MAX_ROBOTS_BYTES))
        except DocumentError:
            return None
        if answer.status in PASSING:
            return None
        return TdmFile.parse(answer.content) if answer.status == 200 else TdmFile()

    @asynccontextmanager
    async def _take_turn(self, target: Target, manners: Manners) -> AsyncIterator[Turn]:
        """Wait for a host's turn and hold it; the host has the turn's pause afterwards, at least what is due to it."""
        robots = (await self.rules(target)).robots
        host = self._hosts.setdefault(target.host, _Host(asyncio.Semaphore(manners.at_once)))
        async with host.turns, self._take_turn_among_processes(target, manners) as turn:
            await self._wait(max(host.free_at - time.monotonic(), turn.wait_seconds))
            turn.pause_seconds = max(manners.delay_seconds, self.settings.delay_seconds, robots.delay(AGENT))
            try:
                yield turn
            finally:
                host.free_at = time.monotonic() + turn.pause_seconds

    @asynccontextmanager
    async def _take_turn_among_processes(self, target: Target, manners: Manners) -> AsyncIterator[Turn]:
        if self.turns is None:
            yield Turn(0.0)
            return
        patience = self.settings.max_wait_seconds
        try:
            async with self.turns.take(target.host, manners.at_once, patience) as turn:
                yield turn
        except HostBusy as error:
            raise TryLater(f"{target.host}: {error}", patience) from error

    async def _wait(self, wait: float) -> None:
        if wait > self.settings.max_wait_seconds:
            raise TryLater(f"the host asks to wait {wait:.0f} seconds", wait)
        if wait > 0:
            await self.sleep(wait)

    async def _try(self, request: Request, target: Target, manners: Manners) -> Answer | FetchFailed:
        """Ask once, each host on the way in its turn, and give what failed as a value."""
        async with AsyncExitStack() as held:
            turn, host = await held.enter_async_context(self._take_turn(target, manners)), target.host

            async def follow(following: Target) -> None:
                nonlocal turn, host
                await self.permit(following)
                if following.host != host:
                    # Never two turns at a time: whoever held one and waited for the other could wait for ever.
                    await held.aclose()
                    turn, host = await held.enter_async_context(self._take_turn(following, manners)), following.host

            outcome = await self._ask_once(request, follow)
            if isinstance(outcome, TryLater):
                turn.pause_seconds = max(turn.pause_seconds, outcome.seconds)
            return outcome

    async def _ask_once(self, request: Request, follow: Follow) -> Answer | FetchFailed:
        try:
            answer = await self.fetcher.fetch(request, follow)
        except TryLater:
            raise  # it is not our turn on the way
        except FetchFailed as error:
            return error
        if 200 <= answer.status < 300 or answer.status == 304:
            return answer
        message = f"{answer.url}: status {answer.status}"
        wait = retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))
        if answer.status in PASSING:
            return TryLater(message, wait) if wait is not None else StatusFailed(message, answer.status)
        return StatusFailed(message, answer.status)

    def _patience(self, failure: FetchFailed, attempt: int) -> float:
        if isinstance(failure, TryLater):
            if failure.seconds > self.settings.max_wait_seconds:
                raise failure
            return failure.seconds
        longest = min(self.settings.backoff_seconds * 2**attempt, self.settings.max_wait_seconds)
        return random.uniform(0, longest)  # noqa: S311 - jitter, not a secret


class StatusFailed(FetchFailed):
    """The server answered with an error."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def _may_pass(failure: DocumentError) -> bool:
    return not isinstance(failure, StatusFailed) or failure.status in PASSING


def retry_after(value: str, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or a date, as seconds from now; None where it says nothing."""
    value = value.strip()
    if value.isdecimal():
        return float(min(int(value[:9]), 604_800))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), 604_800.0)
