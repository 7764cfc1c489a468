"""A certificate authority of one's own, and a certificate signed by it for each server named, by OpenSSL's command.

python -m services.certificates FOLDER SERVER...    # ca.crt, for everybody, and SERVER/, for that; what stands is kept
"""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from services.failure import ServiceError

# What a server reads, in a folder of its own: who trusts it need not see its key, nor need another server. `server.pem`
# is key and certificate in one, as Kafka wants them.
SERVER_FILES = ("ca.crt", "server.crt", "server.key", "server.pem")
SECRET = frozenset({"server.key", "server.pem"})
HERE = ("localhost", "127.0.0.1")
DAYS = "825"
RENEWED_SECONDS_BEFORE = 30 * 86_400
CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def make_certificates(folder: Path, servers: Sequence[str]) -> Path:
    """Make all anew where a file is missing or has not a month left; give the authority's certificate.

    A server's is good for its name and for this machine's. The authority's key is not kept: nothing more is signed.
    """
    if all((folder / name).is_file() for name in list_files(servers)) and lasts(folder / "ca.crt"):
        return folder / "ca.crt"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        authority = ["-x509", *CURVE, "-days", DAYS, "-subj", "/CN=Broadsheet"]
        _openssl(place, "req", *authority, "-keyout", "ca.key", "-out", "ca.crt")
        for server in servers:
            _sign(place, server)
            (folder / server).mkdir(exist_ok=True)
        for name in list_files(servers):
            shutil.copyfile(place / name, folder / name)
            (folder / name).chmod(0o640 if name.name in SECRET else 0o644)
    return folder / "ca.crt"


def list_files(servers: Sequence[str]) -> list[Path]:
    """Name the files that there are, within their folder."""
    # The authority's last: where copying is interrupted, it is missing, and all are made anew.
    return [*(Path(server) / name for server in servers for name in SERVER_FILES), Path("ca.crt")]


def lasts(certificate: Path) -> bool:
    """Tell whether a certificate will hold for a while; all of them are of one day."""
    command = [_find_program(), "x509", "-noout", "-checkend", str(RENEWED_SECONDS_BEFORE), "-in", str(certificate)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _sign(place: Path, server: str) -> None:
    """Make a server's key and certificate."""
    (place / server).mkdir()
    names = ",".join(f"{'IP' if _is_address(host) else 'DNS'}:{host}" for host in (server, *HERE))
    (place / "names").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n", encoding="utf-8")
    key, certificate = f"{server}/server.key", f"{server}/server.crt"
    _openssl(place, "req", *CURVE, "-subj", f"/CN={server}", "-keyout", key, "-out", "server.csr")
    signed_by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", DAYS]
    _openssl(place, "x509", "-req", "-in", "server.csr", *signed_by, "-out", certificate)
    shutil.copyfile(place / "ca.crt", place / server / "ca.crt")
    both = "".join((place / name).read_text(encoding="ascii") for name in (key, certificate))
    (place / server / "server.pem").write_text(both, encoding="ascii")


def renew_certificates(folder: Path, servers: Sequence[str]) -> None:
    """Put another authority and certificates in the place of those that stand."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".certificates-") as scratch:
        make_certificates(Path(scratch), servers)
        for name in list_files(servers):
            (folder / name).parent.mkdir(exist_ok=True)
            (Path(scratch) / name).replace(folder / name)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _find_program() -> str:
    program = shutil.which("openssl")
    if program is None:
        raise ServiceError("OpenSSL's command is needed to make certificates and was not found (Debian: openssl)")
    return program


def _openssl(folder: Path, *arguments: str) -> None:
    done = subprocess.run([_find_program(), *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ServiceError(f"openssl {' '.join(arguments)} failed:\n{done.stderr}")


def main(arguments: list[str]) -> int:
    """Make certificates in the folder for the servers; give the exit code."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(make_certificates(Path(arguments[0]), arguments[1:]))
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
