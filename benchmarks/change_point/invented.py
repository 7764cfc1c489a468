"""Invented documents: threads of comments in many layouts, and articles that only look as if they had some."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.change_point import phrases

MONTHS = ("January", "March", "May", "July", "August", "October", "November", "December")
SHORT_MONTHS = ("Jan", "Mar", "May", "Jul", "Aug", "Oct", "Nov", "Dec")
GERMAN_MONTHS = ("Januar", "März", "Mai", "Juli", "August", "Oktober", "November", "Dezember")
SAID_ON = ("{0} on {1} said:", "{0} at {1}", "{0} | {1}", "{0} {1}", "On {1} {0}")
BUTTONS = (
    "Reply",
    "Reply · Report · Like",
    "Like",
    "Report",
    "Antworten",
    "Répondre",
    "Responder",
    "Share",
    "Permalink",
)
HEADERS = (
    "Comments",
    "12 Comments",
    '3 responses to "Ferry returns"',
    "Leave a comment",
    "Kommentare (7)",
    "Discussion",
)


@dataclass(frozen=True, slots=True)
class Said:
    """A comment: who says it, when, and its lines."""

    author: str
    time: str
    lines: tuple[str, ...]


Layout = Callable[[random.Random, int, Said], list[str]]


def invent_author(rng: random.Random) -> str:
    """Invent a name, a handle, or a name with a place."""
    first, last = rng.choice(phrases.FIRST_NAMES), rng.choice(phrases.LAST_NAMES)
    forms = (first, f"{first} {last}", f"{first} {last[0]}.", rng.choice(phrases.HANDLES), rng.choice(phrases.HANDLES))
    return rng.choice((*forms, first.lower(), f"{first}{rng.randint(1, 99)}", f"{first} {last}"))


def invent_time(rng: random.Random, style: int) -> str:
    """Invent a time as threads print it; one `style` for a thread."""
    month, day, year = rng.randrange(8), rng.randint(1, 28), rng.randint(2006, 2024)
    hour, minute = rng.randint(1, 12), rng.randint(0, 59)
    half = rng.choice(("am", "pm"))
    return (
        f"{MONTHS[month]} {day}, {year} at {hour}:{minute:02} {half}",
        f"{day} {SHORT_MONTHS[month]} {year} {hour}:{minute:02}",
        f"{rng.randint(1, 23)} hours ago",
        f"{MONTHS[month]} {day}, {year}",
        f"{year}-{month + 1:02}-{day:02} {hour:02}:{minute:02}",
        f"{day}. {GERMAN_MONTHS[month]} {year} um {hour}:{minute:02} Uhr",
        f"{rng.randint(2, 11)}/{day}/{year}",
        f"{day}.{month + 1:02}.{year}, {hour:02}:{minute:02}",
        f"{hour}:{minute:02} {half}",
        f"vor {rng.randint(2, 9)} Jahren",
        f"{rng.randint(2, 50)}m",
    )[style]


STYLES = 11


def join_prose(lines: Sequence[str]) -> str:
    """Join sentences into a paragraph."""
    return " ".join(lines)


def say(rng: random.Random, language: str, length: int) -> tuple[str, ...]:
    """Invent what a comment says, in one to four lines; a third of long ones are well written."""
    if length > 3 and rng.random() < 0.35:
        return tuple(rng.sample(phrases.ESSAYS, rng.randint(1, 2)))
    pool = phrases.SAID[language]
    count = 1 if rng.random() < 0.6 else rng.randint(2, 4)
    sizes = (min(len(pool), rng.randint(1, max(1, length))) for _ in range(count))
    return tuple(join_prose(rng.sample(pool, size)) for size in sizes)


def under_name(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name above."""
    return [said.author, *said.lines]


