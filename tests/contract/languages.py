"""Words in many languages, in the forms that articles and those who search for them use."""

from __future__ import annotations

# Language: a word as an article has it, and another of its forms, as it is asked for.
STEMMED = {
    "ar": ("الكتاب", "كتاب"),
    "da": ("aviserne", "avisen"),
    "de": ("Zeitungen", "Zeitung"),
    "el": ("εφημερίδες", "εφημερίδα"),
    "en": ("newspapers", "newspaper"),
    "es": ("periódicos", "periódico"),
    "fi": ("kirjoissa", "kirjat"),
    "fr": ("journaux", "journal"),
    "hu": ("könyvek", "könyv"),
    "it": ("giornali", "giornale"),
    "nl": ("kranten", "krant"),
    "no": ("avisene", "avisen"),
    "pt": ("jornais", "jornal"),
    "ro": ("ziarele", "ziarul"),
    "ru": ("газеты", "газета"),
    "sv": ("tidningarna", "tidningen"),
    "tr": ("kitaplar", "kitap"),
}
# The embedded index has no stemmers for these: there they are found as they stand.
STEMMED_BY_ELASTICSEARCH = {
    "bg": ("вестниците", "вестници"),
    "ca": ("diaris", "diari"),
    "cs": ("novinách", "noviny"),
    "et": ("raamatud", "raamat"),
    "hi": ("किताबें", "किताब"),
    "id": ("membacanya", "baca"),
    "lt": ("laikraščiai", "laikraštis"),
    "lv": ("avīzes", "avīze"),
}
UNSPACED = {"ja": ("新聞記事を読む", "記事"), "zh-cn": ("今天的新闻报道", "新闻"), "ko": ("신문기사", "기사")}
# No stemmer anywhere: polish, ukrainian, vietnamese, welsh.
UNSTEMMED = {"pl": "gazety", "uk": "газети", "vi": "báo chí", "cy": "papurau"}
