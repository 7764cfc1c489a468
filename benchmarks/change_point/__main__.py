"""Fit the change point on the page sets and invented documents: `python -m benchmarks.change_point [--write]`.

Prints the cross-validated figures as JSON; with `--write`, the model that is shipped is replaced.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.change_point.documents import FOLDS, make_documents
from benchmarks.change_point.pages import SETS, read_pages
from benchmarks.change_point.training import SEED, Example, read_examples, train
from benchmarks.change_point.validation import choose_min_gain, choose_min_score, cross_validate, summarise
from benchmarks.corpora import digest
from ingest.clean.change_point import Model
from ingest.clean.matcher import Matcher
from ingest.clean.rulepack import load_rules, pack_version

MODEL = Path(__file__).parents[2] / "ingest" / "clean" / "change_point.json"


def main() -> None:
    """Parse the flags, fit, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.change_point", description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the shipped model")
    options = parser.parse_args()
    examples = read_examples(make_documents(list(read_pages()), SEED), Matcher(load_rules()))
    stored, _ = fit_model(examples)
    if options.write:
        write_model(stored)
    print(json.dumps(stored["provenance"], ensure_ascii=False, indent=1))


def fit_model(examples: Sequence[Example]) -> tuple[dict[str, Any], list[Model]]:
    """Fit a model, and its thresholds on documents that it was not fitted on; give it with where it came from."""
    outcomes, models = cross_validate(examples)
    model = train(examples)
    model = dataclasses.replace(model, min_score=choose_min_score(outcomes), min_gain=choose_min_gain(outcomes))
    figures = summarise(outcomes, model)
    return {"provenance": _provenance(len(examples), figures), "model": dataclasses.asdict(model)}, models


def write_model(stored: dict[str, Any]) -> None:
    """Replace the shipped model."""
    MODEL.write_text(json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _provenance(documents: int, figures: dict[str, Any]) -> dict[str, Any]:
    """Say what the weights came from; the texts themselves are not shipped."""
    return {
        "command": "python -m benchmarks.change_point --write",
        "seed": SEED,
        "folds": FOLDS,
        "documents": documents,
        "rules": pack_version(),
        "data": {f"html/{name}.jsonl.gz": digest(f"html/{name}.jsonl.gz") for name in SETS},
        "licences": {
            "html/scrapinghub.jsonl.gz": "MIT (labels); page text belongs to its publishers",
            "html/fundus.jsonl.gz": "MIT (labels); page text belongs to its publishers",
            "html/traf.jsonl.gz": "Apache-2.0 (labels); page text belongs to its publishers",
            "invented documents": "this repository's",
        },
        "cross_validated": figures,
    }


if __name__ == "__main__":
    main()
