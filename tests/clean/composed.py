"""Articles as scrapers leave them, composed from invented prose, every rule's examples, threads, glue and line ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from ingest.clean.rulepack import load_rules

HEADLINES = (
    "Ferry to the outer islands returns after long winter of repairs",
    "Who felled the orchard above Lower Wick?",
    "Council votes for a bridge that nobody will pay for",
)
PROSE = (
    "The ferry to the outer islands sailed again on Tuesday, and the harbour was full of people who came to see it.",
    "Its captain, who has made the crossing for thirty years, said that she had missed the sound of the engine.",
    "Nobody on the quay wanted to talk about the bridge that the council has asked for since the war.",
    "“We had flour for a week and no more,” the baker said. “Then the helicopter came, and with it the post.”",
    "In the school the children drew the ship from memory, and forty drawings hang in the corridor today.",
    "LISSE (Northgate Press) — The owners spent four months on the hull, on the ramp and on a second engine.",
    "A newsletter of the harbour board had promised cookies and a copyright lawyer’s talk; it rained, and few came.",
)
SUBHEADS = ("A winter without flour", "What happens now?", "The bridge", "• A lift for the old", "1. The hull")
EXAMPLES = tuple(dict.fromkeys(example for rule in load_rules() for example in (rule.strips, rule.keeps)))
SAYINGS = (
    "I was there and it was great.",
    "Why is nobody talking about the bridge? My sister lives there and she waits for hours!!",
    "lol",
    "@Ann you are wrong. We had flour all winter, and I should know, since I sold it.",
    "Well put.\n\nThe board should resign.",
)
NAMES = ("Ann Lee", "ben_77", "Piet van der Berg", "J. R.", "Anonymous")
HEADERS = ("Comments", "3 comments", "Leave a reply", "CommentsJump to comments section", "Join the conversation")
MARKS = (
    "{name} says:\nMarch {day}, 2019 at 9:15 am\n{said}\nReply",
    "{day}. {name} wrote:\n{said}",
    "{name}\n{day} hours ago\n{said}\nLike · Reply",
    "{said}\nPosted by {name} | March {day}, 2019 9:15 am",
    "Comment number {day}\n{name}\n{said}",
    "{name} {day} March 2019 09:15\n{said}",
)
LEFTOVERS = ("", " ", "\r", "\u00a0", "Reply", "Ann Lee", "March 3, 2019 at 9:15 am", "1", "•", "|", "\u200b", "…")
CHANGES: Sequence[Callable[[str], str]] = (
    lambda text: text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "\n\n"),
    lambda text: text.replace("\n", " "),
    lambda text: text.replace("\n", ""),
    lambda text: text.replace("\n", "\n   "),
    lambda text: text.replace(" ", "\u00a0"),
    str.upper,
)

_line = st.one_of(
    st.sampled_from(PROSE), st.sampled_from(PROSE), st.sampled_from(EXAMPLES), st.sampled_from((*SUBHEADS, *LEFTOVERS))
)
# Chrome run into prose, on either side, with a blank between them or none.
_glued = st.tuples(st.sampled_from(EXAMPLES), st.sampled_from(PROSE), st.sampled_from(("", " ")), st.booleans()).map(
    lambda parts: parts[2].join(parts[:2] if parts[3] else (parts[1], parts[0]))
)
_comment = st.builds(
    lambda mark, name, day, said: mark.format(name=name, day=day, said=said),
    st.sampled_from(MARKS), st.sampled_from(NAMES), st.integers(1, 28), st.sampled_from(SAYINGS),
)  # fmt: skip
_thread = st.tuples(st.sampled_from(("", *HEADERS)), st.lists(_comment, min_size=1, max_size=6)).map(
    lambda parts: "\n".join((parts[0], *parts[1]))
)
_same_thread = st.tuples(
    st.sampled_from(MARKS), st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(SAYINGS)))
).map(
    lambda parts: "\n".join(
        parts[0].format(name=name, day=day, said=said) for day, (name, said) in enumerate(parts[1], start=1)
    )
)
_body = st.lists(st.one_of(_line, _line, _glued), max_size=12)
_parts = st.tuples(
    st.sampled_from(("", *HEADLINES)), _body, st.one_of(st.just(""), _thread, _same_thread), st.lists(_line, max_size=4)
).map(lambda parts: "\n".join((parts[0], *parts[1], parts[2], *parts[3])))

COMPOSED: st.SearchStrategy[str] = st.tuples(_parts, st.sampled_from(CHANGES)).map(lambda parts: parts[1](parts[0]))