def under_name_and_time(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name and time above, each on a line."""
    return [said.author, said.time, *said.lines]


def over_time(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name above, time below."""
    return [said.author, *said.lines, said.time]


def under_says(rng: random.Random, number: int, said: Said) -> list[str]:
    """A name that says."""
    return [f"{said.author} says:", said.time, *said.lines]


def over_signature(rng: random.Random, number: int, said: Said) -> list[str]:
    """Signed below."""
    return [*said.lines, f"Posted by: {said.author} | {said.time}"]


def over_bare_signature(rng: random.Random, number: int, said: Said) -> list[str]:
    """Time and name below."""
    return [*said.lines, f"{said.time} {said.author}"]


def over_name(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name below, with a dash."""
    return [*said.lines, f"- {said.author}"]


def numbered(rng: random.Random, number: int, said: Said) -> list[str]:
    """Numbered, with name and time on one line."""
    return [f"{number}. {said.author} {said.time}", *said.lines]


def on_one_line(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name, time and words on one line."""
    return [f"{said.author}, {said.time}: {said.lines[0]}", *said.lines[1:]]


def led_by_name(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name before the words."""
    return [f"{said.author}: {said.lines[0]}", *said.lines[1:]]


def bare(rng: random.Random, number: int, said: Said) -> list[str]:
    """Only words."""
    return list(said.lines)


def under_time(rng: random.Random, number: int, said: Said) -> list[str]:
    """Only a time above."""
    return [said.time, *said.lines]


def with_link(rng: random.Random, number: int, said: Said) -> list[str]:
    """A link of the author's and the name."""
    return [f"http://{said.author.lower().replace(' ', '')}.example {said.author}", *said.lines]


def with_badge(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name, rank, time."""
    return [said.author, rng.choice(("Member", "Gast", "Level 3", "Top Contributor", "5819")), said.time, *said.lines]


def under_split_time(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name, date and clock, each on a line."""
    day, _, clock = said.time.partition(" at ")
    return [said.author, day, *([clock] if clock else []), *said.lines]


def under_said_on(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name and time on one line that says so."""
    return [
        rng.choice(SAID_ON).format(said.author, said.time),
        *said.lines,
    ]


def under_posted(rng: random.Random, number: int, said: Said) -> list[str]:
    """A heading that says who posted."""
    return [f"Posted by {said.author} on {said.time}", *said.lines]


def over_rated_time(rng: random.Random, number: int, said: Said) -> list[str]:
    """Name above, time and rating below."""
    return [said.author, *said.lines, f"{said.time} +{rng.randint(0, 30)}"]


LAYOUTS: tuple[Layout, ...] = (
    under_name, under_name, under_name_and_time, under_name_and_time, over_time, under_says, over_signature,
    over_bare_signature, over_name, numbered, on_one_line, led_by_name, bare, under_time, with_link, with_badge,
    under_split_time, under_said_on, under_said_on, under_posted, over_rated_time,
)  # fmt: skip


def invent_thread(rng: random.Random, language: str) -> list[str]:
    """Invent a thread of 1 to 14 comments in one layout, with or without buttons and nested replies."""
    style, length = rng.randrange(STYLES), rng.choice((1, 2, 3, 5))
    authors = [invent_author(rng) for _ in range(rng.randint(2, 8))]
    count = rng.choice((1, 2, 2, 3, 4, 6, 9, 14))
    said = [Said(rng.choice(authors), invent_time(rng, style), say(rng, language, length)) for _ in range(count)]
    return lay_out(rng, said)


def lay_out(rng: random.Random, said: Sequence[Said]) -> list[str]:
    """Set comments in one layout, chosen at random, some with buttons, some with replies indented."""
    layout, button = rng.choice(LAYOUTS), rng.choice(BUTTONS) if rng.random() < 0.3 else None
    nested = rng.random() < 0.2
    lines: list[str] = [rng.choice(HEADERS)] if rng.random() < 0.1 else []
    for number, each in enumerate(said, 1):
        indent = "    " * rng.randint(0, 2) if nested else ""
        lines += [indent + line for line in layout(rng, number, each)]
        if button:
            lines.append(indent + button)
    return lines


def invent_report(rng: random.Random, language: str) -> list[str]:
    """Invent the paragraphs of a report."""
    pool = phrases.REPORTED[language]
    count = rng.randint(3, 14)
    return [join_prose(rng.sample(pool, min(len(pool), rng.randint(1, 3)))) for _ in range(count)]


def invent_column(rng: random.Random, language: str) -> list[str]:
    """Invent an opinion in the first person; a recipe's and a diary's voice is the same."""
    return [join_prose(rng.sample(phrases.COLUMN, rng.randint(1, 4))) for _ in range(rng.randint(4, 12))]


def invent_interview(rng: random.Random, language: str) -> list[str]:
    """Invent an interview: questions and answers, with or without the speakers' names."""
    host, guest = rng.choice((("Q", "A"), ("Gazette", "Lind"), ("", ""), ("SKERRY", "HOLM"), ("Ann Lee", "Mira Holm")))
    lines = invent_report(rng, "en")[:2]
    for _ in range(rng.randint(3, 9)):
        question, answer = rng.choice(phrases.QUESTIONS), join_prose(rng.sample(phrases.ANSWERS, rng.randint(1, 3)))
        lines += [f"{host}: {question}" if host else question, f"{guest}: {answer}" if guest else answer]
    return lines


def invent_advice(rng: random.Random, language: str) -> list[str]:
    """Invent a page of questions sent in by readers, and its answers: signed, and yet the article."""
    lines = invent_report(rng, "en")[:1]
    for _ in range(rng.randint(2, 5)):
        asked = join_prose(rng.sample(phrases.COLUMN, rng.randint(1, 3)))
        lines += [f"Dear {rng.choice(phrases.FIRST_NAMES)},", asked, f"{rng.choice(phrases.FIRST_NAMES)}, Northport"]
        lines.append(join_prose(rng.sample(phrases.ANSWERS, rng.randint(1, 3))))
    return lines


def invent_letters(rng: random.Random, language: str) -> list[str]:
    """Invent a page of letters to the editor."""
    lines = []
    for _ in range(rng.randint(2, 5)):
        author = f"{rng.choice(phrases.FIRST_NAMES)} {rng.choice(phrases.LAST_NAMES)}"
        lines += ["Sir,", join_prose(rng.sample(phrases.COLUMN, 2)), join_prose(rng.sample(phrases.ESSAYS, 1)), author]
    return lines


def invent_live_report(rng: random.Random, language: str) -> list[str]:
    """Invent a live report: times above or before entries."""
    style, beside = rng.choice((2, 8, 0)), rng.random() < 0.5
    lines = invent_report(rng, language)[:2]
    for _ in range(rng.randint(4, 14)):
        time, said = invent_time(rng, style), join_prose(rng.sample(phrases.REPORTED[language], 2))
        lines += [f"{time} - {said}"] if beside else [time, said]
    return lines


def invent_transcript(rng: random.Random, language: str) -> list[str]:
    """Invent a transcript of several voices."""
    voices = [rng.choice(phrases.LAST_NAMES).upper() for _ in range(3)]
    pool = phrases.ANSWERS + phrases.QUESTIONS + phrases.COLUMN
    return [
        f"{rng.choice(voices)}: {join_prose(rng.sample(pool, rng.randint(1, 3)))}" for _ in range(rng.randint(6, 20))
    ]


def invent_list(rng: random.Random, language: str) -> list[str]:
    """Invent a list of places or persons: short headings with text below, some with a date or an address."""
    lines = invent_report(rng, language)[:2]
    for number in range(1, rng.randint(4, 11)):
        name = f"{rng.choice(phrases.FIRST_NAMES)} {rng.choice(phrases.LAST_NAMES)}"
        lines.append(rng.choice((f"{number}. {name}", name, f"{name} ({rng.randint(1950, 2000)})")))
        lines.append(join_prose(rng.sample(phrases.REPORTED[language], rng.randint(1, 2))))
    return lines


def invent_round_up(rng: random.Random, language: str) -> list[str]:
    """Invent an article that quotes posts of a network between its paragraphs, with names and dates."""
    lines: list[str] = []
    for paragraph in invent_report(rng, language):
        lines.append(paragraph)
        if rng.random() < 0.4:
            lines += [rng.choice(phrases.SAID[language]), f"- {invent_author(rng)} (@{rng.choice(phrases.HANDLES)})"]
            lines[-1] += f" {invent_time(rng, 3)}"
    return [*lines, *invent_report(rng, language)[:2]]


def invent_chrome(rng: random.Random, language: str) -> list[str]:
    """Invent an article with menus, teasers with dates, and a box about its author after it."""
    lines = invent_report(rng, language)
    author = f"{rng.choice(phrases.FIRST_NAMES)} {rng.choice(phrases.LAST_NAMES)}"
    tail = [author, f"{author} writes about the islands and has lived there since 2009."] if rng.random() < 0.5 else []
    for teaser in rng.sample(phrases.TEASERS, rng.randint(3, 8)):
        tail += [teaser, invent_time(rng, 3)] if rng.random() < 0.4 else [teaser]
    return [*lines, *tail, *rng.sample(phrases.MENU, rng.randint(3, 9))]


def invent_posts(rng: random.Random, language: str) -> list[str]:
    """Invent an article that quotes posts of a network, each on a line with its author and date."""
    lines = invent_report(rng, language)
    for _ in range(rng.randint(1, 7)):
        said = rng.choice((*phrases.SAID[language], *phrases.COLUMN)) + rng.choice(
            ("", " 😂😂", " 🙄", " #ferry", " lol")
        )
        link = rng.choice(("", " pic.posts.example/GbCv", " https://p.example/qm9w"))
        name, month = invent_author(rng), rng.choice(MONTHS)
        handle, day, year = rng.choice(phrases.HANDLES), rng.randint(1, 28), rng.randint(2009, 2024)
        post = f"{said}{link} — {name} (@{handle}) {month} {day}, {year}"
        lines.insert(rng.randint(1, len(lines)), post)
        if rng.random() < 0.3:
            lines.append(rng.choice(("😂😂😂", "And another:", "She writes:", "He wrote:", post)))
    return lines


def invent_items(rng: random.Random, language: str) -> list[str]:
    """Invent an article with a list of short items, ingredients or symptoms, and what follows it."""
    lines = invent_report(rng, language)
    place = rng.randint(2, len(lines))
    items = rng.sample(phrases.ITEMS, rng.randint(3, 10))
    return [*lines[:place], *items, *lines[place:]]


def invent_log(rng: random.Random, language: str) -> list[str]:
    """Invent a report that retells messages with their times, in quotation marks."""
    lines = invent_report(rng, "en")[:4]
    for _ in range(rng.randint(4, 12)):
        hour, minute = rng.randint(1, 12), rng.randint(0, 59)
        said = rng.choice((*phrases.ANSWERS, *phrases.COLUMN))
        lines += rng.choice(
            (
                [f"At {hour}:{minute:02} p.m., the crew reports from the pier.", f'"{said}"'],
                [f'"{said}"'],
                ["He writes:", f'"{said}"'],
            )
        )
    return lines


def invent_quotes(rng: random.Random, language: str) -> list[str]:
    """Invent an article that lets several people speak in turn, in quotation marks."""
    lines = invent_report(rng, language)
    says = rng.choice(("{} said:", "{} says:", "{}:", "{} wrote:"))
    for _ in range(rng.randint(2, 8)):
        name = f"{rng.choice(phrases.FIRST_NAMES)} {rng.choice(phrases.LAST_NAMES)}"
        said = rng.choice((*phrases.ANSWERS, *phrases.COLUMN, *phrases.REPORTED["en"])).replace('"', "")
        lines += [says.format(name), f'"{said}"']
    return lines


def invent_footer(rng: random.Random, language: str) -> list[str]:
    """Invent an article with what a page says to its visitor after it."""
    lines = invent_report(rng, language) if rng.random() < 0.6 else invent_column(rng, language)
    said = rng.sample(phrases.ACCOUNT, rng.randint(1, 6))
    teasers = rng.sample(phrases.TEASERS, rng.randint(0, 4))
    tail = [*said, *teasers, *rng.sample(phrases.MENU, rng.randint(0, 4))]
    rng.shuffle(tail)
    return [*lines, *tail]


NEGATIVES = (
    invent_posts, invent_posts, invent_items, invent_quotes, invent_log, invent_footer, invent_footer,
    invent_report, invent_column, invent_interview, invent_advice, invent_letters, invent_live_report,
    invent_transcript, invent_list, invent_round_up, invent_chrome, invent_column,
)  # fmt: skip
