"""The stemmers of Elasticsearch's English, German, French, Spanish, Italian and Portuguese, which tantivy lacks.

English is Porter (1980, "An algorithm for suffix stripping"); the others are Savoy's light stemmers (2006, "Light
stemming approaches for the French, Portuguese, German and Hungarian languages"). Words come lower-cased.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

Stemmer = Callable[[str], str]

_VOWELS = "aeiou"
_STEP_2 = (
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("logi", "log"),
)
_STEP_3 = (
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
)
_STEP_4 = (
    *("al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent"),
    *("ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"),
)


def _is_consonant(word: str, at: int) -> bool:
    if word[at] == "y":
        return at == 0 or not _is_consonant(word, at - 1)
    return word[at] not in _VOWELS


def _measure(stem: str) -> int:
    """Count the vowel-consonant sequences of a stem (Porter's m)."""
    kinds = [_is_consonant(stem, at) for at in range(len(stem))]
    return sum(1 for before, after in pairwise(kinds) if after and not before)


def _has_vowel(stem: str) -> bool:
    return any(not _is_consonant(stem, at) for at in range(len(stem)))


def _ends_double(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _is_consonant(word, len(word) - 1)


def _ends_short(word: str) -> bool:
    """Say whether a word ends consonant, vowel, consonant, the last not w, x or y (Porter's *o)."""
    last = len(word) - 1
    return (
        last >= 2
        and _is_consonant(word, last)
        and not _is_consonant(word, last - 1)
        and _is_consonant(word, last - 2)
        and word[last] not in "wxy"
    )


def _strip_plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _strip_tense(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        stem = word.removesuffix(suffix)
        if stem != word and _has_vowel(stem):
            return _restore_ending(stem)
    return word


def _restore_ending(stem: str) -> str:
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if _ends_double(stem) and stem[-1] not in "lsz":
        return stem[:-1]
    return stem + "e" if _measure(stem) == 1 and _ends_short(stem) else stem


def _replace_suffix(word: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for suffix, replacement in pairs:
        if word.endswith(suffix):
            stem = word[: -len(suffix)]
            return stem + replacement if _measure(stem) > 0 else word
    return word


def _strip_derivation(word: str) -> str:
    for suffix in _STEP_4:
        if word.endswith(suffix):
            stem = word[: -len(suffix)]
            allowed = suffix != "ion" or stem.endswith(("s", "t"))
            if allowed:
                return stem if _measure(stem) > 1 else word
    return word


def _tidy_ending(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word


def stem_english(word: str) -> str:
    """Stem by Porter's algorithm; words of one or two letters stay."""
    if len(word) < 3:
        return word
    word = _strip_tense(_strip_plural(word))
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replace_suffix(_replace_suffix(word, _STEP_2), _STEP_3)
    return _tidy_ending(_strip_derivation(word))


_GERMAN_ACCENTS = str.maketrans("äàáâöòóôïìíîüùúû", "aaaaooooiiiiuuuu")
_GERMAN_S_ENDING = "bdfghklmnt"


def normalize_german(word: str) -> str:
    """Fold ß to ss, umlauts to their vowels, and ae, oe, ue too where they stand for an umlaut."""
    kept: list[str] = []
    state = "other"
    for letter in word:
        if letter == "e" and state == "umlaut":
            state = "vowel"
            continue
        kept.append({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"}.get(letter, letter))
        if letter in "ao" or (letter == "u" and state == "other"):
            state = "umlaut"
        else:
            state = "vowel" if letter in "ueiqyäöü" else "other"
    return "".join(kept)


def stem_german(word: str) -> str:
    """Stem lightly: case and plural endings, then a degree or agent ending."""
    word = normalize_german(word).translate(_GERMAN_ACCENTS)
    return _strip_german_degree(_strip_german_case(word))


def _strip_german_case(word: str) -> str:
    size = len(word)
    if size > 5 and word.endswith("ern"):
        return word[:-3]
    if size > 4 and word.endswith(("em", "en", "er", "es")):
        return word[:-2]
    if size > 3 and (word[-1] == "e" or (word[-1] == "s" and word[-2] in _GERMAN_S_ENDING)):
        return word[:-1]
    return word


def _strip_german_degree(word: str) -> str:
    size = len(word)
    if size > 5 and word.endswith("est"):
        return word[:-3]
    if size > 4 and (word.endswith(("er", "en")) or (word.endswith("st") and word[-3] in _GERMAN_S_ENDING)):
        return word[:-2]
    return word


_ROMANCE_ACCENTS = str.maketrans("àáâäòóôöèéêëùúûüìíîï", "aaaaooooeeeeuuuuiiii")


def stem_spanish(word: str) -> str:
    """Stem lightly: plural and gender endings of words of five letters or more."""
    if len(word) < 5:
        return word
    word = word.translate(_ROMANCE_ACCENTS)
    if word[-1] in "oae":
        return word[:-1]
    if word.endswith("eses"):
        return word[:-2]
    if word.endswith("ces"):
        return word[:-3] + "z"
    return word[:-2] if word.endswith(("os", "as", "es")) else word


def stem_italian(word: str) -> str:
    """Stem lightly: plural and gender endings of words of six letters or more."""
    if len(word) < 6:
        return word
    word = word.translate(_ROMANCE_ACCENTS)
    if word[-1] not in "eiao":
        return word
    double = {"e": "ih", "i": "ih", "a": "i", "o": "i"}[word[-1]]
    return word[:-2] if word[-2] in double else word[:-1]


_PORTUGUESE_ACCENTS = str.maketrans("àáâäãòóôöõèéêëùúûüìíîïç", "aaaaaoooooeeeeuuuuiiiic")
_PORTUGUESE_PLURALS = (
    (4, ("ns",), 2, "m"),
    (5, ("eis", "éis"), 3, "el"),
    (5, ("ais",), 3, "al"),
    (5, ("óis",), 3, "ol"),
    (5, ("is",), 2, "il"),
    (4, ("ões", "ães"), 3, "ão"),
    (7, ("mente",), 5, ""),
    (4, ("s",), 1, ""),
)
_PORTUGUESE_FEMININES = (
    (8, ("inha", "iaca", "eira"), 1, "o"),
    (7, ("osa", "ica", "ida", "ada", "iva", "ama"), 1, "o"),
    (7, ("ona",), 3, "ão"),
    (7, ("ora",), 1, ""),
    (7, ("esa",), 3, "ês"),
    (7, ("na",), 1, "o"),
)


def _apply_first(word: str, rules: tuple[tuple[int, tuple[str, ...], int, str], ...]) -> str:
    """Apply the first rule (least length, endings, letters to cut, ending to put) that fits."""
    for least, endings, cut, ending in rules:
        if len(word) >= least and word.endswith(endings):
            return word[:-cut] + ending
    return word


def stem_portuguese(word: str) -> str:
    """Stem lightly: plural, feminine and final vowel of words of four letters or more."""
    if len(word) < 4:
        return word
    if len(word) > 4 and word.endswith(("res", "ses", "les", "zes")):
        word = word[:-2]
    else:
        word = _apply_first(word, _PORTUGUESE_PLURALS)
    if len(word) > 3 and word[-1] == "a":
        word = _apply_first(word, _PORTUGUESE_FEMININES)
    if len(word) > 4 and word[-1] in "eao":
        word = word[:-1]
    return word.translate(_PORTUGUESE_ACCENTS)


_FRENCH_ACCENTS = str.maketrans("àáâôèéêùûîç", "aaaoeeeuuic")
# Least length, ending, letters to cut, ending to put: each ends the stemming, in this order.
_FRENCH_FIRST = (
    (10, "issement", 7, "r"),
    (9, "issant", 5, "r"),
)
_FRENCH_AGENTS = (
    (12, "ficatrice", 7, "er"),
    (11, "ficateur", 6, "er"),
    (10, "catrice", 7, "quer"),
    (9, "cateur", 6, "quer"),
    (9, "atrice", 6, "er"),
    (8, "ateur", 5, "er"),
)
_FRENCH_ENDINGS = (
    (6, "ième", 4, ""),
    (8, "teuse", 3, "r"),
    (7, "teur", 2, "r"),
    (6, "euse", 2, ""),
    (9, "ère", 3, "er"),
    (8, "ive", 2, "f"),
    (5, "folle", 3, "u"),
    (5, "molle", 3, "u"),
    (10, "nnelle", 5, ""),
    (10, "nnel", 3, ""),
)
_FRENCH_LAST = (
    (9, "esse", 3, ""),
    (8, "inage", 3, ""),
    (10, "isateur", 7, ""),
    (9, "ation", 5, ""),
    (9, "ition", 5, ""),
)


def _match_rule(word: str, rules: tuple[tuple[int, str, int, str], ...]) -> str | None:
    for least, ending, cut, replacement in rules:
        if len(word) >= least and word.endswith(ending):
            return word[:-cut] + replacement
    return None


def _strip_french_plural(word: str) -> str:
    if len(word) > 5 and word.endswith("aux") and word[-4] != "e":
        word = word[:-2] + "l"
    if len(word) > 3 and word[-1] == "x":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == "s" else word


def _strip_french_suffix(word: str) -> str:
    if (found := _match_rule(word, _FRENCH_FIRST)) is not None:
        return found
    if len(word) > 6 and word.endswith("ement"):
        word = word[:-4]
        return word[:-2] + "f" if len(word) > 3 and word.endswith("ive") else word
    if (found := _match_rule(word, _FRENCH_AGENTS)) is not None:
        return found
    if len(word) > 6 and word.endswith("trice"):
        word = word[:-4] + "eur"
    if (found := _match_rule(word, _FRENCH_ENDINGS)) is not None:
        return found
    if len(word) > 4 and word.endswith("ète"):
        word = word[:-3] + "et"
    if len(word) > 8 and word.endswith("ique"):
        word = word[:-4]
    if len(word) > 9 and word.endswith("isation"):
        word = word[:-7]
        return word[:-2] + "el" if len(word) > 5 and word.endswith("ual") else word
    found = _match_rule(word, _FRENCH_LAST)
    return word if found is None else found


def _normalize_french(word: str) -> str:
    if len(word) > 4:
        word = _squeeze_doubles(word.translate(_FRENCH_ACCENTS))
        if len(word) > 4 and word.endswith("ie"):
            word = word[:-2]
    if len(word) > 4:
        for ending in ("r", "e", "e"):
            word = word.removesuffix(ending)
        if word[-1] == word[-2] and word[-1].isalpha():
            word = word[:-1]
    return word


def _squeeze_doubles(word: str) -> str:
    kept = word[0]
    for letter in word[1:]:
        if letter != kept[-1] or not letter.isalpha():
            kept += letter
    return kept


def stem_french(word: str) -> str:
    """Stem lightly: plural, derivational suffix, then accents and doubled letters."""
    return _normalize_french(_strip_french_suffix(_strip_french_plural(word)))
