"""Refusals that other rooms raise are problems of the API like its own."""

import pytest

from portal.kernel.api.problems import answer, problem_of
from portal.kernel.file_gate import Withheld
from portal.kernel.limits import TooMany
from portal.kernel.models import FileCase, FileState


@pytest.mark.parametrize(
    ("state", "status", "slug"), [(FileState.HELD, 451, "withheld"), (FileState.PURGED, 410, "gone")]
)
def test_a_file_that_may_not_be_fetched_says_why(state: FileState, status: int, slug: str) -> None:
    problem = problem_of(Withheld(FileCase(sha256="0" * 64, state=state)))

    assert problem is not None
    assert (answer(problem).status_code, problem.kind.slug) == (status, slug)


def test_a_limit_of_the_portal_says_how_long_to_wait() -> None:
    problem = problem_of(TooMany(7))

    assert problem is not None
    assert (answer(problem).status_code, answer(problem)["Retry-After"]) == (429, "7")
