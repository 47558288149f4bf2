"""What the client's README says works as it stands: its commands, in its order, against a portal."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from alliance.models import Report, Submission
from alliance_client import errors
from alliance_client.commands import alliance
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.background_programs import Worker
from tests.support.bearers import token_of
from tests.support.client_program import README, ClientProgram
from tests.support.report_program import stored_rows

TEXT = README.read_text(encoding="utf-8")
_BLOCK = re.compile(
    r"(?:`(?P<name>[\w.]+)`:\n\n)?```(?P<language>sh|python|csv)\n(?P<content>.*?)```\n", re.DOTALL
)
# what `--help` says is enough
LEFT_TO_HELP = {
    "--all",
    "--form",
    "--figures",
    "--no-figures",
    "--parts",
    "--force",
    "--every",
    "--message",
    "--version",
}
_ORIGIN = "https://portal.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the command on the path."""
    program = tmp_path / "bin/alliance"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m alliance_client "$@"\n')
    program.chmod(0o755)
    return tmp_path


@pytest.mark.slow
def test_its_commands_file_a_report(
    live_server: Any, folder: Path, people: Cast, report: Report, worker: Worker
) -> None:
    with acting_as(SYSTEM):
        token = token_of(people.sven)
    (folder / "token.txt").write_text(f"{token}\n")
    environment = ClientProgram(folder).environment
    environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
    signed_in = {"ALLIANCE_ORIGIN": live_server.url, "ALLIANCE_TOKEN": token}
    output = ""
    for block in _BLOCK.finditer(TEXT):
        content = block["content"].replace(_ORIGIN, live_server.url)
        if block["language"] == "csv":
            (folder / block["name"]).write_text(content, encoding="utf-8")
            continue
        is_python = block["language"] == "python"
        ran = subprocess.run(
            [sys.executable, "-c", content] if is_python else ["bash", "-euc", content],
            cwd=folder,
            env=environment | (signed_in if is_python else {}),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, content + ran.stdout + ran.stderr
        output += ran.stdout

    (submission,) = stored_rows(Submission)
    assert submission.sha256 in output
    assert "Saved: 11 answers." in output
    assert sorted(path.suffix for path in (folder / "report").iterdir()) == [
        ".csv",
        ".json",
        ".xlsx",
        ".xlsx",
    ]


def test_it_names_every_command_and_option() -> None:
    context = click.Context(alliance)
    commands = {name: alliance.get_command(context, name) for name in alliance.list_commands(context)}
    options = {
        option
        for command in commands.values()
        for parameter in (command.params if command else [])
        for option in parameter.opts
        if option.startswith("--")
    }

    assert {name for name in commands if f"alliance {name}" not in TEXT} == set()
    unnamed = {
        "--all",
        "--to",
        "--form",
        "--figures",
        "--parts",
        "--force",
        "--since",
        "--every",
        "--message",
        "--profile",
    }
    assert {option for option in options if option not in TEXT} <= unnamed


def test_its_exit_codes_are_those_of_the_code() -> None:
    rows = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}

    assert rows == codes
