"""More of Elasticsearch's stemmers, where tantivy's differ: Dutch and Swedish (Snowball before its revision), Arabic.

Dutch and Swedish follow the algorithms on snowballstem.org (Porter); Arabic is light10 (Larkey et al., 2007, "Light
stemming for Arabic information retrieval"). Words come lower-cased.
"""

from __future__ import annotations

import re

_DUTCH_ACCENTS = str.maketrans("äëïöüáéíóú", "aeiouaeiou")
_DUTCH_VOWELS = "aeiouyè"
_DUTCH_OVERRIDES = {"fiets": "fiets", "bromfiets": "bromfiets", "ei": "eier", "kind": "kinder"}
_SWEDISH_VOWELS = "aeiouyäåö"
_SWEDISH_S_ENDING = "bcdfghjklmnoprtvy"
_SWEDISH_ENDINGS = sorted(
    (
        *("a", "arna", "erna", "heterna", "orna", "ad", "e", "ade", "ande", "arne", "are", "aste", "en", "anden"),
        *("aren", "heten", "ern", "ar", "er", "heter", "or", "as", "arnas", "ernas", "ornas", "es", "ades", "andes"),
        *("ens", "arens", "hetens", "erns", "at", "andet", "het", "ast"),
    ),
    key=len,
    reverse=True,
)


def _region(word: str, vowels: str, start: int = 0) -> int:
    """Give where the region after the first non-vowel that follows a vowel begins, from `start` on (Snowball's R1)."""
    for at in range(start + 1, len(word)):
        if word[at] not in vowels and word[at - 1] in vowels:
            return at + 1
    return len(word)


def stem_swedish(word: str) -> str:
    """Stem by the Snowball algorithm."""
    first = max(3, _region(word, _SWEDISH_VOWELS))
    word = _strip_swedish_ending(word, first)
    if len(word) - 2 >= first and word.endswith(("dd", "gd", "nn", "dt", "gt", "kt", "tt")):
        word = word[:-1]
    for ending, replacement in (("fullt", "full"), ("löst", "lös"), ("lig", ""), ("els", ""), ("ig", "")):
        if word.endswith(ending) and len(word) - len(ending) >= first:
            return word[: -len(ending)] + replacement
    return word


def _strip_swedish_ending(word: str, first: int) -> str:
    for ending in _SWEDISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= first:
            return word[: -len(ending)]
    if word.endswith("s") and len(word) - 1 >= first and word[-2] in _SWEDISH_S_ENDING:
        return word[:-1]
    return word


class _Dutch:
    """A word on its way through the Dutch algorithm."""

    def __init__(self, word: str) -> None:
        word = word.translate(_DUTCH_ACCENTS)
        word = re.sub(rf"^y|(?<=[{_DUTCH_VOWELS}])y", "Y", word)
        self.word = re.sub(rf"(?<=[{_DUTCH_VOWELS}])i(?=[{_DUTCH_VOWELS}])", "I", word)
        first = _region(self.word, _DUTCH_VOWELS)
        self.second = _region(self.word, _DUTCH_VOWELS, first)
        self.first = max(3, first)

    def ends(self, ending: str, region: int) -> bool:
        return self.word.endswith(ending) and len(self.word) - len(ending) >= region

    def cut(self, length: int) -> None:
        self.word = self.word[: len(self.word) - length]

    def undouble(self) -> None:
        if self.word.endswith(("kk", "dd", "tt")):
            self.cut(1)

    def cut_en(self, length: int) -> None:
        stem = self.word[: len(self.word) - length]
        if stem and stem[-1] not in _DUTCH_VOWELS and not stem.endswith("gem"):
            self.word = stem
            self.undouble()

    def strip_plural(self) -> None:
        ending = next((end for end in ("heden", "ene", "en", "se", "s") if self.word.endswith(end)), None)
        if ending is None or not self.ends(ending, self.first):
            return
        if ending == "heden":
            self.word = self.word[:-5] + "heid"
        elif ending in ("en", "ene"):
            self.cut_en(len(ending))
        elif self.word[-len(ending) - 1] not in _DUTCH_VOWELS + "j":
            self.cut(len(ending))

    def strip_e(self) -> bool:
        if not self.ends("e", self.first) or self.word[-2] in _DUTCH_VOWELS:
            return False
        self.cut(1)
        self.undouble()
        return True

    def strip_heid(self) -> None:
        if self.ends("heid", self.second) and self.word[-5:-4] != "c":
            self.cut(4)
            if self.ends("en", self.first):
                self.cut_en(2)

    def strip_derivation(self, *, lost_e: bool) -> None:
        for ending in ("lijk", "baar", "end", "ing", "bar", "ig"):
            if self.word.endswith(ending):
                if self.ends(ending, self.second):
                    self._cut_derivation(ending, lost_e=lost_e)
                return

    def _cut_derivation(self, ending: str, *, lost_e: bool) -> None:
        if ending in ("end", "ing"):
            self.cut(3)
            if self.ends("ig", self.second) and self.word[-3:-2] != "e":
                self.cut(2)
            else:
                self.undouble()
        elif ending == "ig":
            if self.word[-3:-2] != "e":
                self.cut(2)
        elif ending == "lijk":
            self.cut(4)
            self.strip_e()
        elif ending == "baar" or lost_e:
            self.cut(len(ending))


def stem_dutch(word: str) -> str:
    """Stem by the Snowball algorithm, but for four words that have stems of their own."""
    if (override := _DUTCH_OVERRIDES.get(word)) is not None:
        return override
    dutch = _Dutch(word)
    dutch.strip_plural()
    lost_e = dutch.strip_e()
    dutch.strip_heid()
    dutch.strip_derivation(lost_e=lost_e)
    stem = re.sub(rf"([^{_DUTCH_VOWELS}])(a|e|o|u)\2([^{_DUTCH_VOWELS}I])$", r"\1\2\3", dutch.word)
    return stem.lower()


_ARABIC_FOLDED = str.maketrans("آأإةى", "اااهي", "ـًٌٍَُِّْ")
_ARABIC_PREFIXES = ("وال", "بال", "كال", "فال", "ال", "لل", "و")
_ARABIC_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")


def stem_arabic(word: str) -> str:
    """Fold letter forms, then cut one prefix and the suffixes, leaving at least two letters."""
    word = word.translate(_ARABIC_FOLDED)
    for prefix in _ARABIC_PREFIXES:
        least = 4 if prefix == "و" else len(prefix) + 2
        if word.startswith(prefix) and len(word) >= least:
            word = word[len(prefix) :]
            break
    for suffix in _ARABIC_SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + 2:
            word = word[: -len(suffix)]
    return word
