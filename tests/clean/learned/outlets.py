"""Invented outlets: articles that share no sentence, with what their pages repeat around and among the prose."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from ingest.clean.cleaner import clean_text
from ingest.clean.learned.counts import PublisherCounts, count_sightings
from ingest.clean.learned.proposals import Proposal, propose
from ingest.clean.learned.settings import LearnSettings
from ingest.clean.learned.sightings import Sighting, sight
from ingest.clean.learned.vocabulary import Vocabulary
from ingest.clean.rulepack import load_rules
from ingest.clean.settings import CleanSettings

WHO = "the ferryman|a baker|the mayor of Olm|two fishermen|the school board|an engineer|her brother|the bell ringer"
DID = "mended|painted|sold|counted|carried|found|measured|drew|weighed|forgot"
WHAT = "the old bridge|eleven lanterns|a map of the marsh|the harbour clock|forty barrels|the north gate|a brass horn"
WHEN = "before the frost|in the spring|after the fair|on Saturday|while it rained|at low water|for the third time"
SETTINGS = LearnSettings()
VOCABULARY = Vocabulary(load_rules())


def write_prose(chance: random.Random) -> str:
    """Write a paragraph of three sentences that no other seed writes."""
    parts = [[chance.choice(pool.split("|")) for pool in (WHO, DID, WHAT, WHEN)] for _ in range(3)]
    number = chance.randrange(10**9)
    words = ["".join(chance.choice("aeioulmnrst") for _ in range(7)) for _ in range(3)]
    sentences = [
        f"{who.capitalize()} {did} {what} {when}, near {word.capitalize()}"
        for (who, did, what, when), word in zip(parts, words, strict=True)
    ]
    return f"{'. '.join(sentences)}, and entry {number} of the ledger says so."


def write_article(seed: int, *, head: Sequence[str] = (), among: Sequence[str] = (), tail: Sequence[str] = ()) -> str:
    """Write an article of eight paragraphs; the lines `among` stand at places that change."""
    chance = random.Random(seed)
    lines = [write_prose(chance) for _ in range(8)]
    for line in among:
        lines.insert(chance.randrange(1, 7), line)
    title = f"Ledger {seed} is opened {chance.choice(WHEN.split('|'))} in the town of {write_prose(chance).split()[-9]}"
    return "\n\n".join([title, *head, *lines, *tail])


def see(texts: Sequence[str], publisher: str = "echo.example", settings: LearnSettings = SETTINGS) -> list[Sighting]:
    """Clean texts and note what they show."""
    return [
        sight(publisher, f"{place:032x}", text, clean_text(text, CleanSettings()), settings)
        for place, text in enumerate(texts)
    ]


def count(texts: Sequence[str], settings: LearnSettings = SETTINGS) -> PublisherCounts:
    """Count texts as those of one publisher."""
    return count_sightings(None, see(texts, settings=settings), 100, settings)[0]


def propose_for(write: Callable[[int], str], documents: int = 12) -> dict[str, Proposal]:
    """Give the proposals of an outlet whose articles a function writes, by their line."""
    counts = count([write(seed) for seed in range(documents)])
    return {each.text: each for each in propose("echo.example", counts, VOCABULARY, SETTINGS)}
