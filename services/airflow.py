"""Airflow's processes: what they are told, and the commands that start them, those of docker-compose.yml."""

from __future__ import annotations

import json
import os

from services import postgres, redis
from services.layout import CATALOGUE, ROOT, System
from services.processes import Launch, run_tool

SERVERS = {
    "api-server": ["api-server"],
    # Logs lie in a folder that the API server reads, too: served, they would listen on every interface.
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
WORKERS = ("worker-1", "worker-2")
POOLS = ROOT / "dags" / "pools.json"


def environment(system: System) -> dict[str, str]:
    """Give Airflow's variables."""
    url, door = system.url("airflow"), postgres.door(system)
    told = {
        **door.verified,
        "AIRFLOW_HOME": str(system.folder / "airflow"),
        "PYTHONPATH": str(ROOT),
        "AIRFLOW__CORE__EXECUTOR": system.executor,
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__MAX_MAP_LENGTH": "10000",
        "AIRFLOW__CORE__FERNET_KEY": system.secrets["fernet"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(system.folder / "airflow" / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": door.address,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(system.ports["airflow"]),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API_AUTH__JWT_SECRET": system.secrets["jwt"],
        "AIRFLOW__API__SECRET_KEY": system.secrets["jwt"],
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        # How soon a task whose worker is gone is given to another.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "AIRFLOW_CONN_ELASTICSEARCH_DEFAULT": json.dumps(connection(system)),
        "BROADSHEET_INDEX__REPLICAS": "0",
        "BROADSHEET_LAKE__URL": str(system.folder / "lake"),
        CATALOGUE: str(system.catalogue),
        "NO_PROXY": "127.0.0.1,localhost",
    }
    if system.executor == "CeleryExecutor":
        told |= celery(system)
    if system.tls:
        told["AIRFLOW__API__SSL_CA_FILE"] = str(system.certificates / "ca.crt")
    return variables() | told | {"AIRFLOW_VAR_BROADSHEET_DROP_FOLDER": str(system.drop)}


def variables() -> dict[str, str]:
    """Give the Airflow variables that the caller's environment holds: the DAGs' own switches."""
    return {name: value for name, value in os.environ.items() if name.startswith("AIRFLOW_VAR_")}


def connection(system: System) -> dict[str, object]:
    """Give the Airflow connection `elasticsearch_default`: no secret stands in it, the key is in a file."""
    settings = system.settings("ingest")
    return {
        "conn_type": "elasticsearch",
        "schema": "https",
        "host": "127.0.0.1",
        "port": system.ports["elasticsearch"],
        "extra": {
            "api_key_file": settings["BROADSHEET_INDEX__API_KEY_FILE"],
            "ca_certs": settings["BROADSHEET_INDEX__CA_CERTS"],
        },
    }


def celery(system: System) -> dict[str, str]:
    """Give the variables of the Celery executor."""
    return {
        "AIRFLOW__CELERY__BROKER_URL": redis.address(system),
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{postgres.door(system).address}",
        "AIRFLOW__CELERY__WORKER_CONCURRENCY": "2",
    }


def prepare(system: System) -> None:
    """Bring the database up to date and make the pools."""
    for arguments in (["db", "migrate"], ["pools", "import", str(POOLS)]):
        run_tool(system.launch("airflow-init", ["airflow", *arguments], environment(system)))


def write_password(system: System) -> None:
    """Write the administrator's password where the API server looks for it."""
    passwords = system.folder / "airflow" / "passwords.json"
    passwords.touch(mode=0o600)
    passwords.write_text(json.dumps({"admin": system.secrets["airflow"]}), encoding="utf-8")


def servers(system: System) -> dict[str, Launch]:
    """Give what starts each of Airflow's processes, by its name."""
    told = environment(system)
    own = {"api-server": server_certificate(system) if system.tls else {}}
    launches = {
        name: system.launch(name, ["airflow", *arguments], told | own.get(name, {}))
        for name, arguments in SERVERS.items()
    }
    if system.executor == "CeleryExecutor":
        for name in WORKERS:
            arguments = ["airflow", "celery", "worker", "--celery-hostname", node(name), "--skip-serve-logs"]
            launches[name] = system.launch(name, arguments, told)
    return launches


def server_certificate(system: System) -> dict[str, str]:
    """Give the variables by which the API server, and nothing else, has its certificate and its key."""
    folder = system.certificates / "airflow-api-server"
    return {"AIRFLOW__API__SSL_CERT": str(folder / "server.crt"), "AIRFLOW__API__SSL_KEY": str(folder / "server.key")}


def node(worker: str) -> str:
    """Give the name under which Celery knows a worker."""
    return f"{worker}@broadsheet"


def ping_worker(system: System, name: str) -> Launch:
    """Give the command that asks a worker, through the queue, whether it takes tasks: 0 where it answers.

    It is told of the queue alone, since loading Airflow would cost seconds.
    """
    told = {"BROKER_URL": celery(system)["AIRFLOW__CELERY__BROKER_URL"]}
    return system.launch(f"{name}-ping", ["celery", "inspect", "ping", "-d", node(name)], told)
