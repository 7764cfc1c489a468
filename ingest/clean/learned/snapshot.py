"""What a run knows of publishers when it starts, handed to cleaning so that it stays pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ingest.clean.learned.normal import name_publisher
from ingest.clean.learned.share import Step, share_at
from ingest.clean.rulepack import Rule
from ingest.domains import registrable_domain
from ingest.model import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """By publisher: accepted rules with the digest of their file, steps of the usual share, and open proposals.

    `proposals` are those in shadow, by line key; nothing is taken for them.
    """

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    proposals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def rules_for(self, publisher: str | None) -> tuple[Rule, ...]:
        """Give the rules accepted for a publisher."""
        return self.rules.get(publisher or "", ())

    def digest_for(self, publisher: str | None) -> str:
        """Give the digest of a publisher's rules, empty where it has none."""
        return self.digests.get(publisher or "", "")

    def usual_share(self, publisher: str | None, capture: int) -> float | None:
        """Give a publisher's usual share of body (0 to 1) as it holds for a capture; None where it is not known."""
        return share_at(self.shares.get(publisher or "", ()), capture)

    def as_of_now(self) -> Learned:
        """Let each publisher's last share hold for every document, also for one that is in no lake."""
        return replace(self, shares={name: ((0, steps[-1][1]),) for name, steps in self.shares.items() if steps})


NOTHING_LEARNED = Learned()


def publisher_of(page: Page) -> str | None:
    """Name whose page it is: the registrable domain of its address, else the publisher that it was given with."""
    given = page.document.given
    return name_publisher(registrable_domain(page.document.url or given.url or ""), given.publisher)
