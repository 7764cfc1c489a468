"""The signature of a body: its content hash and the hashes by which likely copies are found. Pure."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from rensa import RMinHash

from ingest.dedup.settings import DedupSettings
from ingest.dedup.text import Parts, collapse, fold, hash_content, hash_parts, split_sentences

SEED = 2022
# Raised with every change of this module or of `text` that gives a body another signature.
VERSION = 2
# What the hashes of bands begin with, so that those of a body and of an opening do not meet.
BODY, OPENING = 1, 2
# The lower 32 bits of a token are what stores on disk keep. Among a million articles a third of all look-ups would meet
# another token of the same 32 bits by chance, so that four more bits tell them apart where they cost nothing.
TOKEN_BITS, KEPT_BITS = 36, 32
TOKENS, KEPT = 2**TOKEN_BITS - 1, 2**KEPT_BITS - 1


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a body to find its copies.

    `content` (16 bytes) is equal for exact copies. `tokens` are distinct unsigned hashes of `TOKEN_BITS`,
    sorted: bands of MinHash values and whole sentences; likely copies share one. Compare signatures of one `scheme`
    only.
    """

    scheme: str
    content: bytes
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A body's signature and what its copies are verified and ordered by.

    `length` counts the code points of the folded body.
    """

    signature: Signature
    parts: Parts
    length: int

    @property
    def shingles(self) -> array[int]:
        """The distinct shingles as 64-bit hashes in text order."""
        return self.parts.shingles


def name_scheme(settings: DedupSettings) -> str:
    """Name all that shapes a signature: this code's version, rensa's algorithm, and the settings."""
    shape = f"w{settings.shingle_words}.b{settings.bands}x{settings.rows}"
    opening = f"o{settings.opening_shingles}b{settings.opening_bands}"
    sentences = f"s{settings.sentences}m{settings.min_sentence_words}"
    return f"{VERSION}.rminhash{RMinHash.ALGORITHM_VERSION}.{shape}.{opening}.{sentences}"


def sign(body: str, settings: DedupSettings) -> Signature:
    """Sign a body."""
    return analyse(body, settings).signature


def analyse(body: str, settings: DedupSettings) -> Analysis:
    """Sign a body and give the shingles that its copies are verified by."""
    folded = fold(body)
    parts = hash_parts(split_sentences(folded), settings.shingle_words, settings.min_sentence_words)
    collapsed = collapse(folded)
    signature = Signature(name_scheme(settings), hash_content(collapsed), choose_tokens(parts, settings))
    return Analysis(signature, parts, len(collapsed))


def choose_tokens(parts: Parts, settings: DedupSettings) -> tuple[int, ...]:
    """Choose the tokens by which a body's likely copies are found."""
    shingles = parts.shingles
    tokens = {
        *hash_bands(shingles, settings.bands, settings.rows, BODY),
        *hash_bands(shingles[: settings.opening_shingles], settings.opening_bands, settings.rows, OPENING),
        *choose_sentences(parts.sentences, settings.sentences),
    }
    return tuple(sorted(tokens))


def hash_bands(shingles: array[int], bands: int, rows: int, part: int) -> list[int]:
    """Hash each band of the MinHash signature to a token; a text without shingles has none.

    Two bodies share a given band with the probability Jaccard ** rows (Leskovec, Rajaraman, Ullman: Mining of Massive
    Datasets, chapter 3). The values of a band are hashes already, so a checksum spreads them well enough. Its value
    with another start would say nothing more, so the upper bits are taken from the band's first value.
    """
    if not shingles:
        return []
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, (0, len(shingles)), bands * rows, SEED)
    values = matrix.to_rows()[0]
    packed = struct.pack(f"<{bands * rows}I", *values)
    width, first = 4 * rows, part << 16
    return [
        (values[band * rows] << KEPT_BITS & TOKENS) | crc32(packed[band * width : (band + 1) * width], first + band)
        for band in range(bands)
    ]


def choose_sentences(sentences: Sequence[int], most: int) -> list[int]:
    """Keep the hashes of sentences whose lower bits are smallest, so that two texts keep the same ones."""
    return sorted({sentence & TOKENS for sentence in sentences}, key=KEPT.__and__)[:most]


def narrow(tokens: Sequence[int]) -> list[int]:
    """Give tokens as the distinct 32-bit numbers that stores on disk keep."""
    return list(dict.fromkeys(map(KEPT.__and__, tokens)))


def take_apart(body: str, settings: DedupSettings) -> Parts:
    """Give what a body is compared by, without signing it."""
    return hash_parts(split_sentences(fold(body)), settings.shingle_words, settings.min_sentence_words)
