"""Names that a model finds: believed where words and surroundings bear them out. With the real model."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.enrich import entities
from ingest.enrich.entities import MODEL, Mention, add_entities, is_installed, recognize
from ingest.enrich.gazetteer import load_gazetteer
from ingest.enrich.settings import EntitySettings
from ingest.model import Metadata, Names, Place

TEXT = (
    "Ngozi Achterberg, 41, told Reuters that the Kilimo Growers Union would sue. "
    "Achterberg flew from Inverness to Nairobi."
)


def add(text: str, *mentions: tuple[str, str], names: Names | None = None) -> Names:
    """Add mentions to names."""
    found = [Mention(sort, name, text.index(name)) for sort, name in mentions]
    metadata = add_entities(Metadata(names=names), text, found, EntitySettings(), load_gazetteer())
    assert metadata.names is not None
    return metadata.names


def test_the_model_names_what_no_list_knows() -> None:
    """The real model finds people by how they stand in a sentence; what it found anything in is kept as evidence."""
    assert is_installed()
    (mentions,) = recognize([TEXT])
    metadata = add_entities(Metadata(), TEXT, mentions, EntitySettings(), load_gazetteer())
    assert metadata.names == Names(
        persons=("Ngozi Achterberg",),
        organizations=("Kilimo Growers Union",),
        places=(Place(name="Inverness", country="GB"), Place(name="Nairobi", country="KE")),
    )
    assert [(each.enricher, each.read) for each in metadata.evidence] == [("entities", ("body",))]


def test_many_texts_are_read_at_once_in_their_order() -> None:
    """A batch gives what each text gives alone, and nothing for an empty one."""
    texts = [TEXT, "", "She was born in Lagos."]
    assert recognize(texts) == [recognize([text])[0] for text in texts]
    assert recognize(texts)[1] == []


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Madison opened a bakery.", ("place", "Madison")),
        ("The Duke of Windhoek came.", ("place", "Windhoek")),
        ("They sang in Nowhereville.", ("place", "Nowhereville")),
        ("Split Enz played on.", ("person", "Split Enz")),
        ("Lindqvist said no.", ("person", "Lindqvist")),
        ("Emily Dickinson Museum said it would close.", ("person", "Emily Dickinson Museum")),
        ("Storm Anders Hits South Coast Again Today", ("person", "Storm Anders")),
        ("Peaches are dear.", ("organization", "Peaches")),
        ("The Prince of Wales came.", ("organization", "Prince of Wales")),
        ("Storm Bank Hits South Coast Again Today", ("organization", "Storm Bank")),
    ],
)
def test_a_name_that_nothing_bears_out_is_left_out(text: str, mention: tuple[str, str]) -> None:
    """Precision before recall: a small model takes much for names."""
    assert add(text, mention) == Names()


def test_what_is_known_as_another_sort_stays_that() -> None:
    """The page says that it is about a person: the model takes her for an organisation."""
    known = Names(persons=("Paris Hilton Group",))
    assert add("Paris Hilton Group sang.", ("organization", "Paris Hilton Group"), names=known) == known


def test_articles_and_possessives_are_no_part_of_a_name() -> None:
    """`the World Food Union's` is filed as `World Food Union`."""
    text = "It was the World Food Union's ship."
    assert add(text, ("organization", "the World Food Union's")).organizations == ("World Food Union",)


def test_the_upload_of_the_model_is_told_and_pinned() -> None:
    """It is a third party's upload: the code says so, and the lock file holds its hash."""
    lock = (Path(__file__).parents[2] / "requirements" / "dev.txt").read_text(encoding="utf-8")
    pinned = lock.split(f"\n{MODEL.replace('_', '-')}==", 1)[1].split("\n", 2)[1]
    assert "third party's" in (entities.__doc__ or "")
    assert pinned.strip().startswith("--hash=sha256:")
