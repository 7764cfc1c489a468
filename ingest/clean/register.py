"""How a line is written: words and shapes that readers' comments have more, or less, than an article has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

# Lower-case words by what they do, in the languages of the news; a word belongs to one group.
_GROUPS: Mapping[str, str] = {
    "me": (
        "i i'm i've i'd i'll my me mine myself im ive ich mir mich mein meine meinen meinem meiner"
        " j'ai je moi mon mes yo mí mis io mio mia ik mij mijn jag mig min mnie moje mi eu meu minha"
    ),
    "you": (
        "you your you're you've you'll you'd yours yourself u ur ya du dir dich dein deine deinen deiner"
        " euch euer eure"
        " vous votre vos tu toi t'es tú usted ustedes você vocês jij jou jouw jullie ciebie twój"
    ),
    "thanks": (
        "thanks thank thx great love loved awesome amazing nice cool wow congrats congratulations hi hello hey dear"
        " yum delicious brilliant excellent beautiful fantastic bravo kudos cheers regards glad happy"
        " enjoyed danke dank"
        " vielen toll toller tolle tolles super klasse liebe lieber grüße gruß gruss hallo huhu servus lg"
        " mfg vg glückwunsch"
        " merci bonjour félicitations gracias hola saludos felicidades grazie ciao complimenti obrigado"
        " obrigada parabéns"
        " bedankt groetjes hoi tack hej dzięki"
    ),
    "discuss": (
        "post article blog comment comments commenter commenters author writer opinion imho imo btw lol haha"
        " hahaha agree"
        " disagree troll trolls really actually maybe guess sorry yes yeah yep nope ok okay please anyone"
        " everyone guys"
        " folks exactly read artikel beitrag kommentar kommentare meinung leider übrigens genau stimmt wohl"
        " eben halt ja"
        " d'accord avis commentaire oui opinión comentario artículo articolo commento sì artigo"
        " reactie bericht"
    ),
    "scorn": (
        "stupid idiot idiots moron morons crap bullshit damn hell ridiculous pathetic nonsense liar liars lies lying"
        " joke disgusting disgrace shame hypocrite hypocrites clueless garbage sheep brainwashed rant sucks"
        " quatsch unsinn"
        " dumm lächerlich blödsinn schwachsinn honte ridicule imbécile vergüenza ridículo vergogna"
    ),
    "report": (
        "said told according percent spokesman spokeswoman announced reported officials police minister statement"
        " company added explained sagte teilte laut erklärte prozent polizei sprecher sprecherin berichtet mitteilung"
        " déclaré selon indiqué annoncé police dijo según afirmó anunció señaló disse secondo"
        " afirmou volgens zei"
    ),
    "think": (
        "think hope wish wonder believe feel know want tried try wondering suppose bet doubt seems denke finde glaube"
        " hoffe weiß wünsche freue pense crois espère trouve creo espero pienso penso credo spero acho vind denk hoop"
    ),
    "talk": (
        "don't can't isn't doesn't didn't won't wouldn't couldn't it's that's there's they're we're what's"
        " let's ain't"
        " gonna wanna gotta kinda dont cant doesnt didnt thats hab hast gibts nix bisschen ça"
    ),
}
_GROUP_OF = {word: group for group, words in _GROUPS.items() for word in words.split()}
# Words that other languages have too, as articles and prepositions: they say nothing beside a common word of theirs.
_COMMON: Mapping[str, str] = {
    "en": "the of and to in is that for was with",
    "de": "der die das und den dem von mit ein eine ist sich auf für zu nicht",
    "fr": "le la les et une est que qui dans pour au par sur",
    "it": "il che di della del per è un una non",
    "es": "que el los las del en una por con",
    "north": "og och det som på är av til at ikke inte",
    "slavic": "na że się že jsou které také jako da su se od za",
    "other": "ve bir bu wa kwa katika yang dan di dengan",
}
_HOMOGRAPHS: Mapping[str, str] = {
    "i": "it north slavic other",
    "im": "de",
    "du": "fr",
    "dont": "fr",
    "mis": "fr",
    "mes": "es",
    "je": "de slavic",
    "eu": "en de fr it es north slavic",
    "u": "en de slavic other",
    "ya": "es other",
    "min": "en de fr",
    "ja": "other",
    "comment": "fr",
}
_FOREIGN = {
    word: frozenset(" ".join(_COMMON[language] for language in languages.split()).split())
    for word, languages in _HOMOGRAPHS.items()
}
_WORD = re.compile(r"[^\W_][\w']*")
_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
_EMOTICON = re.compile(
    r"(?:^|\s)[:;=8][-']?[)(DPpO/|*](?:\s|$|[.,])|[\U0001F600-\U0001F64F\U0001F44D\U0001F923♥❤☺]|<3|\^\^"
)
# Words of plain text, many times faster than by the pattern: what is no word's becomes a blank.
_SPACED = "".join(char if char.isalnum() or char in "_'" else " " for char in map(chr, range(128)))
_SMILES_HAVE = (" :", " ;", " =", " 8", "<3", "^^")
_ADDRESS = re.compile(r"@\s?\w|[^\W\d_][\w.]*(?: [^\W\d_][\w.]*)?(?:[:,] | - )(?=[a-zI\"])")
_DIGIT = re.compile(r"\d")
_MARKS = ("!", "?", "..", "…", "!!", "??", "*")
_VOICE = frozenset({"has:me", "has:you", "has:thanks", "has:talk", "has:discuss", "mark:!", "emoticon"})
_SHORT_CHARS = 60
_MOST_READ = 600
_MOST_COUNTED = 4.0
_REMEMBERED = 2048


@lru_cache(maxsize=_REMEMBERED)
def read_register(text: str) -> Mapping[str, float]:
    """Give what a folded line's words and shape say, by name: presence 0 or 1, rates 0 to 4.

    Of a long line, the first 600 characters are read. Passes over one text ask for the same lines again.
    """
    read = text[:_MOST_READ]
    words = _split_words(read.lower())
    foreign = _find_foreign(words)
    counts = Counter(_GROUP_OF[word] for word in words if word in _GROUP_OF and word not in foreign)
    scale = 10 / (len(words) + 8)
    found = {f"rate:{group}": min(_MOST_COUNTED, count * scale) for group, count in counts.items()}
    found |= dict.fromkeys([f"has:{group}" for group in counts], 1.0)
    if capitals := len(_CAPITALS.findall(read)):
        found["capitals"] = min(_MOST_COUNTED, capitals * scale)
    found |= dict.fromkeys(_name_shapes(text), 1.0)
    found |= dict.fromkeys(_name_signs(read), 1.0)
    if "i" not in foreign and _has_small_i(read):
        found["small i"] = 1.0
    return found


def _find_foreign(words: Sequence[str]) -> list[str]:
    """Give the words that are another language's here, by what stands beside them."""
    present = set(words)
    return [word for word, marks in _FOREIGN.items() if word in present and not marks.isdisjoint(present)]


