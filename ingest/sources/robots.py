"""robots.txt: what may be fetched and how fast, and who asks not to be trained on (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

# User agents by which sites refuse the training of language models, as their operators document them.
TRAINING_AGENTS = (
    "GPTBot", "CCBot", "Google-Extended", "anthropic-ai", "ClaudeBot", "Applebot-Extended", "meta-externalagent",
    "Bytespider", "cohere-ai", "Amazonbot", "PerplexityBot", "Diffbot", "omgili",
)  # fmt: skip
_SIGNAL = re.compile(r"(?im)^\s*content-(?:signal|usage)\s*:\s*(.{0,200})$")
_REFUSAL = re.compile(r"(?i)\b(?:ai-train|train-ai|ai)\s*=\s*(?:no|n)\b")


@dataclass(frozen=True, slots=True)
class Robots:
    """A host's robots.txt; `text` is empty where there is none."""

    text: str = ""

    def allows(self, url: str, agent: str) -> bool:
        """Tell whether an agent may fetch an address."""
        return not self.text or bool(_parse(self.text).can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Give the seconds that it asks to wait between two requests."""
        if not self.text:
            return 0.0
        rules = _parse(self.text)
        rate = rules.request_rate(agent)
        between = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return max(float(rules.crawl_delay(agent) or 0.0), between)

    def sitemaps(self) -> list[str]:
        """List the sitemaps that it names."""
        return list(_parse(self.text).sitemaps) if self.text else []

    def opt_outs(self, url: str) -> Iterator[str]:
        """Name the ways in which it asks that an address be kept out of training."""
        if not self.text:
            return
        rules = _parse(self.text)
        if rules.can_fetch(url, "Mozilla"):  # else it refuses everybody, which says nothing of training
            yield from (f"robots:{agent}" for agent in TRAINING_AGENTS if not rules.can_fetch(url, agent))
        if any(_REFUSAL.search(found) for found in _SIGNAL.findall(self.text)):
            yield "robots:content-signal"


@lru_cache(maxsize=512)
def _parse(text: str) -> Protego:
    return Protego.parse(text)
