"""The language of a text, and that the fast detector and the reference agree."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies

from ingest.enrich import language
from ingest.enrich.enricher import Draft
from ingest.enrich.language import detect_language, find_language, load_detector, load_reference, take_sample
from ingest.enrich.settings import LanguageSettings
from ingest.model import UNDETERMINED
from tests.enrich.records import cleaning, page, stated

SETTINGS = LanguageSettings()

SAMPLES = {
    "ar": "قال عمال الميناء إنهم لن يعودوا إلى العمل قبل أن توقع الشركة على الاتفاق الجديد مع النقابة.",
    "bg": "Докерите в пристанището заявиха, че няма да се върнат на работа, преди компанията да подпише.",
    "cs": "Dělníci v přístavu řekli, že se do práce nevrátí, dokud společnost nepodepíše novou dohodu s odbory.",
    "da": "Havnearbejderne sagde, at de ikke vender tilbage til arbejdet, før selskabet har skrevet under på aftalen.",
    "de": "Die Hafenarbeiter sagten, sie würden erst zurückkehren, wenn die Firma den Vertrag unterschrieben habe.",
    "el": "Οι λιμενεργάτες δήλωσαν ότι δεν θα επιστρέψουν στη δουλειά πριν η εταιρεία υπογράψει τη συμφωνία.",
    "en": "The dockers said they would not return to work before the company had signed the new agreement.",
    "es": "Los estibadores dijeron que no volverían al trabajo antes de que la empresa firmara el nuevo acuerdo.",
    "fa": "کارگران بندر گفتند تا زمانی که شرکت توافق تازه را امضا نکند به کار باز نخواهند گشت.",
    "fi": "Satamatyöläiset sanoivat, etteivät he palaa töihin ennen kuin yhtiö on allekirjoittanut uuden sopimuksen.",
    "fr": "Les dockers ont déclaré qu'ils ne reprendraient pas le travail avant que la société n'ait signé l'accord.",
    "he": "פועלי הנמל אמרו שלא יחזרו לעבודה לפני שהחברה תחתום על ההסכם החדש עם האיגוד.",
    "hi": "बंदरगाह के मज़दूरों ने कहा कि कंपनी के नए समझौते पर हस्ताक्षर करने से पहले वे काम पर नहीं लौटेंगे।",
    "hu": "A kikötői munkások azt mondták, nem térnek vissza, amíg a társaság alá nem írja az új megállapodást.",
    "it": "I portuali hanno detto che non torneranno al lavoro prima che la società abbia firmato il nuovo accordo.",
    "ja": "港湾労働者たちは、会社が新しい協定に署名するまで職場に戻らないと述べた。",
    "ko": "항만 노동자들은 회사가 새 협약에 서명하기 전에는 일터로 돌아가지 않겠다고 말했다.",
    "nl": "De havenarbeiders zeiden dat ze niet werken voordat het bedrijf de nieuwe overeenkomst heeft getekend.",
    "pl": "Dokerzy powiedzieli, że nie wrócą do pracy, dopóki spółka nie podpisze nowego porozumienia ze związkiem.",
    "pt": "Os estivadores disseram que não voltariam ao trabalho antes de a empresa assinar o novo acordo.",
    "ro": "Docherii au spus că nu se vor întoarce la lucru înainte ca societatea să semneze noul acord cu sindicatul.",
    "ru": "Докеры заявили, что не вернутся к работе, пока компания не подпишет новое соглашение с профсоюзом.",
    "sv": "Hamnarbetarna sade att de inte återgår till arbetet förrän bolaget har skrivit under det nya avtalet.",
    "th": "คนงานท่าเรือกล่าวว่าจะไม่กลับไปทำงานจนกว่าบริษัทจะลงนามในข้อตกลงใหม่",
    "tr": "Liman işçileri, şirket yeni anlaşmayı imzalamadan işe dönmeyeceklerini söyledi.",
    "uk": "Докери заявили, що не повернуться до роботи, доки компанія не підпише нову угоду з профспілкою.",
    "vi": "Công nhân bến cảng cho biết họ sẽ không trở lại làm việc trước khi công ty ký thỏa thuận mới.",
    "zh-cn": "码头工人表示，在公司与工会签署新协议之前，他们不会重返工作岗位。",
}


def invent_texts() -> list[str]:
    """Invent a few hundred texts: each sample whole, out of order, in pieces, in capitals, and mixed with others."""
    dice = random.Random(20140315)
    texts = ["", " ", "12 345", "http://a.example/b", "\U0001f6a2" * 20]
    for sample in SAMPLES.values():
        words = sample.split()
        for _ in range(6):
            dice.shuffle(words)
            texts.append(" ".join(words))
        start = dice.randrange(len(sample) // 2)
        texts += [sample, sample[start : start + 15], sample.upper(), f"{sample} {dice.choice(list(SAMPLES.values()))}"]
    return texts


@pytest.mark.parametrize(("code", "text"), SAMPLES.items())
def test_a_sentence_is_told(code: str, text: str) -> None:
    """Scripts and near neighbours, each by one sentence."""
    found = detect_language(text, SETTINGS)
    assert found.code == code
    assert found.confidence > 0.5


def test_both_implementations_agree() -> None:
    """The fast detector promises the reference's answers; the pin rests on this."""
    fast, reference = load_detector(), load_reference()
    assert fast is not reference
    texts = invent_texts()
    assert len(texts) > 250
    assert [fast.detect(text) for text in texts] == [reference.detect(text) for text in texts]


