"""Checks compose files as Docker would read them, with compose-go, built once a machine.

python -m services.compose docker-compose.yml
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from services.cache import cache_folder, locked
from services.failure import ServiceError

SOURCES = Path(__file__).resolve().parent.parent / "tools" / "compose-check"


def build_checker() -> Path:
    """Give the checker's program, built into the cache where these sources have not been built yet."""
    digest = hashlib.sha256(b"".join((SOURCES / name).read_bytes() for name in ("main.go", "go.mod", "go.sum")))
    program = cache_folder() / f"compose-check-{digest.hexdigest()[:16]}"
    with locked("compose-check"):
        if not program.exists():
            _build(program)
    return program


def _build(program: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise ServiceError("Go is needed to check docker-compose.yml and was not found: install it (Debian: golang)")
    scratch = program.with_suffix(".new")
    done = subprocess.run([go, "build", "-o", scratch, "."], cwd=SOURCES, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ServiceError(f"the compose checker could not be built:\n{done.stderr}")
    scratch.rename(program)


def example_environment(example: Path) -> dict[str, str]:
    """Read NAME=value lines; a name without a value gets one, as a user who copies the file would fill it in."""
    lines = [line for line in example.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    pairs = (line.partition("=") for line in lines)
    return {name: value or "filled-in" for name, _, value in pairs}


def check(files: list[Path]) -> str:
    """Give what is wrong with the files, empty where nothing is; variables are those of .env.example beside each."""
    told = []
    for file in files:
        environment = {"PATH": os.environ.get("PATH", os.defpath)} | example_environment(file.parent / ".env.example")
        command = [str(build_checker()), file.name]
        done = subprocess.run(command, cwd=file.parent, env=environment, capture_output=True, text=True, check=False)
        told.append(done.stderr if done.returncode else "")
    return "".join(told)


def main(arguments: list[str]) -> int:
    """Check the files named; give 1 where one is wrong and 3 where the checker could not be built."""
    try:
        wrong = check([Path(name).resolve() for name in arguments])
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 3
    print(wrong, end="", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
