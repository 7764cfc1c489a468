"""Dates and times as comment threads print them: patterns to find them by, and their ISO 8601 form."""

from __future__ import annotations

import re
from datetime import datetime

_MONTHS = (
    "jan(?:uary|uar|vier|uari)?|ene(?:ro)?|gen(?:naio)?|janeiro",
    "feb(?:ruary|ruar|rero|braio|ruari)?|f[ée]v(?:rier|ereiro)?",
    "mar(?:ch|zo|s|ço)?|märz|maart|mrt",
    "apr(?:il|ile)?|avr(?:il)?|abr(?:il)?",
    "may|mai|mayo|maggio|maio|mei|mag",
    "june?|juni|juin|junio|giugno|junho|giu",
    "july?|juli|juillet|julio|luglio|julho|juil|lug",
    "aug(?:ust|ustus)?|août|ago(?:sto)?",
    "sept?(?:ember|embre|tiembre)?|set(?:tembre|embro)?",
    "o[ck]t(?:ober|obre|ubre)?|ott(?:obre)?|out(?:ubro)?",
    "nov(?:ember|embre|iembre|embro)?",
    "de[czs](?:ember|embre|iembre)?|déc(?:embre)?|dic(?:iembre|embre)?|dez(?:ember|embro)?",
)
MONTH = "(?:" + "|".join(_MONTHS) + r")\.?"
WEEKDAY = (
    "(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|mié|jeu|jue|ven|vie|sam|sáb|dim|dom)[a-zäöüáéí]*"
)
DAY = (
    "(?:"
    rf"\d{{1,2}}(?:st|nd|rd|th|\.|er)?\s*(?:of |de )?{MONTH},?\s*(?:de )?\d{{2,4}}"
    rf"|{MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{2,4}}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
)
MONTH_DAY = rf"(?:{MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th|\.)?\s*{MONTH})"
DATE = rf"(?:{WEEKDAY}\.?,?\s+)?{DAY}"
TIME = r"\d{1,2}(?::|\.|h)\d{2}(?::\d{2})?\s*(?:[ap]\.?m\b\.?|uhr)?(?:\s*\(?(?:[A-Z]{2,4}T|UTC|GMT)\)?)?"
AGO = (
    r"(?:(?:(?:about|over|almost)\s+)?(?:\d+|an?)\s*"
    r"(?:s|m|h|d|w|y|mo|sec(?:ond)?s?|min(?:ute)?s?|hrs?|hours?|days?|weeks?|months?|years?)\s+ago"
    r"|vor (?:\d+|einem|einer) (?:sekunden?|minuten?|stunden?|tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?)"
    r"|il y a (?:\d+|une?) (?:secondes?|minutes?|heures?|jours?|semaines?|mois|ans?)"
    r"|hace (?:\d+|una?) (?:segundos?|minutos?|horas?|días?|semanas?|mes(?:es)?|años?)"
    r"|há (?:\d+|uma?) (?:segundos?|minutos?|horas?|dias?|semanas?|mês|meses|anos?)"
    r"|(?:\d+|une?|una|un'|een|uma?) ?(?:(?:second[io]|minut[io]|or[ae]|giorn[io]|settiman[ae]|mes[ei]|ann[io]) fa"
    r"|(?:seconden?|minu(?:ut|ten)|uur|uren|dag(?:en)?|we(?:ek|ken)|maand(?:en)?|ja(?:ar|ren)) geleden"
    r"|(?:segundos?|minutos?|horas?|dias?|semanas?|meses|anos?) atrás"
    r"|(?:minut(?:er)?|tim(?:me|mar)|dag(?:ar)?|veck(?:a|or)|månad(?:er)?|år) sedan))"
)
MOMENT = rf"(?:{DATE}(?:\s*(?:at|@|um|à|-|,|\|)?\s*{TIME})|{TIME}\s*(?:on|-|,|\|)?\s*{DATE}|{AGO})"

_AGO = re.compile(AGO, re.IGNORECASE)
_MONTH_NUMBERS = [re.compile(f"(?:{names})$") for names in _MONTHS]
_NAMED = re.compile(
    r"(?:(\d{1,2})\D{0,4}\s+)?([^\W\d_]{3,10})\.?,?\s*(?:de )?(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})"
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?::(\d{2}))?\s*([ap])?\.?m?")


def reads_as_age(text: str) -> bool:
    """Tell whether a time is no more than how long ago it was."""
    return _AGO.fullmatch(text) is not None


def read_moment(text: str) -> str | None:
    """Give the moment in ISO 8601 to what is stated, without a zone; None where the order of day and month is open."""
    lowered = text.lower()
    date = _read_date(lowered)
    if date is None:
        return None
    (year, month, day), rest = date
    clock = _CLOCK.search(rest)
    hour, minute, second = _read_clock(clock) if clock else (0, 0, 0)
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - threads name no zone
    except ValueError:
        return None
    return moment.isoformat() if clock else moment.date().isoformat()


def _read_date(text: str) -> tuple[tuple[int, int, int], str] | None:
    if match := _ISO.search(text):
        year, month, day = (int(part) for part in match.groups())
        return (year, month, day), text[match.end() :]
    for match in _NAMED.finditer(text):
        number = next((i for i, names in enumerate(_MONTH_NUMBERS, 1) if names.match(match[2])), None)
        given = match[1] or match[3]
        if number and given:
            return (int(match[4]), number, int(given)), text[: match.start()] + " " + text[match.end() :]
    return None


def _read_clock(match: re.Match[str]) -> tuple[int, int, int]:
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4] == "p" else 0)
    return hour, int(match[2]), int(match[3] or 0)
