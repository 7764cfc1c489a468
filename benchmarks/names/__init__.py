"""Places, people and organisations against a sample labelled by hand: `python -m benchmarks.names`.

`sample.toml` has two halves: rules are chosen on one, `report` is told; `model` is the same half with the names of the
extra `ner` besides, and `other` has other languages. Precision is of all names in a part together, each once a
sentence; a place is right with its country alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.enrich.enricher import Draft
from ingest.enrich.entities import add_entities, recognize
from ingest.enrich.gazetteer import load_gazetteer
from ingest.enrich.names import find_names
from ingest.enrich.settings import EntitySettings, NameSettings
from ingest.model import Cleaning, Encoding, Given, Language, Metadata, Names, Page, Payload, RawDocument

SAMPLE = Path(__file__).parent / "sample.toml"
PARTS = ("choose", "report", "other")
SORTS = ("place", "person", "organization")
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Mention = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was found in a sentence of the sample, and what is in it: pairs of a sort and a name."""

    text: str
    found: frozenset[Mention]
    labelled: frozenset[Mention]


def measure() -> dict[str, Any]:
    """Give precision and recall by half, of all names and of each sort."""
    sample = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    parts = {part: rate([read_alone(record) for record in sample[part]]) for part in PARTS}
    return {**parts, "model": rate(list(read_with_model(sample["report"])))}


def explain(figure: str) -> Iterator[str]:
    """Name the sentences of a half that are wrong, with what was found falsely and what was missed."""
    sample = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    half = figure.partition(".")[0]
    read_half = read_with_model(sample["report"]) if half == "model" else map(read_alone, sample[half])
    for sentence in read_half:
        false, missed = sorted(sentence.found - sentence.labelled), sorted(sentence.labelled - sentence.found)
        if false or missed:
            yield f"{sentence.text}  FALSE {false}  MISSED {missed}"


def rate(sentences: list[Sentence]) -> dict[str, Any]:
    """Rate all sorts together, and each."""
    return {**rate_sorts(sentences, SORTS), **{sort: rate_sorts(sentences, (sort,)) for sort in SORTS}}


def rate_sorts(sentences: list[Sentence], sorts: tuple[str, ...]) -> dict[str, float]:
    """Give precision and recall over the names of some sorts; 0 where nothing was found or is there."""
    found = sum(mention[0] in sorts for each in sentences for mention in each.found)
    labelled = sum(mention[0] in sorts for each in sentences for mention in each.labelled)
    right = sum(mention[0] in sorts for each in sentences for mention in each.found & each.labelled)
    return {"precision": right / max(1, found), "recall": right / max(1, labelled), "names": labelled}


def read_alone(record: Mapping[str, Any]) -> Sentence:
    """Find what a record's sentence names, without the model."""
    return read(record, find_in(record["text"], record.get("language", "en")))


def read_with_model(records: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    """Find the same, with the model."""
    for record, mentions in zip(records, recognize([record["text"] for record in records]), strict=True):
        metadata = Metadata(names=find_in(record["text"]))
        named = add_entities(metadata, record["text"], mentions, EntitySettings(), load_gazetteer()).names
        yield read(record, named or Names())


def read(record: Mapping[str, Any], found: Names) -> Sentence:
    """Put beside a record's labels what was found."""
    return Sentence(
        text=record["text"],
        found=frozenset(
            [("place", f"{place.name} {place.country}") for place in found.places]
            + [("person", name) for name in found.persons]
            + [("organization", name) for name in found.organizations]
        ),
        labelled=frozenset(
            [("place", f"{name} {country}") for name, country in record.get("places", {}).items()]
            + [("person", name) for name in record.get("persons", ())]
            + [("organization", name) for name in record.get("organizations", ())]
        ),
    )


def find_in(text: str, language: str = "en") -> Names:
    """Find the names in a text."""
    document = RawDocument(
        id="0" * 32,
        digest="0" * 64,
        payload=Payload(content=b"", media_type="text/plain", source="sample", origin="sample"),
        kind="text",
        text=text,
        encoding=Encoding(name="utf-8", origin="utf-8"),
        given=Given(),
    )
    draft = Draft(
        page=Page(document=document, text=text, extractor="text"),
        cleaning=Cleaning(body=text, spans=()),
        now=NOW,
        metadata=Metadata(language=Language(code=language, confidence=1.0)),
    )
    return find_names(draft, NameSettings()).metadata.names or Names()
