"""Refusals that other modules raise become problems of the API like its own."""

import pytest

from portal.kernel.api import problem_of, problem_response
from portal.kernel.files import FileCase, FileState, Withheld
from portal.kernel.limits import TooMany


@pytest.mark.parametrize(
    ("state", "status", "slug"), [(FileState.QUARANTINED, 451, "withheld"), (FileState.PURGED, 410, "gone")]
)
def test_a_file_that_may_not_be_fetched_says_why(state: FileState, status: int, slug: str) -> None:
    problem = problem_of(Withheld(FileCase(sha256="0" * 64, state=state)))

    assert problem is not None
    assert (problem_response(problem).status_code, problem.kind.slug) == (status, slug)


def test_a_limit_of_the_portal_says_how_long_to_wait() -> None:
    problem = problem_of(TooMany(7))

    assert problem is not None
    assert (problem_response(problem).status_code, problem_response(problem)["Retry-After"]) == (429, "7")
