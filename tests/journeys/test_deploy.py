"""The manual of running it for real, done as it is written, but with the folders, ports and servers of a test.

On a machine of its own, to the letter and to the end: test_deploy_whole.py.
"""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from django.core.management import get_commands
from django.urls import reverse

from portal.kernel.files.uploads import MAX_SIZE
from portal.local.environment import ROOT
from portal.local.folder import DataFolder
from portal.local.identity import choose_identity
from portal.local.postgres import Postgres, binary_path
from portal.local.processes import stop_all
from portal.settings import DATABASES
from practices.files.archives import MAX_UPLOAD_SIZE
from practices.packs.test_sets import MAX_SIZE as MAX_TEST_SET
from tests.support import manual
from tests.support.isolation import free_ports
from tests.support.launcher import bare_environment
from tests.support.mail import MailServer, wait_until

# the set-up of these tests takes long: once, in one process
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploy")]

MANUAL = manual.MANUAL.read_text(encoding="utf-8")
UNITS = manual.DEPLOY / "systemd"
SETTINGS = manual.DEPLOY / "portal.env"
# The manual's commands in two programs, for each start takes seconds. The visits are in the second one, which knows of
# the collected files only what lies on the disk, like a web server.
PREPARATION = """
from django.core.management import execute_from_command_line
for command in ("migrate", "collectstatic"):
    execute_from_command_line(["manage.py", command, "--no-input"])
from portal.kernel import files
files.prepare_storage()  # as `init` does, which asks people
"""
CHECK_AND_VISITS = """
import contextlib, io, json
from django.core.management import execute_from_command_line
output = io.StringIO()
with contextlib.redirect_stdout(output):
    execute_from_command_line(
        ["manage.py", "check", "--deploy", "--database", "default", "--fail-level", "WARNING"]
    )
from django.test import Client
answers = {}
for name, headers in (("https", {"x-forwarded-proto": "https"}), ("http", {})):
    client = Client(headers={"host": "portal.example.org", **headers})
    answer = client.get("/accounts/login/")
    client.post("/session/language/", {"language": "ru"})
    client.post("/en/display/", {"size": "125"})
    cookies = {key: {flag: value for flag, value in morsel.items() if value} for key, morsel in client.cookies.items()}
    answers[name] = {"status": answer.status_code, "headers": dict(answer.items()), "cookies": cookies}
print(json.dumps({"check": output.getvalue(), "visits": answers}))
"""


