"""Terms of the embedded index are those of Elasticsearch's analyzers."""

from __future__ import annotations

from typing import Any

import pytest
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.backends.tantivy_analysis import exact_analyzer, locate_tokens, stem_analyzer, tokenize

# By analyzer, texts with the endings, articles and stop words that its stemmer treats.
TEXTS = {
    "exact": (
        "The Café's 3.5 or 12,000 U.S. don't __x_1 wi-fi naïve ÅLESUND İstanbul ΟΔΟΣ straße ½ a.b:c 6:30 "
        "soft\u00adhyphen"
    ),
    "english": (
        "The runners' councils relational conditional rationalise hopping falling hoping agreed plastered happy skies "
        "dying generously electricity adjustment adoption triplicate formalize hopefulness goodness irritant "
        "probate controlled news council's Children’s sensibilities caresses ponies feed conflated troubled sized"
    ),
    "german": (
        "Die Fähren, Häuser und Straßen der Städte; schönste Kindern gelaufenen Autos Aerzte bauen Poesie Quelle "
        "mächtigst"
    ),
    "french": (
        "L'élection d'aujourd'hui qu'elles nationaux journaux chevaux établissement finissant vivement modificatrice "
        "communicateur éducatrice acteurs chanteuse première actives folle nouvelle conditionnel complète politique "
        "princesse organisation utilisateur formation addition amies appelle châteaux"
    ),
    "spanish": "Las veces que los países franceses cantan canciones rápidas niños árboles luz intereses pingüinos",
    "italian": "L'accordo dell'isola, i sindacati nazionali e le amiche vecchie studio studi città province analisi",
    "portuguese": (
        "As nações dos países felizmente papéis fáceis animais lençóis barris homens mães mulheres trabalhadora "
        "cozinha portuguesa famosa leona vizinha dançarina casas rapazes"
    ),
    "dutch": (
        "De boten van de huizen en kinderen liepen snel naar de gezellige mogelijkheden, gepubliceerde reeksen "
        "waarheid herinnering bereikbaar vriendelijke geloofwaardigheid maan brood bakken yoghurt uitgebreid "
        "oplossingen kind"
    ),
    "russian": "Паромы снова ходят в порту города побережья ждут парома новостями",
    "swedish": (
        "Färjorna går igen efter strejken och hamnarna är öppna för bilarna, biblioteket husets klokheten friskt "
        "enligt möjligheterna arbetslöst fullt byggd"
    ),
    "danish": "Færgerne sejler igen efter strejken og havnene er åbne for bilerne",
    "norwegian": "Fergene går igjen etter streiken og havnene er åpne for bilene",
    "finnish": "Lautat kulkevat taas satamassa ja satamien taloissa juhlittiin",
    "romanian": "Feribotul circulă din nou și orașele de pe coastă așteaptă vaporul, şi oraşul",
    "turkish": "İstanbul'un ve ISPARTA'nın limanında feribotlar yeniden çalışıyor bir gemiler için",
    "arabic": "عادت العبّارات إلى الميناء والمدينة في انتظار المسافرين من المدن",
    "hungarian": "A kompok újra járnak a kikötőkben és a városok házaiban",
    "cjk": "渡轮罢工结束2021年。東京都の港でフェリーが再開 Ferry ７ﾌｪﾘｰ 한국어 뉴스 a",
}


def terms(analyzer: str, text: str) -> list[str]:
    """Analyze, and take the analyzer's name off again."""
    return [term.partition(":")[2] for term in stem_analyzer(analyzer).terms(text)]


@pytest.mark.elasticsearch
@pytest.mark.parametrize("analyzer", TEXTS)
def test_terms_are_those_of_elasticsearch(elasticsearch_url: str, analyzer: str) -> None:
    """Only equal terms make equal results."""
    definition = {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}
    wanted: dict[str, Any] = definition if analyzer == "exact" else {"analyzer": analyzer}
    with Elasticsearch(elasticsearch_url) as client:
        answer = client.indices.analyze(body={**wanted, "text": TEXTS[analyzer]})
    expected = [token["token"] for token in answer["tokens"]]
    assert terms(analyzer, TEXTS[analyzer]) == expected


@pytest.mark.parametrize(
    ("analyzer", "text", "expected"),
    [
        ("english", "The council's running policies", ["council", "run", "polici"]),
        ("german", "Die Straßen der Städte", ["strass", "stadt"]),
        ("french", "L'élection nationale", ["election", "national"]),
        ("spanish", "Las veces", ["vez"]),
        ("italian", "dell'isola", ["isola"]),
        ("portuguese", "As nações", ["naca"]),
        ("cjk", "渡轮罢工 Ferry", ["渡轮", "轮罢", "罢工", "ferry"]),
        ("welsh", "Y Fferi", ["y", "fferi"]),
    ],
)
def test_terms_of_a_language(analyzer: str, text: str, expected: list[str]) -> None:
    """Stop words go, the rest is stemmed; an analyzer that is not here folds case."""
    assert [term.replace("ã", "a") for term in terms(analyzer, text)] == expected


def test_languages_do_not_share_terms() -> None:
    """All languages live in one field: the German `die` must not match the English one."""
    assert set(stem_analyzer("english").terms("hand")) & set(stem_analyzer("dutch").terms("hand")) == set()


def test_long_token_is_cut() -> None:
    """A megabyte without a space becomes terms that an index can hold, as Elasticsearch cuts them."""
    cut = exact_analyzer().terms("x" * 1000)
    assert [len(term) for term in cut] == [255, 255, 255, 235]


@pytest.mark.parametrize("text", ["_" * 200_000, "a." * 100_000, "1," * 100_000, "a\u0301" * 100_000, "港" * 100_000])
def test_hostile_text_is_split_in_linear_time(text: str) -> None:
    """A run of underscores, say, must not be looked through again from each of them."""
    assert len("".join(tokenize(text))) <= len(text)


@given(st.text())
def test_tokens_stand_where_they_say(text: str) -> None:
    """Highlights cut the text at these offsets."""
    for token in locate_tokens(text):
        assert text[token.start : token.end] == token.text


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_token_crosses_a_space(left: str, right: str) -> None:
    """Texts are analyzed by the stretch between spaces: nothing may change by that."""
    assert exact_analyzer().terms(f"{left} {right}") == exact_analyzer().terms(left) + exact_analyzer().terms(right)


@given(st.text(), st.sampled_from(sorted(TEXTS)))
def test_terms_hold_no_space(text: str, analyzer: str) -> None:
    """Terms are handed to tantivy joined by spaces: a space within would make two of one."""
    joined = stem_analyzer(analyzer).join(text)
    assert all(term and not term.isspace() for term in joined.split(" ")) or joined == ""
