"""Hostile texts of any length: each repeats what some part of cleaning looks for, or nearly so, or looks past."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ingest.clean.rulepack import Rule

Generator = Callable[[int], str]

PROSE = "The ferry to the outer islands sailed again on Tuesday, and the harbour was full of people who came to see it."
_LONGEST_LINE_CHARS = 2_000
_MONTHS = "January February March April May June July August September October November December"
_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")


def repeat(unit: str, *, before: str = "", after: str = "") -> Generator:
    """Make a text of one unit over and over between a beginning and an end."""
    return lambda length: before + unit * max(1, length // len(unit)) + after


def count_up(unit: str) -> Generator:
    """Make a text of a unit with its place in it, so that no two are alike."""
    return lambda length: "".join(unit.format(place) for place in range(max(1, length // (len(unit) + 2))))


def nest(opening: str, closing: str) -> Generator:
    """Make a text of brackets within brackets, all of them closed."""
    return lambda length: opening * (length // 2) + closing * (length // 2)


def below(unit: str, *, numbered: bool = False) -> Generator:
    """Put what is repeated under an article, where threads, menus and footers are looked for."""
    lead = "A headline that says what the ferry did\n\n" + f"{PROSE}\n\n" * 5
    rest = count_up(unit) if numbered else repeat(unit)
    return lambda length: lead + rest(length)


HOSTILE: Mapping[str, Generator] = {
    # Runs of one character.
    "digits": repeat("7"),
    "dots": repeat("."),
    "spaced dots": repeat(". "),
    "dashes": repeat("-"),
    "long dashes": repeat("—"),
    "quotes": repeat('"'),
    "curly quotes": repeat("“”"),
    "apostrophes": repeat("'a"),
    "at signs": repeat("@"),
    "colons": repeat(":"),
    "pipes": repeat(" | "),
    "slashes": repeat("/"),
    "hashes": repeat("#"),
    "copyright signs": repeat("©"),
    "question marks": repeat("?! "),
    "letters": repeat("a"),
    "capitals": repeat("A"),
    "initials": repeat("A. "),
    "blanks": repeat(" ", before="a", after="b"),
    "no-break spaces": repeat("\u00a0", before="a", after="b"),
    "tabs": repeat("\t", before="a", after="b"),
    "line feeds": repeat("\n", before="a", after="b"),
    "carriage returns": repeat("\r", before="a", after="b"),
    "line ends of both kinds": repeat("a\r\n\r"),
    "line separators": repeat("a\u2028"),
    # What repair looks for.
    "combining marks": repeat("\u0301", before="a"),
    "marks beside joiners": repeat("a\u0301\u200d\u0301\u200b"),
    "zero-width spaces": repeat("\u200b"),
    "zero-width joiners": repeat("\u200d"),
    "direction marks": repeat("\u202e\u200f"),
    "direction marks in Hebrew": repeat("\u05d0\u200f"),
    "byte order marks": repeat("\ufeffa"),
    "nulls": repeat("\x00a"),
    "form feeds": repeat("\x0c \x0ca"),
    "surrogates": repeat("\ud800a"),
    # Runs that repair takes only beside something, which never comes.
    "carriage returns before a letter": repeat("\r", before="a", after="b\n"),
    "carriage returns between line feeds": repeat("\r", before="a\n", after="\nb"),
    "vertical tabs before a letter": repeat("\x0b", before="a", after="b"),
    "separators of both kinds": repeat("\x1c\x85", before="a", after="b"),
    "zero-width spaces before a letter": repeat("\u200b", before="a", after="b"),
    "joiners before a mark": repeat("\u200d", before="\u0915", after="\u094d"),
    "joiners before an accent": repeat("\u200c", before="a", after="\u00e9"),
    "marks on every letter": repeat("a" + "\u0301" * 40),
    # Brackets and quotations.
    "open brackets": repeat("("),
    "nested brackets": nest("(", ")"),
    "nested square brackets": nest("[", "]"),
    "bracketed credits": repeat("Ann at sea (Ann Lee/Reuters) "),
    "credits that never close": repeat("Photo: (Ann Lee/Reuters "),
    # Prose, whole and near it.
    "sentences on one line": repeat(f"{PROSE} "),
    "capitalised words on one line": repeat("Then She Said That He Went To Her "),
    "seams": repeat("a bridge over the river The mayor of the town said it was late "),
    "abbreviations": repeat("Mr. St. Gov. J. R. "),
    "paragraphs": repeat(f"{PROSE}\n\n"),
    "numbered paragraphs": count_up(f"{{}}. {PROSE}\n\n"),
    "short lines": repeat("Ann\n"),
    "short lines, none alike": count_up("Ann {}\n"),
    "one word": repeat("word "),
    # Dates and names.
    "month names": repeat(f"{_MONTHS} "),
    "dates on one line": repeat("March 3, 2019 at 9:15 am "),
    "date lines": below("March 3, 2019\n"),
    "weekdays": repeat("Mon Tue Wed Thu Fri "),
    "names with initials": repeat("Ann B. Lee, J. R. van der Berg and "),
    "bylines": below("By Ann Lee and Ben Ray\n"),
    "by on one line": repeat("by "),
    "addresses": repeat("https://a.example/b?c=d&e=f "),
    "mail addresses": repeat("ann.lee@wire.example "),
    "handles": repeat("@ann_lee "),
    # Captions and credits.
    "labels on one line": repeat("Getty 1 Ann Lee smiles at the ferry Image caption It sails again "),
    "counted pictures": repeat("1/8 Ann at the quay 2/8 Ben at the quay "),
    "credit lines": below("Ann at the quay on Tuesday\nPhoto: Ann Lee/Reuters\n"),
    "teasers on one line": repeat("Done. Related articles Ferry sails again Bridge stays shut The mayor said so. "),
    # Threads of comments and what is nearly one.
    "comment headers": repeat("Comments\n"),
    "comment headers with counts": count_up("{} comments\n"),
    "headers below an article": below("Leave a comment\nComments\n"),
    "thread": below("Ann {} says:\nMarch 3, 2019 at 9:15 am\nI saw it sail.\nReply\n", numbered=True),
    "thread of one author": below("Ann Lee says:\nIt sailed, and I saw it.\n"),
    "thread with numbers": below("{}. Ann wrote:\nIt sailed.\n", numbered=True),
    "replies to replies": below("Ann {} says:\n@Ann 1: it sailed.\n", numbered=True),
    "replies to numbers": below("Comment number {}\n#1 it sailed.\n", numbered=True),
    "ages": below("3 hours ago\n"),
    "named ages": below("Ann Lee\n3 hours ago\nIt sailed.\n"),
    "trailers": below("It sailed, I saw it.\nPosted by Ann | March 3, 2019 9:15 am\n"),
    "says without a time": below("Ann says:\n"),
    "handles as marks": below("ann_lee1\nIt sailed.\n"),
    "faint dates": below("Ann, March 3, 2019\nIt sailed.\n\nI saw.\n"),
    "interface lines": below("Reply\nLike\nReport\nShare\n"),
    "indented thread": below("   {}. Ann says:\n      It sailed.\n", numbered=True),
    # Blocks, menus, edges.
    "related headers": repeat("Related articles\n"),
    "related blocks": below("Related articles\n• The bridge stays shut until the spring\n"),
    "bullets": repeat("• Home\n"),
    "bulleted titles between prose": repeat(f"{PROSE}\n• The bridge stays shut until spring\n"),
    "list items": count_up("{}. The bridge stays shut\n"),
    "menus": below("• Home\n• News\n• Sport\n"),
    "tags": below("Tags: ferry, harbour, islands\n"),
    # Rights.
    "copyright words": repeat("copyright "),
    "copyright lines": below("Copyright The Wick Observer Limited 2021. All rights reserved.\n"),
    "years": repeat("2019-2020, 2021 and "),
    "copyright line without an end": repeat("2021 Wick, ", before="Copyright "),
    "rights within brackets": repeat("(c) [2020-", before="© "),
}


def pump_rule(rule: Rule) -> Iterator[tuple[str, Generator]]:
    """Derive hostile texts from a rule's examples and patterns, so that a new rule is covered as it is written.

    On one line, on many, and on lines as long as it looks at: its examples, each half of them, and
    the words of its patterns, whose endings stay away.
    """
    for kind, example in (("strips", rule.strips), ("keeps", rule.keeps)):
        flat = " ".join(example.split())
        yield f"{kind} on one line", repeat(f"{flat} ")
        yield f"{kind} on many lines", below(f"{example}\n")
        yield f"beginning of {kind}", repeat(flat[: max(1, len(flat) // 2)])
        yield f"end of {kind}", repeat(flat[len(flat) // 2 :] or flat)
        yield f"{kind} on its longest lines", repeat(fill(f"{flat} ", rule.max_length))
    for number, pattern in enumerate(rule.patterns, start=1):
        words = find_words(pattern)
        yield f"words of pattern {number}", repeat(" ".join(words)[:4000] + " ")
        yield f"first word of pattern {number}", repeat(f"{words[0]} ")
        yield f"first word and digits of pattern {number}", repeat(f"{words[0]} 12 ")


def fill(unit: str, longest: int) -> str:
    """Repeat a unit to a line as long as a rule still looks at, a few thousand characters at most."""
    return unit * max(1, min(longest, _LONGEST_LINE_CHARS) // len(unit)) + "\n"


def find_words(pattern: str) -> list[str]:
    """Give the literal words of a pattern, in order; classes and groups fall away."""
    plain = re.sub(r"\(\?P<\w+>|\(\?[a-z-]*:|\\[pP]\{\w+\}|\\.|\[[^\]]*\]|\{[\d,]*\}", "\n", pattern)
    return _WORDS.findall(plain) or ["a"]
