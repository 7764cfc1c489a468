"""Signatures: what makes them equal, alike or incomparable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dedup import DedupSettings
from ingest.dedup.signature import TOKEN_BITS, analyse, name_scheme, narrow, sign
from ingest.dedup.similarity import compare
from ingest.dedup.text import PLAIN_WORD, SENTENCE_END, collapse, fold, hash_shingles, split_sentences
from tests.dedup.articles import write_body, write_sentences

SETTINGS = DedupSettings()


@given(st.text())
def test_space_and_case_make_no_other_content(body: str) -> None:
    """A copy that was only set anew has the hash of its original."""
    assert sign(f"  {fold(body)}\n", SETTINGS).content == sign(fold(body), SETTINGS).content
    assert sign(collapse(body), SETTINGS).content == sign(body, SETTINGS).content


@given(st.text())
def test_every_text_can_be_signed(body: str) -> None:
    """No text stops a run, surrogates and all; a signature says the same every time and fits its store."""
    signature = sign(body, SETTINGS)
    assert signature == sign(body, SETTINGS)
    assert len(signature.content) == 16
    assert list(signature.tokens) == sorted(set(signature.tokens))
    assert all(0 <= token < 2**TOKEN_BITS for token in signature.tokens)
    assert len(signature.tokens) <= SETTINGS.bands + SETTINGS.opening_bands + SETTINGS.sentences


def test_signatures_are_the_same_in_every_process() -> None:
    """Stored signatures outlive the process: a known text gives known hashes."""
    signature = sign("The harbour of Velmora opens again on Monday after a week of storms.", SETTINGS)
    assert signature.content.hex() == "6e6838741a21fe4a2bfef81f47644110"
    assert sorted(narrow(signature.tokens))[:3] == [363501375, 410263972, 627025400]
    assert signature.tokens[:3] == (2182666859, 2353835044, 7161189753)


@pytest.mark.parametrize("name", ["shingle_words", "bands", "rows", "opening_bands", "opening_shingles", "sentences"])
def test_what_shapes_a_signature_is_in_its_scheme(name: str) -> None:
    """Signatures of other settings must never be compared."""
    changed = replace(SETTINGS, **{name: getattr(SETTINGS, name) + 1})
    assert name_scheme(changed) != name_scheme(SETTINGS)
    assert sign(write_body(1), changed).scheme == name_scheme(changed)


def test_thresholds_are_no_part_of_the_scheme() -> None:
    """Where the line is drawn does not make signatures another kind."""
    assert name_scheme(replace(SETTINGS, min_jaccard=0.5, max_candidates=3)) == name_scheme(SETTINGS)


def test_sentences_end_where_they_do() -> None:
    """Sentences of any script end at their own marks, and numbers stay whole enough to tell."""
    assert split_sentences('he said "no." then\nhe left. 港口重开。船都回来了。') == [
        "he said no",
        "then",
        "he left",
        "港口 口重 重开",
        "船都 都回 回来 来了",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
        ("Île-de-France", ["île", "de", "france"]),
        ("東京tower", ["東京", "tower"]),
        ("ข่าวดี", ["ข่", "่า", "าว", "วด", "ดี"]),
        ("船", ["船"]),
    ],
)
def test_words_of_other_scripts(text: str, words: list[str]) -> None:
    """Vowel signs belong to their words; scripts without spaces are taken in character pairs."""
    assert split_sentences(fold(text)) == [" ".join(words)]


@given(st.text(alphabet=[chr(code) for code in range(1, 128)], max_size=60))
def test_the_fast_way_for_ascii_gives_the_same_words(text: str) -> None:
    """English text takes a short cut, which must not show: the words are those of the pattern."""
    folded = fold(text)
    by_pattern = [words for part in SENTENCE_END.split(folded) if (words := " ".join(PLAIN_WORD.findall(part)))]
    assert split_sentences(folded) == by_pattern


def test_chinese_copies_share_tokens_and_others_do_not() -> None:
    """An edited copy in a script without spaces is found and verified like any other."""
    original = (
        "港务局周一宣布暴风雨过后港口将于本周重新开放。"
        "渔民们说他们已经等了整整七天才能再次出海捕鱼。"
        "市长感谢所有参加抢修工作的志愿者。"
    )
    edited = original.replace("周一", "周二") + "气象台预计周末天气晴朗。"
    other = "博物馆新展厅昨天迎来第一批参观者。馆长介绍说这里收藏着三百多件古代乐器。许多展品是首次与公众见面。"
    one, two, three = (analyse(text, SETTINGS) for text in (original, edited, other))
    assert set(one.signature.tokens) & set(two.signature.tokens)
    assert not set(one.signature.tokens) & set(three.signature.tokens)
    assert compare(one.shingles, set(one.shingles), two.shingles, SETTINGS) is not None
    assert compare(one.shingles, set(one.shingles), three.shingles, SETTINGS) is None


def test_a_text_shorter_than_a_shingle_is_one_shingle() -> None:
    """Even two words can be told from two others; no words give none."""
    assert len(hash_shingles(["good", "morning"], 3)) == 1
    assert hash_shingles(["good", "morning"], 3) != hash_shingles(["good", "evening"], 3)
    assert len(hash_shingles([], 3)) == 0


def test_shingles_are_distinct_and_in_order() -> None:
    """The opening of a body is the start of its shingles, so a repeated passage must not come twice."""
    shingles = hash_shingles(["a", "b", "c", "a", "b", "c"], 3)
    assert len(shingles) == len(set(shingles)) == 3
    assert shingles[0] == hash_shingles(["a", "b", "c"], 3)[0]


def test_a_copy_cut_after_its_opening_shares_a_token() -> None:
    """Copies cut in their first sentence have no whole sentence in common: their openings are hashed apart."""
    body = " ".join(write_sentences(1, 60))
    cut = " ".join(body.split()[:23])
    assert set(sign(body, SETTINGS).tokens) & set(sign(cut, SETTINGS).tokens)


def test_a_body_of_a_megabyte_is_signed() -> None:
    """The largest body that the limits allow has a signature of the usual size."""
    body = " ".join(f"word{place % 50_000}" for place in range(100_000))
    assert len(body) > 900_000
    assert len(sign(body, SETTINGS).tokens) <= SETTINGS.bands + SETTINGS.opening_bands + SETTINGS.sentences


@given(st.integers(2, 30), st.integers(1, 30))
def test_comparison_is_symmetric(common: int, extra: int) -> None:
    """Which of two bodies came first must not decide whether they are copies."""
    sentences = write_sentences(1, common)
    one = analyse(" ".join(sentences), SETTINGS).shingles
    two = analyse(" ".join(write_sentences(2, extra) + sentences), SETTINGS).shingles
    assert compare(one, set(one), two, SETTINGS) == compare(two, set(two), one, SETTINGS)