def _split_words(text: str) -> list[str]:
    if not text.isascii():
        return _WORD.findall(text)
    return text.translate(_SPACED).replace(" '", " ").lstrip("'").split()


def _name_shapes(text: str) -> list[str]:
    """Name a line's length, how it begins and how it ends."""
    size = "long" if len(text) > _SHORT_CHARS else "short"
    shapes = [
        f"length:{min(6, len(text).bit_length() - 4) if len(text) > 15 else 0}",
        f"ends:{text[-1] if text[-1] in '.!?:,' else 'other'}:{size}",
    ]
    if text[0].islower():
        shapes.append(f"small:{size}")
    if text[0] == '"':
        shapes.append("quotes:first")
    elif '"' in text:
        shapes.append("quotes")
    return shapes


def _name_signs(text: str) -> list[str]:
    """Name the signs of a line: exclamations, smileys, links, an address to somebody."""
    signs = [f"mark:{mark}" for mark in _MARKS if mark in text]
    if len(text) > _SHORT_CHARS and _DIGIT.search(text):
        signs.append("digits")
    if "http" in text or "www." in text:
        signs.append("url")
    may_smile = text[0] in ":;=8" or not text.isascii() or any(sign in text for sign in _SMILES_HAVE)
    if may_smile and _EMOTICON.search(text):
        signs.append("emoticon")
    if _ADDRESS.match(text):
        signs.append("address:@" if text[0] == "@" else "address")
    return signs


def _has_small_i(text: str) -> bool:
    return " i " in text or " i'" in text or text.startswith(("i ", "i'")) or text.endswith(" i")


def has_voice(text: str) -> bool:
    """Tell whether somebody speaks for himself, or to somebody, in a line."""
    return not _VOICE.isdisjoint(read_register(text))