def test_without_a_wheel_the_reference_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where langdetect-rs cannot be imported, the language is told all the same."""
    monkeypatch.setitem(sys.modules, "langdetect_rs", None)
    monkeypatch.setattr(language, "load_detector", language.load_detector.__wrapped__)
    assert detect_language(SAMPLES["fr"], SETTINGS).code == "fr"
    assert language.load_detector() is load_reference()


@pytest.mark.parametrize("text", ["", " \n", "2014 - 15.3 %", "Ja.", "\U0001f6a2" * 50, "_" * 10_000, "\ud800\udfff"])
def test_too_little_to_tell(text: str) -> None:
    """A number, a symbol or one word says nothing, and no guess is made."""
    assert detect_language(text, SETTINGS) == UNDETERMINED


@pytest.mark.parametrize(
    ("code", "text"),
    [("ko", "파업 계속된다"), ("ja", "ストは続く"), ("en", "DOCKERS STAY OUT UNTIL COMPANY SIGNS THE DEAL")],
)
def test_short_texts_that_do_tell(code: str, text: str) -> None:
    """A few syllables of a script of its own suffice, and capitals are read."""
    assert detect_language(text, SETTINGS).code == code


def test_the_catalogue_helps_where_a_text_says_too_little() -> None:
    """A hint of the source counts for a text of a few letters, and not against a text that tells."""
    hint = stated("language", "fi", "source")
    document = replace(page().document, payload=replace(page().document.payload, stated=(hint,)))
    for body, code in (("Ok.", "fi"), (SAMPLES["nl"], "nl")):
        draft = Draft(
            page=replace(page(), document=document), cleaning=cleaning(body), now=datetime(2026, 11, 27, tzinfo=UTC)
        )
        assert find_language(draft, SETTINGS).metadata.language.code == code


def test_only_parts_of_a_huge_body_are_read() -> None:
    """The cost of a language is bounded: the beginning, the middle and the end tell it."""
    sample = take_sample("a" * 1_000 + "b" * 1_000_000 + "c" * 1_000, SETTINGS.max_characters)
    assert sample.split("\n") == ["a" * 150, "b" * 150, "c" * 150]


@settings(max_examples=200)
@given(text=strategies.text(alphabet=strategies.characters(exclude_categories=())))
def test_any_text_has_one_answer(text: str) -> None:
    """Never random, never an exception, a confidence between 0 and 1, and 0 exactly for `und`."""
    found = detect_language(text, SETTINGS)
    assert found == detect_language(text, SETTINGS)
    assert 0 <= found.confidence <= 1
    assert (found.code == "und") == (found.confidence == 0)
