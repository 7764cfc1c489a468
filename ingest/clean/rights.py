"""From a copyright line to who holds the rights and for which years."""

from __future__ import annotations

import re

from ingest.model import Rights

# What a notice says beside its holder, in several languages.
_RESERVED = re.compile(
    r"(?i)(?:все|всі|усі) права\b.*|(?:جميع|كافة|كل) (?:ال)?حقوق.*|(?:تمامی|کلیه) حقوق.*|כל הזכויות.*"
    r"|保留(?:所有|一切)?(?:权利|權利).*|未[经經].*|不得转载.*|不得轉載.*|禁止转载.*|無断.*|转载.*|轉載.*|禁無断.*|무단.*|재배포.*"
    r"|all rights reserved.*|tous droits r[eé]serv.*|todos (?:los|os) d\w+ reservados.*|alle rechten? vorbehouden.*"
    r"|alle rechte vorbehalten.*|tutti i diritti.*|wszelkie prawa.*|všechna práva.*|minden jog.*|toate drepturile.*"
    r"|tüm hakları.*|alla rättigheter.*|alle rettigheter.*|kaikki oikeudet.*|με επιφύλαξη.*"
)
_YEAR = r"(?:1[89]|20)\d{2}"
_YEARS = re.compile(rf"[\[(]?\s*({_YEAR}(?:\s*(?:[-–—/,&]|to|and)\s*(?:{_YEAR}|\d{{2}}(?!\d)))*)\s*[\])]?")
_SINGLE_YEAR = re.compile(_YEAR)
_SIGN = re.compile(
    r"(?i)\bcopyright\b|©|\(c\)|ⓒ|℗|^@|(?<=\s)@(?=\s)|\bcopr\.|[版著][权權作][所权權]有?|저작권자?|حقوق (?:النشر|الطبع)"
)
_TRIM = " \t\u00a0.,;:。、，：；،؛|-–—•·*/()[]&@"
_END = re.compile(
    r"(?i)[\n|]|\.\s*all rights|,?\s*all rights reserved|,?\s*(?:alle rechte|tous droits|todos (?:los|os) d"
    r"|tutti i diritti|alle rechten)"
    r"|(?<!\binc)(?<!\bltd)(?<!\bco)(?<!\bcorp)(?<!\bst)(?<!\bbros)(?<!\bllc)(?<!\b\w)\.\s+(?=\w)"
)
_LEAD = re.compile(r"(?i)^(?:by|of|the rights of|this (?:article|story|content|material) (?:is|was)?)\s+")
_SENTENCE = re.compile(
    r"(?i)\b(?:is|are|was|may|must|will|not|cannot|can|has|have|takes?|accepts?|assumes?|does|disclaims?|read|reserved|permission|terms|policy)\b"
)
_NOT_A_HOLDER = re.compile(
    r"(?i)^(?:reuse|this|these|all rights|notice|policy|material|content|no part|for|see|terms|licensed|protected|law)"
    r"\b"
)
_ABBREVIATED = re.compile(r"(?i)\b(?:inc|ltd|co|corp|bros)$")
_MOST_CHARS = 100


def read_rights(notice: str) -> Rights | None:
    """Read a copyright notice; None where it names neither holder nor year."""
    notice = notice.strip()
    stated = _RESERVED.sub("", notice)
    years = _YEARS.search(stated)
    holder = _read_holder(stated, years)
    named = _read_years(years[1]) if years else ()
    if holder is None and not named:
        return None
    return Rights(holder=holder, years=named, notice=notice)


def _read_years(stated: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(year) for year in _SINGLE_YEAR.findall(stated)))


def _read_holder(notice: str, years: re.Match[str] | None) -> str | None:
    """Take the name after the years, else the one before them, else the one after the sign."""
    parts = [notice[years.end() :], notice[: years.start()]] if years else []
    signs = list(_SIGN.finditer(notice))
    if not years and signs:
        parts = [notice[signs[-1].end() :], notice[: signs[0].start()]]
    return next((name for part in parts if (name := _read_name(part))), None)


def _read_name(part: str) -> str | None:
    # A sign inside the part separates two names (`site.example © 1996 Holder`); the one nearest the sign counts.
    pieces = [piece for piece in _SIGN.split(part) if piece.strip(_TRIM)]
    if not pieces:
        return None
    name = _END.split(_LEAD.sub("", pieces[0].strip(_TRIM)), maxsplit=1)[0].strip(_TRIM)
    if not name or len(name) > _MOST_CHARS or _SENTENCE.search(name) or _NOT_A_HOLDER.match(name):
        return None
    stop = "." if _ABBREVIATED.search(name) and name + "." in part else ""
    return name + stop if any(char.isalpha() for char in name) else None