class Installation:
    """A cluster of its own with passwords, prepared by the manual's SQL, and the two files of settings."""

    def __init__(self, path: Path) -> None:
        self.folder = DataFolder(path)
        needed = [Path(sys.executable), Path(psycopg2.__file__), ROOT / "manage.py", path.parent]
        self.folder.prepare(choose_identity([*needed, binary_path("postgres")], shares_files=True))
        (self.port,) = free_ports(1)
        self._postgres = Postgres(self.folder, throw_away=True)
        program = self._postgres.program()
        with (path / "postgres" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 127.0.0.1/32 scram-sha-256\n")
        lines = [line.replace(" ", "") for line in manual.plain_blocks()[0].splitlines()]
        settings = ["listen_addresses=127.0.0.1", f"port={self.port}", *lines]
        switches = [part for setting in settings for part in ("-c", setting)]
        self._server = self.folder.spawn(replace(program, arguments=(*program.arguments, *switches)))
        self._secrets = {name: secrets.token_urlsafe(50) for name in manual.PLACEHOLDERS}
        wait_until(self._accepts_connections, 30, "PostgreSQL")
        for database, block in zip(("postgres", "postgres", "portal"), manual.blocks("sql"), strict=False):
            self._execute(database, self.here(block.text))
        for name in ("data", "etc", "backups"):
            (path / name).mkdir(mode=0o750)
        for name in ("portal.env", "portal-owner.env"):
            (path / "etc" / name).write_text(self.here((manual.DEPLOY / name).read_text(encoding="utf-8")))

    def close(self) -> None:
        stop_all([self._server], 3)
        self.folder.close()

    def here(self, text: str) -> str:
        """The manual's text with the secrets, folders, ports and servers of this test; nothing else is another."""
        servers = {
            "REDIS_URL": os.environ["REDIS_URL"],
            "EMAIL_HOST": os.environ["EMAIL_HOST"],
            "EMAIL_PORT": os.environ["EMAIL_PORT"],
            "EMAIL_USE_TLS": "0",
            "EMAIL_HOST_USER": "",
            "EMAIL_HOST_PASSWORD": "",
        }
        for name, value in servers.items():
            text = re.sub(rf"^{name}='.*'$", f"{name}='{value}'", text, flags=re.MULTILINE)
        places = {
            **self._secrets,
            "127.0.0.1:5432": f"127.0.0.1:{self.port}",
            "/var/lib/portal": f"{self.folder.path}/data",
        }
        for place, value in places.items():
            text = text.replace(place, value)
        return text

    def _connect(self, database: str) -> "psycopg2.extensions.connection":
        host = str(self.folder.sockets)
        return psycopg2.connect(host=host, port=self.port, dbname=database, user="postgres")

    def _accepts_connections(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _execute(self, database: str, statements: str) -> None:
        with closing(self._connect(database)) as connection:
            connection.autocommit = True
            for statement in filter(str.strip, statements.split(";")):
                connection.cursor().execute(statement)

    @property
    def environment(self) -> dict[str, str]:
        """What systemd would give a service."""
        text = (self.folder.path / "etc" / "portal.env").read_text()
        settings = {"DJANGO_SETTINGS_MODULE": "portal.settings"}
        return {**bare_environment(), **manual.service_environment(text), **settings}

    def run(self, *command: str, **variables: str) -> str:
        """Run a command with this environment to its end; fails with what it said."""
        done = subprocess.run(
            command,
            env={**self.environment, **variables},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=90,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One that is set up: migrated by the owner, with its static files."""
    made = Installation(tmp_path_factory.mktemp("deployed"))
    owner = manual.service_environment((made.folder.path / "etc" / "portal-owner.env").read_text())
    try:
        made.run(sys.executable, "-c", PREPARATION, **owner)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def results(made: Installation, mail_server: MailServer) -> dict[str, Any]:
    """What the check of a deployment said, and the page of signing in, asked for as the proxy does and without TLS."""
    output: dict[str, Any] = json.loads(made.run(sys.executable, "-c", CHECK_AND_VISITS).splitlines()[-1])
    return output


@pytest.fixture
def visit(results: dict[str, Any]) -> Mapping[str, Mapping[str, object]]:
    visits: dict[str, dict[str, object]] = results["visits"]
    return visits


def test_the_check_of_a_deployment_has_nothing_to_say(results: dict[str, Any]) -> None:
    assert results["check"].strip() == "System check identified no issues (2 silenced)."


def test_cookies_are_of_this_host_and_of_https_alone(visit: Mapping[str, Mapping[str, object]]) -> None:
    """`__Host-` cookies: secure, for the whole site, for no other host; scripts read none of them."""
    cookies = visit["https"]["cookies"]

    assert visit["https"]["status"] == 200
    assert isinstance(cookies, dict)
    assert set(cookies) - {"__Host-session"} == {"__Host-csrf", "__Host-language", "__Host-display"}
    for flags in cookies.values():
        assert {"secure": True, "httponly": True, "path": "/", "samesite": "Lax"}.items() <= flags.items()
        assert "domain" not in flags


def test_browsers_come_back_over_https_alone(visit: Mapping[str, Mapping[str, object]]) -> None:
    headers = visit["https"]["headers"]

    assert isinstance(headers, dict)
    assert (
        headers["Strict-Transport-Security"] == "max-age=63072000"
    )  # what is about other hosts is not ours to say
    assert visit["http"]["status"] == 301
    assert visit["http"]["headers"]["Location"] == "https://portal.example.org/accounts/login/"


def test_the_unit_of_the_backup_makes_one(made: Installation) -> None:
    """Its command, with what its files of settings say and nothing else."""
    service = manual.unit(UNITS / "portal-backup.service")
    (command,) = service["ExecStart"]
    program, *words = command.split()
    folder = made.folder.path
    settings: dict[str, str] = {}
    for file in service["EnvironmentFile"]:
        settings |= manual.service_environment((folder / file[1:]).read_text())
    words = [word.replace("/var/backups/portal", str(folder / "backups")) for word in words]

    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", *words], env=settings, capture_output=True, text=True, cwd="/"
    )

    assert (program, done.returncode) == ("/srv/portal/bin/portal", 0), done.stderr
    assert ("User" in service, "/etc/portal-owner.env" in service["EnvironmentFile"]) == (False, True)
    (archive,) = (folder / "backups").glob("portal-*.tar")
    assert done.stdout.startswith(f"{archive}\n")


def test_the_shell_reads_the_settings_as_systemd_does(made: Installation) -> None:
    """What the one took for a command, the other took for a value: no backup was ever made."""
    file = made.folder.path / "etc" / "portal.env"
    print_all = "import json, os; print(json.dumps(dict(os.environ)))"
    script = f"set -a && . '{file}' && '{sys.executable}' -c '{print_all}'"
    done = subprocess.run(["/bin/sh", "-c", script], env={}, capture_output=True, text=True, check=True)

    by_the_shell, by_systemd = json.loads(done.stdout), manual.service_environment(file.read_text())
    assert {name: by_the_shell.get(name) for name in by_systemd} == by_systemd
    assert by_systemd["DEFAULT_FROM_EMAIL"] == "Alliance Portal <portal@example.org>"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME='a $b \"c\" #d;e\\'", 'a $b "c" #d;e\\'),
        ('NAME="a \\$b \\"c\\""', 'a $b "c"'),
        ("NAME=Alliance Portal <portal@example.org>  ", "Alliance Portal <portal@example.org>"),
        ("NAME=a\\ b", "a b"),
        ("NAME='a'b", "ab"),
    ],
)
def test_a_file_is_read_by_the_rules_of_systemd(line: str, value: str) -> None:
    assert manual.service_environment(f"# a comment\n{line}\n") == {"NAME": value}


@pytest.mark.parametrize("path", sorted(manual.DEPLOY.glob("*.env")), ids=lambda path: path.name)
def test_every_value_of_the_settings_stands_between_single_quotes(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Z_]+='[^'\\]*'", line)] == []


def test_the_table_names_every_variable_and_no_other() -> None:
    sources = [
        (ROOT / "portal" / name).read_text(encoding="utf-8") for name in ("settings.py", "web_server.py")
    ]
    readers = "text|flag|proxies|number|headers|one_of|origin|zone"
    names = rf'(?:{readers})\(\s*"((?!AWS_|OTEL_)[A-Z0-9_]+)"'
    read = set(re.findall(names, "".join(sources)))
    rows = re.findall(r"^\| (`[A-Z0-9_]+`(?:, `[A-Z0-9_]+`)*) \|", MANUAL, re.MULTILINE)
    variables = {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}
    written = manual.service_environment(SETTINGS.read_text(encoding="utf-8"))

    assert variables == read
    assert set(written) <= variables


def test_every_command_of_the_manual_exists() -> None:
    commands = set(re.findall(r"(?:bin/|`)portal (\w+)", MANUAL))

    assert commands >= {"migrate", "init", "backup", "restore"}
    assert commands - set(get_commands()) == set()


def test_what_the_manual_starts_is_what_the_demonstration_starts() -> None:
    source = (ROOT / "portal" / "local" / "programs.py").read_text(encoding="utf-8")
    switches = set(re.findall(r'"(--[a-z-]+)', source)) - {"--graceful-timeout"}

    assert {switch for switch in switches if switch not in MANUAL} == set()


@pytest.mark.parametrize("name", ["web", "worker", "sweeper", "beat"])
def test_a_unit_starts_what_the_manual_says(name: str) -> None:
    (command,) = re.findall(rf"^\| {name} \|[^|]*\| `([^`]+)` \|$", MANUAL, re.MULTILINE)
    service = manual.unit(UNITS / f"portal-{name}.service")

    # the sweeper listens, which it cannot through a pool
    pooled = [] if name == "sweeper" else ["-/etc/portal-pooled.env"]
    assert service["ExecStart"] == [f"/srv/portal/{command}"]
    assert service["EnvironmentFile"] == ["/etc/portal.env", *pooled]
    assert (service["User"], service["Restart"]) == (["portal"], ["always"])
    assert service["ReadWritePaths"] == ["/var/lib/portal"]


@pytest.mark.parametrize("path", sorted(UNITS.glob("portal-*.service")), ids=lambda path: path.name)
def test_no_unit_takes_back_what_confines_all_of_them(path: Path) -> None:
    service, common = manual.unit(path), manual.unit(UNITS / "portal-.service.d" / "common.conf")

    assert len(common) > 20
    assert service.keys() & common.keys() == set()
    rights = ["CAP_DAC_READ_SEARCH"] if path.name == "portal-backup.service" else [""]
    assert service["CapabilityBoundingSet"] == rights


def test_both_proxies_overwrite_the_headers_that_are_believed_and_have_the_same_limits() -> None:
    nginx = (manual.DEPLOY / "nginx" / "portal.conf").read_text(encoding="utf-8")
    caddy = (manual.DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")

    headers = set(re.findall(r"proxy_set_header ([\w-]+)", nginx))
    assert headers == set(re.findall(r"header_up ([\w-]+)", caddy))
    assert headers == {"Host", "X-Forwarded-Proto", "X-Forwarded-For", "X-Request-ID"}
    for text in (nginx, caddy):
        assert "/srv/portal/share/portal/deploy" in text
        assert text.count("127.0.0.1:8000") == 1  # changed in one place where something stands between


def test_no_log_of_nginx_has_an_address() -> None:
    """The last part of some gives access: to a calendar, a reply, an import, an account."""
    nginx = (manual.DEPLOY / "nginx" / "portal.conf").read_text(encoding="utf-8")
    (logged,) = re.findall(r"log_format portal '(.*)';", nginx)
    fields = set(re.findall(r"\$(\w+)", logged))
    assert fields & {"request", "request_uri", "uri", "args", "http_referer"} == set()
    servers = nginx.count("\nserver {")
    assert re.findall(r"access_log .* (\w+);", nginx) == ["portal"] * servers
    assert re.findall(r"error_log .* (\w+);", nginx) == ["alert"] * servers


def test_no_proxy_refuses_a_file_that_the_portal_takes() -> None:
    """Its form needs room too; a comment on a proxy that has none of ours says the same."""
    limits = {
        path: int(re.findall(pattern, (manual.DEPLOY / path).read_text(encoding="utf-8"))[0])
        for path, pattern in {
            "nginx/portal.conf": r"client_max_body_size (\d+)000000;",
            "caddy/Caddyfile": r"max_size (\d+)MB",
            "compose/Caddyfile": r"max_size (\d+)MB",
            "kubernetes/overlays/example/ingress.yaml": r"bodies of (\d+) MB",
        }.items()
    }
    assert set(limits.values()) == {28}
    assert MAX_SIZE + 1024 * 1024 < 28_000_000
    larger = {
        path: (manual.DEPLOY / path).read_text(encoding="utf-8")
        for path in ("nginx/portal.conf", "caddy/Caddyfile", "compose/Caddyfile")
    }
    assert "client_max_body_size 64000000;" in larger["nginx/portal.conf"]
    assert max(MAX_UPLOAD_SIZE, MAX_TEST_SET) + 1024 * 1024 < 64_000_000
    key = UUID(int=7)
    for path, text in larger.items():
        assert "64MB" in text or path.startswith("nginx"), path
        patterns = {pattern.strip('"') for pattern in re.findall(r'"?\^\(/workspace\S+\)\$"?', text)}
        (pattern,) = patterns
        for url in (
            reverse("workspace:import-prepare"),
            reverse("workspace:practice-files", args=[key]),
            reverse("api:practice-test-set", args=[key]),
        ):
            assert re.fullmatch(pattern, url), (path, url)
        assert not re.fullmatch(pattern, reverse("workspace:practice", args=[key]))


def test_the_pool_takes_what_the_settings_send_and_the_role_has_it_instead() -> None:
    pool = (manual.DEPLOY / "pgbouncer" / "pgbouncer.ini").read_text(encoding="utf-8")
    pooled = manual.service_environment((manual.DEPLOY / "portal-pooled.env").read_text(encoding="utf-8"))
    direct = manual.service_environment(SETTINGS.read_text(encoding="utf-8"))
    options = re.findall(r"-c (\w+)=", str(DATABASES["default"]["OPTIONS"]["options"]))

    assert ("pool_mode = transaction" in pool, "ignore_startup_parameters = options" in pool) == (True, True)
    assert pooled == {"DATABASE_URL": direct["DATABASE_URL"].replace("5432", "6432")}
    assert re.findall(r"ALTER ROLE portal SET (\w+) = ", MANUAL) == options
