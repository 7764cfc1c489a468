"""Articles to put examples into: prose that no rule takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.clean.rulepack import Rule

Place = Callable[[str, Rule], str]

HEADLINE = "Ferry to the outer islands returns after long winter of repairs"
OPENING = """
The ferry to the outer islands sailed again on Tuesday for the first time since the storm of November, and the harbour \
was full of people who had come to see it leave.
Its captain, who has made the crossing for thirty years, said that she had missed the sound of the engine more than \
she had expected, and that the winter had felt long.
The owners spent four months on the hull and the ramp. A second ship, which was hired from the south in December, will \
stay until the end of the summer.
""".strip().splitlines()
CLOSING = """
On the islands the shops had run out of flour twice, and a school was closed for a week when the teachers could not \
come back from the mainland.
The council has asked for a bridge for as long as anybody can remember. It would cost more than every house on the \
islands is worth, an engineer told the assembly in March.
Nobody on the quay wanted to talk about that. They had brought a brass band, and it played until the ferry had passed \
the lighthouse and turned to the west.
""".strip().splitlines()


@pytest.fixture(scope="session")
def place() -> Place:
    """Give the function that puts an example where its rule may fire: at the head, within the body or at the tail."""

    def put(example: str, rule: Rule) -> str:
        parts = {
            "head": (example, *OPENING, *CLOSING),
            "tail": (HEADLINE, *OPENING, *CLOSING, example),
        }.get(rule.zone, (HEADLINE, *OPENING, example, *CLOSING))
        return "\n\n".join(parts)

    return put


@pytest.fixture(scope="session")
def article() -> str:
    """Give an article without chrome."""
    return "\n\n".join((HEADLINE, *OPENING, *CLOSING))
