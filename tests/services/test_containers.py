"""The containers without an engine: their variables, commands, mounts and rights, and how images are made."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from ingest.cli import build_parser
from ingest.settings import Settings
from services import airflow, kafka, passwords
from services.certificates import make_certificates
from services.layout import PORTS, SECRETS, System
from services.processes import free_ports, give_to_ordinary_user
from services.supervisor import Supervisor
from tests.services.compose_files import ONE_SHOT, OWN_IMAGES, ROOT, instructions, is_own, read_services
from tests.services.images import build

SERVICES = read_services()
OWN = {name: service for name, service in SERVICES.items() if is_own(service)}
THEIRS = {name: service for name, service in SERVICES.items() if not is_own(service)}


@pytest.mark.parametrize("name", OWN)
def test_variables_are_settings(name: str) -> None:
    """A misspelt variable is one that nobody hears."""
    environment = {key: str(value) for key, value in OWN[name].get("environment", {}).items()}
    Settings.load(environment=environment)
    known = (
        "BROADSHEET_",
        "PGSSL",
        "AIRFLOW__",
        "AIRFLOW_VAR_",
        "AIRFLOW_CONN_",
        "AIRFLOW_ADMIN_PASSWORD",
        "KIBANA_PASSWORD",
    )
    looked_at = OWN[name].get("command", []) if name == "passwords" else []
    named = {word.partition(":")[0] for word in looked_at}
    assert [key for key in environment if not key.startswith(known) and key not in named] == []


@pytest.mark.airflow
@pytest.mark.filterwarnings("ignore")  # of Airflow's own configuration
def test_variables_are_options_of_airflow() -> None:
    """Airflow says nothing of an option that it does not know."""
    program = (
        "import json\n"
        "from airflow.configuration import conf\n"
        "described = conf.configuration_description\n"
        "print(json.dumps({section: list(entry['options']) for section, entry in described.items()}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    known = json.loads(done.stdout.splitlines()[-1])
    told = {key for service in OWN.values() for key in service.get("environment", {}) if key.startswith("AIRFLOW__")}
    told |= {key for key in airflow.environment(make_system()) if key.startswith("AIRFLOW__")}
    told |= {key for key in airflow.celery(make_system()) if key.startswith("AIRFLOW__")}
    options = {tuple(key.removeprefix("AIRFLOW__").lower().split("__", 1)) for key in told}
    assert len(options) > 15
    assert {(section, name) for section, name in options if name not in known.get(section, [])} == set()


def make_system() -> System:
    """Give a system that is nowhere."""
    ports = {name: 1 + place for place, name in enumerate(PORTS)}
    return System(folder=Path("/system"), ports=ports, secrets=dict.fromkeys((*SECRETS, "fernet"), "x"))


def test_connection_of_the_dags_is_one() -> None:
    """The DAGs read the index's address, key and certificates out of it."""
    (told,) = {
        service["environment"].get("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT") for service in airflow_services().values()
    }
    connection = json.loads(told)
    assert set(connection["extra"]) == {"api_key_file", "ca_certs"}
    assert set(connection) == set(airflow.connection(make_system()))


def airflow_services() -> dict[str, dict[str, Any]]:
    """Give those of Airflow's image that run Airflow."""
    return {name: service for name, service in OWN.items() if name.startswith("airflow")}


@pytest.mark.parametrize("name", [*airflow_services(), "api", "broadsheet"])
def test_the_catalogue_of_sources_is_where_it_is_looked_for(name: str) -> None:
    """DAGs are made of it and tasks look at its sources: a container without it finds nothing due, and says nothing.

    A folder is mounted: the command line puts another file in the catalogue's place, which no mounted file allows.
    """
    file = Path(SERVICES[name]["environment"]["BROADSHEET_SOURCES__FILE"])
    (mount,) = [each.split(":") for each in SERVICES[name]["volumes"] if each.split(":")[1] == str(file.parent)]
    assert mount[0] == "./catalogue"
    assert ("ro" in mount[2:]) == (name != "broadsheet")


