"""A certificate authority of one's own, and a certificate signed by it for the hosts named, by OpenSSL's command.

python -m services.certificates FOLDER HOST...    # ca.crt, for everybody, and server/, for servers; what stands is kept
"""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from services.failure import ServiceError

# What a server reads, in a folder of its own: who trusts it need not see its key.
SERVER = Path("server")
SERVER_FILES = ("ca.crt", "server.crt", "server.key")
FILES = (Path("ca.crt"), *(SERVER / name for name in SERVER_FILES))
DAYS = "825"
CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def make_certificates(folder: Path, hosts: list[str]) -> Path:
    """Make what is missing; give the authority's certificate. Its key is not kept: nothing more is signed."""
    wanted = [folder / name for name in FILES]
    if all(path.is_file() for path in wanted):
        return wanted[0]
    (folder / SERVER).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        _openssl(
            place,
            "req",
            "-x509",
            *CURVE,
            "-days",
            DAYS,
            "-subj",
            "/CN=Broadsheet",
            "-keyout",
            "ca.key",
            "-out",
            "ca.crt",
        )
        names = ",".join(f"{'IP' if _is_address(host) else 'DNS'}:{host}" for host in hosts)
        (place / "names").write_text(
            f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n", encoding="utf-8"
        )
        _openssl(place, "req", *CURVE, "-subj", f"/CN={hosts[0]}", "-keyout", "server.key", "-out", "server.csr")
        signed_by = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names", "-days", DAYS]
        _openssl(place, "x509", "-req", "-in", "server.csr", *signed_by, "-out", "server.crt")
        for path in wanted:
            shutil.copyfile(place / path.name, path)
            path.chmod(0o640 if path.suffix == ".key" else 0o644)
    return wanted[0]


def renew_certificates(folder: Path, hosts: list[str]) -> None:
    """Put another authority and certificate in the place of those that stand."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".certificates-") as scratch:
        make_certificates(Path(scratch), hosts)
        for name in FILES:
            (Path(scratch) / name).replace(folder / name)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _openssl(folder: Path, *arguments: str) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise ServiceError("OpenSSL's command is needed to make certificates and was not found (Debian: openssl)")
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ServiceError(f"openssl {' '.join(arguments)} failed:\n{done.stderr}")


def main(arguments: list[str]) -> int:
    """Make certificates in the folder for the hosts; give the exit code."""
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
