"""Refuses secrets that are missing, known or short, before anything is started with them.

python -m services.passwords NAME[:CHARACTERS]...    # names of variables; each at least so long, 12 characters else
                             NAME:fernet...          # a key of Airflow's, or several with commas between them
"""

from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Mapping

from ingest.jobs.setting_up import KNOWN_PASSWORDS, MIN_PASSWORD_CHARACTERS

FERNET, FERNET_BYTES = "fernet", 32
STEM_CHARACTERS, LEAST_DIFFERENT = 5, 5
# Secrets go into addresses, files of JSON and command lines as they are, where a dash first would begin an option; a
# comma parts two keys of Airflow's.
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_=,.+-]*")


def find_wrong(wanted: list[str], environment: Mapping[str, str]) -> list[str]:
    """Name the variables that hold no secret worth the name, and why; never what they hold."""
    wrong = []
    for each in wanted:
        name, _, shape = each.partition(":")
        is_key, value = shape == FERNET, environment.get(name, "")
        least = MIN_PASSWORD_CHARACTERS if is_key or not shape else int(shape)
        if value.lower() in KNOWN_PASSWORDS:
            wrong.append(f"{name}: a default that everybody knows; choose another")
        elif len(value) < least:
            wrong.append(f"{name}: {len(value)} characters; it takes at least {least}")
        elif value.lower().startswith(tuple(word for word in KNOWN_PASSWORDS if len(word) >= STEM_CHARACTERS)):
            wrong.append(f"{name}: it begins as a default that everybody knows; choose another")
        elif len(set(value)) < LEAST_DIFFERENT:
            wrong.append(f"{name}: the same few characters again and again; choose another")
        elif not PLAIN.fullmatch(value):
            wrong.append(f"{name}: letters and digits only, some secrets go into addresses")
        elif is_key and not all(map(is_fernet_key, value.split(","))):
            wrong.append(f"{name}: no key of Fernet's; make one: openssl rand -base64 32 | tr +/ -_")
    return wrong


def is_fernet_key(text: str) -> bool:
    """Tell whether a text is 32 bytes in the base64 of addresses."""
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == FERNET_BYTES
    except ValueError:
        return False


def main(arguments: list[str]) -> int:
    """Say what is wrong with the variables named; give 2 where anything is."""
    wrong = find_wrong(arguments, os.environ)
    print("".join(f"{line}\n" for line in wrong), end="", file=sys.stderr)
    return 2 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
