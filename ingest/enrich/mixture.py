"""Which parts of a text are in another language than the text.

To ask the detector about every part would cost several times the text. A part that has a mark of the text's language
(a word or letter that it has all the time and its neighbours have not) is in that language; only the others are asked
about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import filterfalse

from ingest.enrich.settings import LanguageSettings
from ingest.model import Language

PIECE_CHARACTERS = 300
MIN_PIECE_CHARACTERS = 100
MIN_CONFIDENCE = 0.9
MAX_CAPITALISED = 0.55
MAX_ASKED = 40
"""Pieces that the detector is asked about; of more than these, evenly chosen ones."""

_MARKS = {
    "af": "_'n_ _nie_ _vir_ _wat_",
    "ar": "_في_ _من_ _على_ _التي_ _أن_",
    "bg": "ъ",
    "bn": "া",
    "ca": "_els_ _amb_ _dels_ _i_",
    "cs": "ě ř ů",
    "cy": "_yn_ _wedi_ _gan_ _ac_",
    "da": "_af_ _og_ _ikke_ _blev_",
    "de": "_der_ _und_ _die_ _das_ _den_",
    "el": "ς ου αι",
    "en": "_the_ _and_ _of_ _to_",
    "es": "_el_ _los_ _las_ _y_ _del_",
    "et": "õ _ning_ _ka_ _ei_",
    "fa": "_که_ _از_ _را_ _است",
    "fi": "ää ssa_ _että_ lla_ ksi_ yö",
    "fr": "_les_ _et_ _le_ _des_ _du_ _une_",
    "gu": "ા",
    "he": "ה ו",
    "hi": "_के_ _है _में_ _की_",
    "hr": "_koj _što ć đ _nije",
    "hu": "ő _és_ _hogy_ _az_ ű",
    "id": "_yang_ _dan_ _dengan_ _untuk_",
    "it": "_il_ _che_ _di_ _della_ _per_",
    "ja": "の は を",
    "kn": "ಾ",
    "ko": "다 는 이",
    "lt": "ų ė į",
    "lv": "ā ī ņ ē",
    "mk": "ј",
    "ml": "ാ",
    "mr": "_आहे _आणि_ च्या_ _या_",
    "ne": "_छ हरू को_ _र_",
    "nl": "_het_ _een_ _van_ _dat_",
    "no": "_av_ _og_ _ikke_ _ble_",
    "pa": "ਾ",
    "pl": "ł ę ą ś",
    "pt": "_o_ _os_ ção _não_ _do_ _em_",
    "ro": "ă ț ş ș",
    "ru": "ы",
    "sk": "_sa_ _ktor ľ ô",
    "sl": "_ki_ _pa_ _tudi_ _ter_",
    "so": "_oo_ _iyo_ _waa_ _ee_ _ku_",
    "sq": "ë",
    "sv": "_och_ _att_ _är_ _som_",
    "sw": "_ya_ _wa_ _kwa_ _katika_",
    "ta": "ா ு",
    "te": "ా ు",
    "th": "า",
    "tl": "_ng_ _ang_ _mga_",
    "tr": "ı ğ",
    "uk": "і ї",
    "ur": "_کے_ _میں_ _ہے _کی_",
    "vi": "ạ ộ ế ư ơ",
    "zh-cn": "的 了 在 是 有",
    "zh-tw": "的 了 在 是 有",
}
MARKS = {code: re.compile("|".join(marks.split()).replace("_", " ")) for code, marks in _MARKS.items()}
NEVER = re.compile("(?!)")

CLOSE = ({"zh-cn", "zh-tw"}, {"da", "no"}, {"bg", "mk"}, {"hr", "sl"})
"""Languages that a short piece does not tell apart: one of them in the other's text is no mixture."""


def find_others(text: str, main: str, detect: Callable[[str], Language], settings: LanguageSettings) -> tuple[str, ...]:
    """List the languages other than `main` that at least `min_other_share` of a text is in, the commonest first."""
    least = settings.min_other_share * len(text)
    is_marked = MARKS.get(main, NEVER).search
    odd = [piece for piece in cut_pieces(text) if not is_marked(piece)]
    if not odd or sum(map(len, odd)) < least:
        return ()
    counts = count_languages(odd, detect)
    close = next((group for group in CLOSE if main in group), {main})
    return tuple(code for code, count in counts.most_common() if code not in close and count >= least)


def count_languages(pieces: list[str], detect: Callable[[str], Language]) -> Counter[str]:
    """Count the characters of pieces by the language that they are surely in."""
    asked = pieces[:: -(-len(pieces) // MAX_ASKED)]
    scale = len(pieces) / len(asked)
    counts: Counter[str] = Counter()
    for piece in filterfalse(is_list_of_names, asked):
        found = detect(piece.lower() if piece.isupper() else piece)
        if found.confidence >= MIN_CONFIDENCE:
            counts[found.code] += round(scale * len(piece))
    return counts


def is_list_of_names(piece: str) -> bool:
    """Tell a list of names, which says nothing of the language, by its capitals: more than German's nouns."""
    words = piece.split()
    return sum(word[0].isupper() for word in words) > MAX_CAPITALISED * len(words) and not piece.isupper()


def cut_pieces(text: str) -> Iterator[str]:
    """Cut a text into pieces of 100 to 300 characters: long lines are cut, short ones are joined to the next."""
    held = ""
    for line in text.split("\n"):
        if len(line) > PIECE_CHARACTERS:
            if len(held) >= MIN_PIECE_CHARACTERS:
                yield held
            held = ""
            size = -(-len(line) // -(-len(line) // PIECE_CHARACTERS))
            for start in range(0, len(line), size):
                yield line[start : start + size]
        else:
            held = f"{held} {line} "
            if len(held) >= MIN_PIECE_CHARACTERS:
                yield held
                held = ""
