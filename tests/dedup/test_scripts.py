"""Copies in scripts that are written without spaces between words, alone and mixed with Latin."""

from __future__ import annotations

import random

import pytest

from ingest.dedup import Candidate
from tests.dedup.articles import System

SENTENCES, SENTENCE_CHARACTERS = 14, 24
LATIN = ("Harbour", "Lomeria", "2031", "Tovan Group", "EU")
# First and last letter of each script's plain letters.
LETTERS = {
    "chinese": "\u4e00\u9fff",
    "japanese": "\u3041\u3093",
    "thai": "\u0e01\u0e2e",
    "lao": "\u0e94\u0eae",
    "khmer": "\u1780\u17a2",
    "myanmar": "\u1000\u1021",
}


def write_sentences(script: str, seed: int, *, mixed: bool) -> list[str]:
    """Write sentences of a script's letters, without spaces; mixed ones have a Latin name in the middle."""
    chance = random.Random(f"{script}{seed}")
    first, last = map(ord, LETTERS[script])
    sentences = []
    for _ in range(SENTENCES):
        letters = [chr(chance.randint(first, last)) for _ in range(SENTENCE_CHARACTERS)]
        if mixed:
            letters[SENTENCE_CHARACTERS // 2] = chance.choice(LATIN)
        sentences.append("".join(letters))
    return sentences


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("script", LETTERS)
def test_near_copies_are_found_and_others_are_not(script: str, mixed: bool) -> None:
    """A shortened, an extended and an edited copy join their original; another text of the same letters does not."""
    original, other = (write_sentences(script, seed, mixed=mixed) for seed in (1, 2))
    edited = [sentence[:5] + sentence[6:] if place % 3 == 0 else sentence for place, sentence in enumerate(original)]
    variants = [original, original[:6], [*original, *other[:5]], edited, other]
    clusters = System().run(
        *(Candidate(key=f"k{place}", body="\n".join(sentences)) for place, sentences in enumerate(variants))
    )
    assert [cluster.kind for cluster in clusters] == ["unique", "near", "near", "near", "unique"]
    assert {cluster.id for cluster in clusters[:4]} == {clusters[0].id}
