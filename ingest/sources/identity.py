"""Who a document is: its canonical URL, or its source and content. Minted once, never changed."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, urlsplit

from courlan import normalize_url

# Names that carry where a reader came from, never which article it is. Only well-known ones: a parameter kept by
# mistake costs a near-duplicate, which clustering finds; one dropped by mistake merges two articles and loses one. That
# is why courlan's own list is not used (it drops `id`-like names such as `cid`, `eid` and all that start with `ga`).
_TRACKING = re.compile(
    r"utm_\w+|at_(?:medium|campaign|custom\d|link_\w+|ptr_name|format|bbc_team)|mtm_\w+|pk_(?:campaign|kwd|source|medium)|"
    r"fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igshid|igsh|mc_[ce]id|mkt_tok|_ga|_gl|"
    r"oly_(?:anon|enc)_id|vero_(?:conv|id)|__twitter_impression|ns_(?:mchannel|source|campaign|linkname|fee)|"
    r"ocid|cmpid|cmp|ito|ref_(?:src|url)|s_cid|smid|xtor|wt_mc|wt_zmc|guccounter|guce_referrer(?:_sig)?|ftag|ncid|sr_share",
    re.IGNORECASE,
)


def canonical_url(url: str) -> str | None:
    """Give a web address its one written form, or None where it is none.

    Scheme and host in lower case, punycode decoded, without default port and fragment; tracking parameters dropped, the
    others kept as they are and sorted by name. An address with a user name in it is none.
    """
    try:
        parts = urlsplit("".join(url.split()))
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or parts.username is not None:
            return None
        bare: str = normalize_url(SplitResult(parts.scheme, parts.netloc, parts.path or "/", "", ""))
        bare.encode()
    except (ValueError, AttributeError):
        return None
    query = _canonical_query(parts.query)
    return f"{bare}?{query}" if query else bare


def _canonical_query(query: str) -> str:
    kept = [part for part in query.split("&") if part and not _TRACKING.fullmatch(part.partition("=")[0])]
    return "&".join(sorted(kept, key=lambda part: part.partition("=")[0]))


def id_of_url(canonical: str) -> str:
    """Mint an id from a canonical URL: `http` and `https` are one address, so is one with and without a final slash."""
    address, mark, query = canonical.partition("://")[2].partition("?")
    return _digest("url", address.rstrip("/") + mark + query)


def id_of_content(source: str, given_id: str | None, content: str) -> str:
    """Mint an id from where a document came from, the id that it was given there, and its decoded text."""
    return _digest("content", source, given_id or "", content)


def _digest(*parts: str) -> str:
    """Hash parts so that no two lists of parts collide; 128 bits, hexadecimal."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(f"{len(encoded)}:".encode())
        digest.update(encoded)
    return digest.hexdigest()[:32]
