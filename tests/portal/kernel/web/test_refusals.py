"""Answers to errors: a database that is away is 503, whichever error it surfaces as."""

import pytest
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import OperationalError
from django.test import RequestFactory

from portal.kernel.web import bad_request


def error_of(cause: Exception | None) -> Exception:
    """A bad request as it is raised, with what it came up in."""
    try:
        raise BadRequest("interrupted") from cause
    except BadRequest as error:
        return error


@pytest.mark.parametrize(
    ("cause", "status"), [(OperationalError("gone"), 503), (ValueError("odd"), 400), (None, 400)]
)
def test_a_session_that_could_not_be_saved_is_no_fault_of_the_reader(
    cause: Exception | None, status: int
) -> None:
    answer = bad_request(RequestFactory().get("/"), error_of(cause))

    assert (answer.status_code, answer.headers.get("Retry-After")) == (
        status,
        "10" if status == 503 else None,
    )


def test_too_much_at_once_is_called_that() -> None:
    answer = bad_request(RequestFactory().post("/"), RequestDataTooBig())

    assert (answer.status_code, "The form was too large" in answer.content.decode()) == (413, True)
