"""Articles with their spans and comments as a Parquet file, for analysts; written in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.errors import UsageError
from ingest.jobs.searching import Reader

ROWS = 500
STRINGS = (
    *("id", "given_id", "url", "title", "body", "publisher", "publisher_domain", "publisher_country", "date_precision"),
    *("date_origin", "year", "language", "kind", "cluster_id", "cluster_kind", "canonical_reason", "duplicate_of"),
    *("wire_agency", "source", "origin", "content_kind", "digest", "code_version", "rules_version"),
)
TIMES = ("published_at", "modified_at", "fetched_at", "captured_at", "indexed_at")
SHARES = ("language_confidence", "similarity", "quality", "chrome_share")
SWITCHES = ("canonical", "date_conflict", "mixed_language", "paywalled", "cut_short")
COUNTS = ("word_count", "reading_minutes", "comment_count", "version", "original_characters", "chrome_characters")
LISTS = (
    *("author", "contributor", "agency", "section", "keyword", "place", "country", "person", "organization"),
    *("rights_holder", "other_languages", "flags"),
)
SPANS = ("spans", "suggested_spans")
NESTED = (*SPANS, "rights", "captions", "comments")

Row = Mapping[str, Any]


def write_parquet(path: Path, parameters: Sequence[tuple[str, str]], reader: Reader) -> int:
    """Write what a search finds, whole; give how many articles. The file appears when it is complete.

    Raises UsageError without the extra `parquet`, or where the search is of a time past.
    """
    if any(name == "as_of" for name, _ in parameters):
        raise UsageError("as_of: a Parquet file holds articles as they stand")
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        from pyarrow import parquet as pq  # noqa: PLC0415 - of the same extra
    except ModuleNotFoundError as error:
        raise UsageError("Parquet needs the extra `parquet`: pip install 'broadsheet[parquet]'") from error
    schema, count = build_schema(pa), 0
    part = path.with_name(f".{path.name}.part")
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for rows in read_rows(parameters, reader):
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                count += len(rows)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def build_schema(pa: Any) -> Any:
    """Declare the columns; `pa` is pyarrow."""
    text, number, moment = pa.string(), pa.int64(), pa.timestamp("ms", "UTC")
    span = pa.struct({"start": number, "end": number, "class": text, "rule": text})
    rights = pa.struct({"holder": text, "years": pa.list_(number), "notice": text, "agency": text})
    caption = pa.struct({"text": text, "credit": text})
    comment = pa.struct(
        {
            "number": number,
            "author": text,
            "published_at": moment,
            "rating": number,
            "reply_to": number,
            "text": text,
            "language": text,
        }
    )
    columns = {
        **dict.fromkeys(STRINGS, text),
        **dict.fromkeys(TIMES, moment),
        **dict.fromkeys(SHARES, pa.float64()),
        **dict.fromkeys(SWITCHES, pa.bool_()),
        **dict.fromkeys(COUNTS, number),
        **dict.fromkeys(LISTS, pa.list_(text)),
        **dict.fromkeys(SPANS, pa.list_(span)),
        "rights": pa.list_(rights),
        "captions": pa.list_(caption),
        "comments": pa.list_(comment),
    }
    return pa.schema(list(columns.items()))


def read_rows(parameters: Iterable[tuple[str, str]], reader: Reader) -> Iterator[list[Row]]:
    """Yield the rows of what a search finds, some at a time."""
    asked = [pair for pair in parameters if pair[0] not in ("fields", "cursor")]
    order = [] if any(name == "sort" for name, _ in asked) else [("sort", "newest")]
    for page in reader.walk([*asked, *order, ("fields", "id")], ROWS):
        found = reader.fetch([hit["id"] for hit in page["hits"]])
        if found:
            yield [to_row(document) for document in found]


def to_row(document: Row) -> Row:
    """Give an article's row."""
    plain = {name: document.get(name) for name in (*STRINGS, *SHARES, *SWITCHES, *COUNTS)}
    times = {name: read_time(document.get(name)) for name in TIMES}
    lists = {name: document.get(name) or [] for name in (*LISTS, *NESTED)}
    comments = [{**each, "published_at": read_time(each.get("published_at"))} for each in lists["comments"]]
    return {**plain, **times, **lists, "comments": comments}


def read_time(moment: str | None) -> datetime | None:
    """Read a time of the index."""
    return datetime.fromisoformat(moment) if moment else None
