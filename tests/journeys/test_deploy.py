"""The manual of running it for real, done as it is written: its SQL, its settings, its commands."""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import get_commands

from portal.local.environment import ROOT
from portal.local.folder import DataFolder
from portal.local.identity import choose_identity
from portal.local.postgres import Postgres, binary_path
from portal.local.processes import stop_all
from tests.support.launcher import bare_environment
from tests.support.mail import wait_until

# the set-up of these tests takes long: once, in one process
pytestmark = pytest.mark.xdist_group("deploy")

MANUAL = (ROOT / "docs" / "how-to" / "deploy.md").read_text(encoding="utf-8")
# The manual's commands in two programs, for each start takes seconds. The visits are in the second one, which knows of
# the collected files only what lies on the disk, like a web server.
PREPARATION = """
from django.core.management import execute_from_command_line
for command in ("migrate", "collectstatic"):
    execute_from_command_line(["manage.py", command, "--no-input"])
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
    answer = Client().get("/accounts/login/", headers={"host": "portal.example.org", **headers})
    cookies = {key: {flag: value for flag, value in morsel.items() if value} for key, morsel in answer.cookies.items()}
    answers[name] = {"status": answer.status_code, "headers": dict(answer.items()), "cookies": cookies}
print(json.dumps({"check": output.getvalue(), "visits": answers}))
"""


def blocks(language: str) -> list[str]:
    """What stands between fences of this kind, in the manual's order."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", MANUAL, re.DOTALL | re.MULTILINE)
    return [text for kind, text in fences if kind == language]


def documented_environment() -> dict[str, str]:
    block = next(block for block in blocks("") if block.startswith("PORTAL_ORIGIN="))
    return dict(line.split("=", 1) for line in block.strip().splitlines())


class Installation:
    """A cluster of its own, prepared by the manual's SQL, and the manual's environment."""

    def __init__(self, path: Path) -> None:
        self.folder = DataFolder(path)
        needed = [
            Path(sys.executable),
            Path(psycopg2.__file__),
            ROOT / "manage.py",
            path.parent,
            binary_path("postgres"),
        ]
        self.folder.prepare(choose_identity(needed, shares_files=True))
        self._postgres = Postgres(self.folder, throw_away=True)
        self._server = self.folder.spawn(self._postgres.program())
        wait_until(self._postgres.accepts_connections, 30, "PostgreSQL")
        for database, statements in zip(("postgres", "portal"), blocks("sql"), strict=True):
            self._execute(database, statements)

    def close(self) -> None:
        stop_all([self._server], 3)
        self.folder.close()

    def _execute(self, database: str, statements: str) -> None:
        host = str(self.folder.sockets)
        with closing(psycopg2.connect(host=host, dbname=database, user="postgres")) as connection:
            connection.autocommit = True
            for statement in filter(str.strip, statements.split(";")):
                connection.cursor().execute(statement)

    @property
    def environment(self) -> dict[str, str]:
        """The manual's, with this machine's database and a folder that is ours."""
        here = {
            "DATABASE_URL": self._postgres.url("portal"),
            "PORTAL_DATA_DIR": str(self.folder.path / "data"),
            "SECRET_KEY": secrets.token_urlsafe(50),
        }
        settings = {"DJANGO_SETTINGS_MODULE": "portal.settings"}
        return {**bare_environment(), **documented_environment(), **here, **settings}

    def run(self, *arguments: str, **variables: str) -> str:
        """Run Python with this environment to its end; fails with what it said."""
        done = subprocess.run(
            [sys.executable, *arguments], env={**self.environment, **variables}, cwd=ROOT, capture_output=True,
            text=True, timeout=90,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def prepare(self) -> None:
        self.run("-c", PREPARATION, DATABASE_OWNER_URL=self._postgres.url("portal_owner"))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the check of a deployment said, and the page of signing in, asked for as the proxy does and without TLS."""
    made = Installation(tmp_path_factory.mktemp("deployed"))
    try:
        made.prepare()
        output = made.run("-c", CHECK_AND_VISITS)
        yield json.loads(output.splitlines()[-1])
    finally:
        made.close()


@pytest.fixture
def visit(results: dict[str, Any]) -> Mapping[str, Mapping[str, object]]:
    visits: dict[str, dict[str, object]] = results["visits"]
    return visits


def test_the_check_of_a_deployment_finds_nothing(results: dict[str, Any]) -> None:
    assert results["check"].strip() == "System check identified no issues (2 silenced)."


def test_cookies_are_of_this_host_and_of_https_alone(visit: Mapping[str, Mapping[str, object]]) -> None:
    """`__Host-` cookies: secure, for the whole site, for no other host; scripts read neither of them."""
    cookies = visit["https"]["cookies"]

    assert visit["https"]["status"] == 200
    assert isinstance(cookies, dict)
    assert set(cookies) <= {"__Host-csrf", "__Host-session"}
    assert "__Host-csrf" in cookies
    for flags in cookies.values():
        assert {"secure": True, "httponly": True, "path": "/", "samesite": "Lax"}.items() <= flags.items()
        assert "domain" not in flags


def test_browsers_come_back_over_https_alone(visit: Mapping[str, Mapping[str, object]]) -> None:
    headers = visit["https"]["headers"]

    assert isinstance(headers, dict)
    assert headers["Strict-Transport-Security"] == "max-age=63072000"  # what is about other hosts is not ours to say
    assert visit["http"]["status"] == 301
    assert visit["http"]["headers"]["Location"] == "https://portal.example.org/accounts/login/"


def test_the_table_names_every_variable_and_no_other() -> None:
    source = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'(?:environ\.get|_flag|_number)\("([A-Z_]+)"', source))
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", MANUAL, re.MULTILINE)
    variables = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}

    assert variables == read
    assert set(documented_environment()) <= variables


def test_every_command_of_the_manual_exists() -> None:
    commands = set(re.findall(r"manage\.py (\w+)", MANUAL))

    assert commands - set(get_commands()) == set()


def test_what_the_manual_starts_is_what_the_demonstration_starts() -> None:
    source = (ROOT / "portal" / "local" / "programs.py").read_text(encoding="utf-8")
    switches = set(re.findall(r'"(--[a-z-]+)', source)) - {"--graceful-timeout"}

    assert {switch for switch in switches if switch not in MANUAL} == set()