def test_commands_are_those_that_run_natively() -> None:
    """`make up` starts the same programs with the same arguments, and is tested for real."""
    for name, arguments in airflow.SERVERS.items():
        assert SERVICES[f"airflow-{name}"]["command"] == arguments
    init = "\n".join(SERVICES["airflow-init"]["command"])
    for line in ("airflow db migrate", "airflow pools import /data/dags/pools.json"):
        assert line in init
    worker = airflow.servers(make_celery())["worker-1"].command
    assert set(SERVICES["airflow-worker"]["command"]) <= set(worker)
    (_, ping) = SERVICES["airflow-worker"]["healthcheck"]["test"]
    own = airflow.ping_worker(make_celery(), "worker-1")
    assert shape(ping.split())[2:] == shape(own.command)[1:]
    assert ping.startswith('BROKER_URL="$$AIRFLOW__CELERY__BROKER_URL" celery ')
    assert own.environment["BROKER_URL"] == airflow.celery(make_celery())["AIRFLOW__CELERY__BROKER_URL"]
    supervisor = Supervisor(make_system())
    assert shape(SERVICES["setup"]["command"]) == shape(supervisor.setup().command[1:])
    assert shape(SERVICES["api"]["command"]) == shape(supervisor.api().command[1:])
    own = supervisor.stream()
    assert shape(SERVICES["stream"]["command"]) == shape(own.command[1:])
    # Here the broker is on this machine's loopback.
    secured = {"BROADSHEET_STREAM__SECURITY_PROTOCOL", "BROADSHEET_STREAM__CA_CERTS"}
    assert {key for key in own.environment if key.startswith("BROADSHEET_")} | secured == {
        key for key in SERVICES["stream"]["environment"] if key.startswith("BROADSHEET_")
    }
    assert SERVICES["certificates"]["entrypoint"] == ["python", "-m", "services.certificates"]


@pytest.mark.kafka
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_broker_of_the_containers_speaks_tls(tmp_path: Path) -> None:
    """With the container's own settings: a client of the authority is answered, one without is not."""
    stranger = make_certificates(tmp_path, ["kafka"])
    with tempfile.TemporaryDirectory(prefix="broadsheet-kafka-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the broker's user must come through
        authority = make_certificates(folder / "certificates", ["kafka"])
        give_to_ordinary_user(folder / "certificates", ["kafka"])
        port, controller = free_ports(2)
        places = {
            "/certificates": str(folder / "certificates" / "kafka"),
            "/var/lib/kafka/data": str(folder / "data"),
            "SECURE://:9092": f"SECURE://127.0.0.1:{port}",
            "kafka:9092": f"127.0.0.1:{port}",
            "localhost:9093": f"127.0.0.1:{controller}",
        }
        settings = {}
        told = {name: value for name, value in SERVICES["kafka"]["environment"].items() if name != "KAFKA_HEAP_OPTS"}
        for variable, value in told.items():
            option = variable.removeprefix("KAFKA_").lower().replace("_", ".")
            settings[option] = reduce(lambda text, place: text.replace(*place), places.items(), str(value))
        with kafka.running(kafka.Options(port=port, folder=folder, settings=settings)):
            assert can_ask(port, {"security.protocol": "ssl", "ssl.ca.location": str(authority)})
            assert not can_ask(port, {"security.protocol": "ssl", "ssl.ca.location": str(stranger)})
            assert not can_ask(port, {})


def can_ask(port: int, secured: dict[str, str]) -> bool:
    """Tell whether a broker answers a client."""
    client = AdminClient({"bootstrap.servers": f"127.0.0.1:{port}", "log_level": 0, **secured})
    try:
        client.list_topics(timeout=5)
    except KafkaException:
        return False
    return True


def make_celery() -> System:
    """Give a system with Celery that is nowhere."""
    plain = make_system()
    return System(folder=plain.folder, ports=plain.ports, secrets=plain.secrets, executor="CeleryExecutor")


def shape(command: Sequence[str]) -> list[str]:
    """Leave out what differs from place to place: the value after an option, and the host of an address."""
    kept = [part for place, part in enumerate(command) if place == 0 or not command[place - 1].startswith("-")]
    return [part.rpartition("/")[2] if "://" in part else part for part in kept]


@pytest.mark.parametrize("name", [name for name, service in OWN.items() if service["image"] == "broadsheet:local"])
def test_commands_are_commands(name: str) -> None:
    """The image's entry point is `broadsheet`: what is asked of it must parse."""
    if command := OWN[name].get("command"):
        assert build_parser().parse_args(command).command


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there(name: str) -> None:
    """Docker makes a missing folder as root, in which nobody of ours may write."""
    made = " ".join(rest for instruction, rest in instructions() if instruction == "RUN")
    for mount in SERVICES[name].get("volumes", []):
        source, target, *_ = mount.split(":")
        if source.startswith("./"):
            assert source in {"./drop", "./catalogue"}
        if is_own(SERVICES[name]):
            assert re.search(rf"{target}( |$)", made), target


def test_what_opens_doors_is_shown_to_few() -> None:
    """Who takes the API over must not hold the key that writes articles, nor be able to pass for the index."""
    holders: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            holders.setdefault(mount.split(":")[0], set()).add(name)
    assert holders["search-key"] == {"setup", "api"}
    for name in ("elasticsearch", "kibana", "postgres", "redis", "kafka"):
        assert holders[f"{name}-certificate"] == {"certificates", name}
    assert holders["airflow-certificate"] == {"certificates", "airflow-api-server"}
    assert holders["ingest-key"] == {"setup", "stream", "broadsheet", *airflow_services()}


@pytest.mark.parametrize("name", SERVICES)
def test_rights_are_few(name: str) -> None:
    """A service that is broken into should have little to take."""
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert min(service["cpus"], service["pids_limit"]) > 0
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert not {"privileged", "cap_add", "network_mode"} & set(service) or service.get("network_mode") == "none"
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
    assert ":" in service["image"]
    assert not service["image"].endswith(":latest")
    assert service["read_only"] is True
    assert service["tmpfs"]
    assert is_own(service) or service["user"].partition(":")[0] not in {"", "0", "root"}


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ONE_SHOT])
def test_health_is_asked_for(name: str) -> None:
    """`up --wait` waits for health, and dependents do."""
    test = " ".join(SERVICES[name]["healthcheck"]["test"])
    assert test
    if "http" in test:
        assert "grep" in test or "json.load" in test or ".read()" in test, "a status code says too little"


