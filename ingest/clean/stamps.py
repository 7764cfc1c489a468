"""Lines that say when something was published, in the languages that pages come in: nothing but a date, a time, an age.

Moments of comments are read elsewhere; here a line is only told from prose and from titles.
"""

from __future__ import annotations

import re
from typing import Final

from ingest.clean.lines import Line
from ingest.clean.moments import AGO

_MOST_CHARS = 64
_MOST_DATED_CHARS = 110
_LEAST_SHARE = 0.4
_LEAST_SHARE_APART = 0.25
_MONTH: Final = (
    r"(?:jan|feb|f[ée]v|mar|mär|mrt|maa|apr|avr|abr|ma[yijg]|jun|jui|jul|lug|giu|gen|ene|aug|ao[uû]|ago|sep|set|o[ck]t"
    r"|out|ott|nov|de[czs]|déc|dic|dez|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|січ|лют|берез|квіт|трав|черв"
    r"|лип|серп|верес|жовт|листоп|груд|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|oca|şub|nis|haz|tem|ağu|eyl|eki|kas"
    r"|ara)[^\W\d_]{0,9}\.?"
)
_YEAR = r"(?:19|20)\d\d"
_WORD: Final = r"[^\W\d_]"
_DAY = (
    rf"(?:\d{{1,2}}\. ?\d{{1,2}}\. ?{_YEAR}|\d{{1,2}}[./-]\d{{1,2}}[./-]{_YEAR}|{_YEAR}[-./]\d{{1,2}}[-./]\d{{1,2}}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th|er|º)? (?:de |d')?{_MONTH},? (?:de |del )?{_YEAR}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}"
    rf"|{_YEAR}年 ?\d{{1,2}}月 ?\d{{1,2}}日|{_YEAR}년 ?\d{{1,2}}월 ?\d{{1,2}}일)"
)
_CLOCK = (
    r"(?:\d{1,2}[時时]\d{2}分|\d{1,2}[:.h]\d{2}(?::\d{2})?(?: ?[ap]\.?m\b\.?| ?uhr| ?uur| ?hs?\b)?"
    r"(?: ?\(?(?:[a-z]{2,4}t|utc|gmt|mez)\)?)?)"
)
_NEAR = (
    r"(?:today|yesterday|(?:mon|tues|wednes|thurs|fri|satur|sun)day|heute|gestern|aujourd'hui|hier|hoy|ayer|oggi|ieri|hoje"
    r"|ontem|vandaag|gisteren|idag|i dag|igår|i går|dnes|včera|dzisiaj|wczoraj|сегодня|вчера|сьогодні|вчора|bugün|dün)"
)
_AGE = (
    rf"(?:{AGO}|\d+ ?(?:分|時間|日|週間|か月|小时|小時|分钟|分鐘|天|시간|분|일) ?(?:前|전)"
    rf"|\d+ (?:минут|час|д(?:ень|ня|ней)|недел|годин|хвилин|dakika|saat|gün|godzin|minut|hodin|dn[ií]|timer?){_WORD}* "
    r"(?:назад|тому|önce|temu|zpět|siden))"
)
_LABEL = (
    rf"(?:{_WORD}+(?:['/ ]{_WORD}+){{0,3}}: ?|(?:published|posted|updated|last modified|first published"
    r"|publish(?:ed)? date|stand|am|le|el|il|em|op|on|at|den|aktualisiert|veröffentlicht|publié|publicado|pubblicato"
    r"|gepubliceerd)(?: (?:on|at|le|el|am))? )?"
)
_JOIN = r"(?: ?[,@|·•/-] ?| (?:at|um|à|a las?|alle|ore|às|om|kl\.?|v|o|в|о|saat|-) | )"
_WEEKDAY = rf"(?:{_WORD}{{2,12}}\.?,? )?"
_WHEN = rf"(?:{_WEEKDAY}{_DAY}(?:{_JOIN}{_CLOCK})?|{_CLOCK}{_JOIN}{_WEEKDAY}{_DAY}|{_NEAR},?{_JOIN}{_CLOCK}|{_AGE})"
_STAMP = re.compile(rf"(?i)(?:[•-] ?)?{_LABEL}{_WHEN}(?: ?[|/,;·•-]? ?{_LABEL}{_WHEN})?\.?")
_ONLY_AGE = re.compile(rf"(?i)(?:[•-] ?)?{_AGE}\.?")
_APART = re.compile(r"[|•·/]")
_BY = re.compile(r"(?i)\bby\b")
_DATED = re.compile(rf"(?i)(?:^|\D){_WHEN}")


def is_stamp(line: Line) -> bool:
    """Tell whether a line is nothing but a date, with its time or its label, or how long ago something was."""
    return len(line) <= _MOST_CHARS and _has_digit(line) and _STAMP.fullmatch(line.text) is not None


def is_age(line: Line) -> bool:
    """Tell whether a line says how long ago something was, and nothing else."""
    return len(line) <= _MOST_CHARS and _ONLY_AGE.fullmatch(line.text) is not None


def is_dated(line: Line) -> bool:
    """Tell whether a short line that is no sentence is a date for the most part, with a name or a section beside it."""
    if len(line) > _MOST_DATED_CHARS or line.is_sentence or not _has_digit(line):
        return False
    dated = [match.group() for match in _DATED.finditer(line.text)]
    if _BY.search(line.text):
        return False
    least = _LEAST_SHARE_APART if _APART.search(line.text) else _LEAST_SHARE
    return sum(map(len, dated)) >= least * len(line)


def _has_digit(line: Line) -> bool:
    return not line.text.isalpha() and any(char.isdigit() for char in line.text)
