"""A live portal with a report of Aurora's, and the command lines of its people."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alliance.models import Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.bearers import token_of
from tests.support.client_program import ClientProgram


@pytest.fixture
def people(live_server: Any) -> Cast:
    """The cast, in a database that commits."""
    del live_server
    with acting_as(SYSTEM):
        return read_cast()


@pytest.fixture
def report(people: Cast) -> Report:
    """Aurora's report for an open cycle."""
    with acting_as(SYSTEM):
        return make_report(make_cycle(read_charter()), people.aurora)


@pytest.fixture
def program_of(live_server: Any, tmp_path: Path) -> Callable[..., ClientProgram]:
    """The command line of somebody, signed in with a token of these scopes, by default all; through another address
    if one is given."""

    def make(person: Any, *scopes: str, origin: str = "") -> ClientProgram:
        folder = tmp_path / person.name.lower()
        folder.mkdir()
        program = ClientProgram(folder)
        with acting_as(SYSTEM):
            token = token_of(person, *scopes)
        program.sign_in(origin or live_server.url, token)
        return program

    return make


@pytest.fixture
def sven(people: Cast, report: Report, program_of: Callable[..., ClientProgram]) -> ClientProgram:
    """The signatory's command line, with every scope."""
    del report
    return program_of(people.sven)
