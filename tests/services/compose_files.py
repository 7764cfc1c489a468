"""Reads docker-compose.yml, the Dockerfile and .env.example as those who start the containers do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from services.compose import example_environment

ROOT = Path(__file__).parents[2]
OWN_IMAGES = ("broadsheet:local", "broadsheet-airflow:local")
ONE_SHOT = frozenset({"passwords", "certificates", "setup", "dashboards", "airflow-init", "broadsheet"})


def read_services() -> dict[str, dict[str, Any]]:
    """Read the services, with merged keys and filled-in variables."""
    values = example_environment(ROOT / ".env.example")
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    filled = re.sub(r"\$\{(\w+)(?::[?-][^}]*)?\}", lambda match: values[match[1]], text)
    services: dict[str, dict[str, Any]] = yaml.safe_load(filled)["services"]
    return services


def is_own(service: dict[str, Any]) -> bool:
    """Tell whether a service runs one of our images."""
    return service["image"] in OWN_IMAGES


def instructions() -> list[tuple[str, str]]:
    """Read the Dockerfile's instructions, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines]
