"""Learning at work: what a run knows of publishers, and the counting of what its documents show. State is in records.

A counter holds sightings until there are many, and then changes each publisher's record in one step. A run that dies
before that has counted less; running it again makes up for it, since no document is counted twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import re2

from ingest.clean.learned.counts import PublisherCounts, count_sightings, from_json, group_sightings, to_json
from ingest.clean.learned.proposals import Proposal, propose
from ingest.clean.learned.rules import list_accepted, parse_publisher_rules
from ingest.clean.learned.settings import LearnSettings
from ingest.clean.learned.share import add_step, measure_usual_share
from ingest.clean.learned.sightings import Sighting, sight
from ingest.clean.learned.snapshot import Learned, publisher_of
from ingest.clean.learned.vocabulary import Vocabulary
from ingest.clean.matcher import Matcher
from ingest.clean.rulepack import RuleError, load_rules
from ingest.errors import SettingsError
from ingest.model import Article
from ingest.state import Json, RecordReader, Records

COUNTS = "learn-counts"
PUBLISHERS = "learn-publishers"
REJECTED = "learn-rejected"
MOST_HELD_LINES = 20_000
MOST_OPEN_PUBLISHERS = 25


def rules_folder(settings: LearnSettings) -> Path:
    """Give the folder of accepted rules: the settings', else the package's own."""
    return Path(settings.rules_folder or str(resources.files("ingest.clean") / "rules" / "publishers"))


def read_accepted(settings: LearnSettings) -> Learned:
    """Read the rules that were accepted; raise SettingsError naming the file where one is malformed."""
    folder = rules_folder(settings)
    try:
        files = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}
        rules = parse_publisher_rules(files)
        for of_publisher in rules.values():
            Matcher(of_publisher)
    except (RuleError, ValueError, re2.error) as error:
        raise SettingsError(f"{folder}: {error}") from error
    digests = {publisher: hashlib.sha256(text.encode()).hexdigest()[:16] for publisher, text in files.items()}
    return Learned(rules=rules, digests=digests)


def read_learned(records: RecordReader, settings: LearnSettings) -> Learned:
    """Read all that cleaning is to know: accepted rules, usual shares, and the proposals that run in shadow."""
    accepted = read_accepted(settings)
    publishers = dict(records.scan(PUBLISHERS))
    return Learned(
        rules=accepted.rules,
        digests=accepted.digests,
        shares={name: tuple((first, share) for first, share in each["steps"]) for name, each in publishers.items()},
        proposals={name: each["proposals"] for name, each in publishers.items() if each["proposals"]},
    )


class LineCounter:
    """Counts the documents of a run, and what the proposals in shadow would have taken of them (`shadow`)."""

    def __init__(
        self,
        records: Records,
        settings: LearnSettings,
        learned: Learned,
        *,
        next_capture: Callable[[], int],
        day: int,
    ) -> None:
        self._records = records
        self._settings = settings
        self._learned = learned
        self._next_capture = next_capture
        self._day = day
        self._held: list[Sighting] = []
        self._held_lines = 0
        self._shares: dict[str, int] = {}
        self.shadow: Counter[str] = Counter()

    def note(self, article: Article) -> None:
        """Note one cleaned document; what nobody published is not counted."""
        publisher = publisher_of(article.page)
        if publisher is None or not self._settings.count:
            return
        page = article.page
        sighting = sight(publisher, page.document.id, page.text, article.cleaning, self._settings)
        self._run_in_shadow(sighting)
        self._held.append(sighting)
        self._held_lines += len(sighting.lines)
        if self._held_lines >= MOST_HELD_LINES:
            self.count()

    def finish(self) -> None:
        """Count what is still held, and let the shares that this run measured hold for captures from now on.

        Not earlier, or a document of this run would be judged otherwise when it comes again.
        """
        self.count()
        capture = self._next_capture()

        def add(publisher: str, record: Json | None) -> Json | None:
            if record is None:
                return None
            steps = add_step([(first, share) for first, share in record["steps"]], self._shares[publisher], capture)
            return {**record, "steps": [list(step) for step in steps]}

        self._records.update(PUBLISHERS, list(self._shares), add)
        self._shares = {}

    def count(self) -> None:
        """Count what is held into the records, a few publishers at a time."""
        groups = dict(group_sightings(self._held))
        self._held, self._held_lines = [], 0
        if not groups:
            return
        decided = decided_proposals(self._records, self._learned)
        for start in range(0, len(groups), MOST_OPEN_PUBLISHERS):
            names = list(groups)[start : start + MOST_OPEN_PUBLISHERS]
            self._note_publishers(self._count_groups({name: groups[name] for name in names}), decided)
        forget_publishers(self._records, self._settings)

    def _count_groups(self, groups: Mapping[str, Sequence[Sighting]]) -> Mapping[str, PublisherCounts]:
        """Count sightings into the records of their publishers; give the counts that changed."""
        counted: dict[str, PublisherCounts] = {}

        def count(publisher: str, record: Json | None) -> Json | None:
            counts, is_changed = count_sightings(record, groups[publisher], self._day, self._settings)
            counted.pop(publisher, None)
            if not is_changed:
                return record
            counted[publisher] = counts
            return to_json(counts)

        self._records.update(COUNTS, list(groups), count)
        return counted

    def _run_in_shadow(self, sighting: Sighting) -> None:
        proposals = self._learned.proposals.get(sighting.publisher, {})
        taken = [line for line in sighting.lines if line.key in proposals and not line.taken] if proposals else []
        if taken:
            self.shadow.update(documents=1, lines=len(taken), characters=sum(len(line.text) for line in taken))

    def _note_publishers(self, counted: Mapping[str, PublisherCounts], decided: set[str]) -> None:
        """Keep beside the counts what a run reads at its start; remember the shares until the run ends."""
        shares = ((publisher, measure_usual_share(counts, self._settings)) for publisher, counts in counted.items())
        self._shares |= {publisher: share for publisher, share in shares if share is not None}
        proposals = {
            publisher: {
                each.key: each.id for each in propose_all(publisher, counts, self._settings) if is_open(each, decided)
            }
            for publisher, counts in counted.items()
        }

        def note(publisher: str, record: Json | None) -> Json:
            return {
                "day": self._day,
                "documents": len(counted[publisher].originals),
                "steps": record["steps"] if record else [],
                "proposals": proposals[publisher],
            }

        self._records.update(PUBLISHERS, list(counted), note)


def forget_publishers(records: Records, settings: LearnSettings) -> None:
    """Remove the publishers beyond the bound, those seen longest ago and of them those with the fewest documents."""
    seen = sorted((each["day"], each["documents"], name) for name, each in records.scan(PUBLISHERS))
    gone = [name for _, _, name in seen[: max(0, len(seen) - settings.max_publishers)]]
    records.delete(COUNTS, gone)
    records.delete(PUBLISHERS, gone)


def propose_all(publisher: str, counts: PublisherCounts, settings: LearnSettings) -> list[Proposal]:
    """Give the proposals of a publisher, by the words of the packaged rules."""
    return list(propose(publisher, counts, _vocabulary(), settings))


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(load_rules())


def is_open(proposal: Proposal, decided: set[str]) -> bool:
    """Tell whether a proposal waits for a decision: nobody made one, and no rule takes its line already."""
    return proposal.covered_by is None and proposal.id not in decided


def decided_proposals(records: RecordReader, learned: Learned) -> set[str]:
    """Name the proposals that were accepted or rejected."""
    return {*list_accepted(learned.rules), *(name for name, _ in records.scan(REJECTED))}


def read_counts(records: RecordReader) -> Mapping[str, PublisherCounts]:
    """Read the counts of every publisher."""
    return {publisher: from_json(record) for publisher, record in records.scan(COUNTS)}
