"""Programs that a real machine has and the played one does not: `systemctl`, and a `pip` that needs no network."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support import manual

_UNITS, _RUN, _LOG = Path("/etc/systemd/system"), Path("/run/of-the-test"), Path("/var/log")
# what systemd gives a service of the system besides its EnvironmentFile
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LANG": "C.UTF-8"}
_SCRIPTS = ("gunicorn", "celery")


def systemctl(arguments: Sequence[str]) -> int:
    """Start and stop units; what it does not know it refuses."""
    words = [word for word in arguments if word != "--now"]
    command, *units = words
    if command == "daemon-reload":
        return 0
    if command not in ("start", "stop", "enable") or (command == "enable" and "--now" not in arguments):
        sys.exit(f"systemctl {command} is not played here")
    for name in units:
        _stop(name) if command == "stop" else _start(name)
    return 0


def _start(name: str) -> None:
    """As the unit's user, in its folder, with its environment alone."""
    service = manual.unit(_UNITS / f"{name}.service")
    environment = manual.service_environment(Path(service["EnvironmentFile"]).read_text())
    certificates = {"SSL_CERT_FILE": os.environ["SSL_CERT_FILE"]}  # those of a real machine are known to all
    user = {"USER": service["User"], "LOGNAME": service["User"], "HOME": "/var/lib/portal"}
    command = service["ExecStart"].replace("%%", "%").split()
    identity = (f"--reuid={service['User']}", f"--regid={service['User']}", "--init-groups", "--no-new-privs")
    process = subprocess.Popen(
        ["setpriv", *identity, *command],
        env={**_ENVIRONMENT, **user, **certificates, **environment},
        cwd=service["WorkingDirectory"], umask=int(service["UMask"], 8), stdin=subprocess.DEVNULL,
        stdout=(_LOG / f"{name}.log").open("ab"), stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    (_RUN / f"{name}.pid").write_text(str(process.pid))


def _stop(name: str) -> None:
    """As KillMode=mixed: the main process is asked, after its time all are ended."""
    file = _RUN / f"{name}.pid"
    pid = int(file.read_text())
    limit = time.monotonic() + float(manual.unit(_UNITS / f"{name}.service").get("TimeoutStopSec", "90"))
    os.kill(pid, signal.SIGTERM)
    while _runs(pid):
        if time.monotonic() > limit:
            sys.exit(f"{name} does not stop")
        time.sleep(0.1)
    file.unlink()


def _runs(pid: int) -> bool:
    """Whether the process is there, and no zombie that the machine has not reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def pip(arguments: Sequence[str]) -> int:
    """The packages of the test run for the environment `.venv` of a folder, read-only, with their programs."""
    folder, *words = arguments
    if words != ["install", "--require-hashes", "-r", "requirements.lock"]:
        sys.exit(f"pip {' '.join(words)} is not played here")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    ours, theirs = Path(sys.prefix), Path(folder) / ".venv"
    packages = theirs / "lib" / version / "site-packages"
    subprocess.run(["mount", "--bind", ours / "lib" / version / "site-packages", packages], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", packages], check=True)
    for name in _SCRIPTS:
        _first, _newline, rest = (ours / "bin" / name).read_text().partition("\n")
        script = theirs / "bin" / name
        script.write_text(f"#!{theirs}/bin/python\n{rest}")
        script.chmod(0o755)
    return 0


if __name__ == "__main__":
    sys.exit({"systemctl": systemctl, "pip": pip}[sys.argv[1]](sys.argv[2:]))
