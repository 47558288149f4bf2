"""A plug-in of pytest that breaks one guard for a session: `-p tests.support.mutating --mutation NAME`."""

import pytest

from tests.mutations import Mutation, MutationNotApplied, get_mutation
from tests.support import database

# neither passed nor failed: pytest's own code for a run that could not be made
NOT_APPLIED = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutation", default="", help="the name of what is broken, see tests/mutations.py")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Break it when the apps are ready, and in each database that this process will have."""
    mutation = get_mutation(session.config.getoption("--mutation"))
    make_clone = database.renew

    def renew(template: str = database.WITH_CAST) -> None:
        make_clone(template)
        if template in database.SHARED:  # a snapshot was made of a database that is broken already
            _alter(mutation)

    database.renew = renew  # the fixtures call it by its module
    try:
        mutation.apply(pytest.MonkeyPatch())  # and never reverted
    except MutationNotApplied as error:
        pytest.exit(str(error), NOT_APPLIED)


def _alter(mutation: Mutation) -> None:
    try:
        with database.owner_cursor() as cursor:
            mutation.alter(cursor)
    except Exception as error:  # whatever it is, no test may take it for its own failure
        pytest.exit(f"{mutation.name}: {error}", NOT_APPLIED)
