"""Bytes to text: byte-order mark, declared charset, UTF-8, detection, in that order, and what was decided is told."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from ingest.model import Encoding

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The web's labels `ascii` and `latin-1` mean windows-1252 (WHATWG Encoding Standard, section 4.2).
WEB_LABELS = {"ascii": "cp1252", "iso8859-1": "cp1252"}
# Codecs of Python's that decode text but are no charset of a document.
NOT_CHARSETS = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7", "mbcs", "oem"}
)
SAMPLE_BYTES = 200_000
COMMONEST = "cp1252"
_META_CHARSET = re.compile(rb"<meta[^>]{0,1000}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)


def decode_bytes(content: bytes, declared: str | None) -> tuple[str, Encoding] | None:
    """Decode a document; None where nothing fits. A byte-order mark is no part of the text.

    Valid UTF-8 with characters beyond ASCII beats a declared charset: other encodings do not look like it by chance,
    and wrong declarations are common. Bytes that are UTF-8 but for a few faults stay UTF-8, with U+FFFD for each fault.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _replace(content[len(mark) :], name, "bom")
    name_declared = _lookup(declared)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(content, name_declared)
    if name_declared in {None, "utf-8"} or len(text) < len(content):
        return text, Encoding(name="utf-8", origin="declared" if name_declared == "utf-8" else "utf-8")
    return _decode_other(content, name_declared)


def declared_in_html(content: bytes) -> str | None:
    """Find the charset that a page's `meta` element declares in its first 4,096 bytes."""
    found = _META_CHARSET.search(content[:4096])
    return found[1].decode("ascii") if found else None


def _decode_other(content: bytes, declared: str | None) -> tuple[str, Encoding] | None:
    if declared is not None:
        try:
            return content.decode(declared), Encoding(name=declared, origin="declared")
        except UnicodeDecodeError:
            pass
    repaired, encoding = _replace(content, "utf-8", "utf-8")
    if encoding.replaced <= (len(content) - len(repaired)) // 10:
        return repaired, encoding
    if declared is not None:
        repaired, encoding = _replace(content, declared, "declared")
        if encoding.replaced <= len(repaired) // 100:
            return repaired, encoding
    detected = _detect(content)
    return None if detected is None else _replace(content, detected, "detected")


def _detect(content: bytes) -> str | None:
    wide = _detect_utf16(content[:SAMPLE_BYTES])
    if wide is not None:
        return wide
    best = from_bytes(content[:SAMPLE_BYTES]).best()
    if best is None:
        return None
    # Much text reads the same in several code pages; the commonest is then the better guess for the rest.
    return COMMONEST if _reads_as(content, COMMONEST) == _reads_as(content, best.encoding) else best.encoding


def _reads_as(content: bytes, name: str) -> str:
    return content[:SAMPLE_BYTES].decode(name, "replace")


def _detect_utf16(sample: bytes) -> str | None:
    """Tell UTF-16 without a mark by its zero bytes, which stand at odd or at even places alone."""
    half = max(1, len(sample) // 2)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else None


def _lookup(label: str | None) -> str | None:
    try:
        name = codecs.lookup(label or "").name
        b"a".decode(name, "ignore")  # refuses codecs that are not from bytes to text
    except (LookupError, ValueError):
        return None
    return None if name in NOT_CHARSETS else WEB_LABELS.get(name, name)


def _replace(content: bytes, name: str, origin: str) -> tuple[str, Encoding]:
    text = content.decode(name, "replace")
    try:
        already = content.decode(name, "ignore").count("\ufffd")
    except UnicodeDecodeError:  # some multi-byte codecs refuse even so
        already = 0
    return text, Encoding(name=name, origin=origin, replaced=text.count("\ufffd") - already)