@pytest.mark.parametrize(
    "guess", ["changemechangeme", "Password12345678", "a" * 48, 'p@ss/word"quote:1234567890', "x" * 11]
)
def test_secrets_that_anybody_guesses_or_that_break_an_address_are_refused(guess: str) -> None:
    """The command says which variable is wrong, never what it holds, and ends with 2."""
    command = [sys.executable, "-m", "services.passwords", "POSTGRES_PASSWORD"]
    environment = {**os.environ, "POSTGRES_PASSWORD": guess}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "POSTGRES_PASSWORD" in done.stderr, guess in done.stderr) == (2, True, False)


def test_secrets_are_looked_at_before_anything_has_them() -> None:
    """A default password is one that somebody runs in production: the start refuses it, by its name alone."""
    offered = re.findall(r"^(\w+)=$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    wanted = SERVICES["passwords"]["command"]
    assert {word.partition(":")[0] for word in wanted} == set(SERVICES["passwords"]["environment"]) == set(offered)
    good = {name: secrets.token_hex(24) for name in offered}
    good["AIRFLOW_FERNET_KEY"] = f"{'kY3-' * 10}kY0=,{'_a4R' * 10}kY0="  # two, while they are exchanged
    assert passwords.find_wrong(wanted, good) == []
    for name in offered:
        for bad in ("", "changeme", "Elastic", "hunter2"):
            (wrong,) = passwords.find_wrong(wanted, {**good, name: bad})
            assert wrong.startswith(f"{name}: ")
            assert "hunter2" not in wrong
    holders = {name for name, service in SERVICES.items() if set(offered) & set(service.get("environment", {}))}
    for name in holders - {"passwords"}:
        assert "passwords" in before(name), name


def before(name: str) -> set[str]:
    """Give what has come to its end, or is well, before a service starts."""
    needed = set(SERVICES[name].get("depends_on", {}))
    return needed | {further for each in needed for further in before(each)}


HEALTHY = {
    **{part: {"status": "healthy"} for part in ("metadatabase", "scheduler", "dag_processor", "triggerer")},
    "status": "ok",
}


@pytest.mark.parametrize("name", [name for name in OWN if "urlopen" in str(OWN[name].get("healthcheck"))])
def test_health_is_what_the_body_says(name: str, tmp_path: Path) -> None:
    """A health endpoint answers 200 with an unhealthy part, and a container that is not well must say so."""
    program = re.sub(r"https?://[\w-]+:\d+/[\w/]+", f"file://{tmp_path}/body", SERVICES[name]["healthcheck"]["test"][1])
    program = program.replace("/data/certificates", str(tmp_path))
    make_certificates(tmp_path, [])
    codes = []
    bodies = [json.dumps(body) for body in (HEALTHY, {part: {"status": "unhealthy"} for part in HEALTHY})]
    for body in [f"broadsheet_stream_waiting {waits}\n" for waits in (0.0, 1.0)] if name == "stream" else bodies:
        (tmp_path / "body").write_text(body)
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        done = subprocess.run(["sh", "-c", program], env={"PATH": path}, capture_output=True, check=False)
        codes.append(done.returncode)
    assert codes == [0, 1]


def test_dependents_wait_for_what_they_need() -> None:
    """A service that starts before its database fails, or worse."""
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            once = needed in ONE_SHOT
            wanted = "service_completed_successfully" if once else "service_healthy"
            assert how["condition"] == wanted, (name, needed)


def test_every_variable_of_the_file_is_in_the_example() -> None:
    """Who copies the example must be asked for everything, and for nothing more."""
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    offered = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked == offered
    for name in {name for name in asked if name.endswith(("PASSWORD", "KEY", "SECRET"))}:
        assert not re.search(rf"\$\{{{name}(:-|\}})", text), name


STAGES = [rest for instruction, rest in instructions() if instruction == "FROM"]


def test_dockerfile_keeps_the_rules_that_matter() -> None:
    """Pinned bases, locked packages, no root, no shell around the program, nothing copied that is not there."""
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.11\.\d+-slim-\w+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert all(stage.split()[0] in {"${PYTHON_IMAGE}", "runtime"} for stage in STAGES)
    for instruction, rest in instructions():
        assert instruction != "ADD"
        if instruction == "RUN" and "pip install" in rest:
            assert "--no-cache-dir" in rest
            assert "--require-hashes" in rest or "--no-deps" in rest
        if instruction == "RUN":
            assert not re.search(r"\bsudo\b|\bapt-get\b|curl .*\|", rest)
        if instruction == "COPY":
            assert all((ROOT / source).exists() for source in rest.split()[:-1])
        if instruction in {"ENTRYPOINT", "CMD"}:
            assert isinstance(json.loads(rest), list)
        if instruction == "WORKDIR":
            assert rest.startswith("/")


@pytest.mark.parametrize("target", ["cli", "airflow"])
def test_images_do_not_run_as_root(target: str) -> None:
    """The last user of an image is who its program runs as, by number, so that Kubernetes can see that."""
    rows = instructions()
    start = next(place for place, (word, rest) in enumerate(rows) if word == "FROM" and rest.endswith(f"AS {target}"))
    end = next((place for place in range(start + 1, len(rows)) if rows[place][0] == "FROM"), len(rows))
    users = [rest for word, rest in rows[start:end] if word == "USER"]
    assert users[-1:] == ["10001"]


def test_images_named_are_built() -> None:
    """A service whose image nobody builds cannot be started."""
    built = [service["image"] for service in OWN.values() if "build" in service]
    assert sorted(built) == sorted(OWN_IMAGES)  # each once: of two at the same time one may fail
    targets = {service["build"]["target"] for service in OWN.values() if "build" in service}
    assert targets <= {stage.partition(" AS ")[2] for stage in STAGES}


@pytest.mark.slow
def test_image_of_the_command_line_is_made_by_its_steps(images: Path) -> None:
    """The Dockerfile's steps, one by one: what the image holds writes dashboards, serves, streams and reaches S3."""
    image = build("cli", images)
    image.run([*image.entrypoint, "dashboards", "build", str(images / "dashboards")])
    image.run(["python", "-c", "import ingest.api.application, confluent_kafka, s3fs"])


@pytest.mark.slow
def test_image_of_airflow_is_made_by_its_steps(images: Path) -> None:
    """Likewise; with its packages alone every DAG loads, a group's too, and its other commands are there."""
    image = build("airflow", images)
    (images / "sources.toml").write_text('[[group]]\nname = "hourly"\nschedule = "5 * * * *"\n')
    program = (
        "import os, sys\n"
        "from airflow.dag_processing.dagbag import DagBag\n"
        "os.environ['BROADSHEET_SOURCES__FILE'] = sys.argv[1]\n"
        "bag = DagBag(os.environ['PYTHONPATH'] + '/dags', bundle_name='dags-folder')\n"
        "assert not bag.import_errors, bag.import_errors\n"
        "print(*sorted(bag.dags))\n"
    )
    told = image.run(["python", "-c", program, str(images / "sources.toml")])
    shared = {"policy", "triggers", "collecting", "collect_groups"}
    dags = {path.stem for path in (ROOT / "dags").glob("*.py")} - shared | {"collect_sources_hourly"}
    assert told.splitlines()[-1].split() == sorted(dags)
    for command in (*image.entrypoint, "celery", "broadsheet"):
        assert (image.folder / "venv" / "bin" / command).exists()


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the images, which share the stage that makes the wheel."""
    return tmp_path_factory.mktemp("images")
