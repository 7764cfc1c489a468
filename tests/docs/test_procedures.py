"""Every block of commands of the operators' pages is run by a test, or it is said here why none can."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.docs.procedures import PAGES, ROOT, forms, read_blocks

NOT_RUN = {
    "containers": "there is no container engine; tests/services compares the file with what runs without one",
    "authority of the containers": "there is no container engine",
    "exchange secrets in containers": "there is no container engine",
    "install the model": "asks a package index; the environment of the tests holds the model",
}
RUNNERS = {"follow", "serve"}


def find_followed() -> dict[str, list[str]]:
    """Give the tests of `make test` that run a procedure, by its name."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if path.parent.name == "scale":
            continue
        for test in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                for name in find_names(test):
                    found.setdefault(name, []).append(f"{path.relative_to(ROOT)}::{test.name}")
    return found


def find_names(test: ast.FunctionDef) -> list[str]:
    """Give the procedures that a test runs."""
    return [
        str(call.args[0].value)
        for call in ast.walk(test)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in RUNNERS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]


def test_every_block_of_commands_is_run() -> None:
    """A command that nobody runs is wrong on the day when somebody needs it."""
    blocks = [block for page in PAGES for block in read_blocks(page)]
    assert [block.place for block in blocks if not block.name] == []
    names = [block.name for block in blocks]
    assert len(names) == len(set(names)) >= 20
    followed = find_followed()
    assert set(names) - followed.keys() - NOT_RUN.keys() == set()
    assert followed.keys() - set(names) == set()
    assert NOT_RUN.keys() <= set(names) - followed.keys()


PAGE = """# A page

Text.

    broadsheet indented   # said
    # nothing
    broadsheet goes \\
        on

<!-- procedure: named -->

    broadsheet named [--so]

1. An item

   ```console
   $ broadsheet fenced
   ```

```toml
no = "command"
```

<!-- procedure: fenced and named -->
```sh
broadsheet last
```
"""


def test_a_block_without_a_name_is_seen(tmp_path: Path) -> None:
    """Whatever its form: what is not seen is not asked for."""
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    told = [(block.name, block.commands) for block in read_blocks(tmp_path / "page.md")]
    assert told == [
        ("", ("broadsheet indented", "broadsheet goes on")),
        ("named", ("broadsheet named [--so]",)),
        ("", ("broadsheet fenced",)),
        ("fenced and named", ("broadsheet last",)),
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("broadsheet runs [--size N]", ["broadsheet runs", "broadsheet runs --size N"]),
        ("broadsheet runs show ID", ["broadsheet runs show ID"]),
    ],
)
def test_what_stands_in_brackets_is_left_out_and_taken(command: str, expected: list[str]) -> None:
    """An option that is never given may be none."""
    assert forms(command) == expected
