"""Chunks cut into lines in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def split_lines(chunks: Iterable[bytes], max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number from 1, without its line feed; None where it is longer than `max_bytes`.

    Of a line that is too long no more than `max_bytes` and one chunk are ever held. Where the chunks raise, the lines
    before that point have been delivered and the broken one is not.
    """
    number = 1
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        *ended, open_end = chunk.split(b"\n")
        for piece in ended:
            whole = size + len(piece) <= max_bytes
            yield number, (b"".join(held) + piece if whole else None)
            number += 1
            held, size = [], 0
        size += len(open_end)
        if size <= max_bytes:
            held.append(open_end)
        else:
            held.clear()
    if size:
        yield number, (b"".join(held) if size <= max_bytes else None)
