"""Answers to errors: a database that is away is 503, whichever error it surfaces as."""

import pytest
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import RequestFactory

from portal.kernel.web import UnlistedFields, bad_request
from portal.kernel.web.refused_posts import unlisted_fields


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


def test_a_form_that_cannot_be_sent_again_says_how_to_get_one_that_can() -> None:
    """The one that the browser goes back to may be old, without any extension."""
    names = UnlistedFields(["nickname"])
    file = SimpleUploadedFile("counts.csv", b"a,b")
    posts = [
        {"nickname": "A", "file": file},
        {"nickname": "A", "password": "secret"},
        {"nickname": "A", "text": "Hello"},
    ]

    pages = [unlisted_fields(RequestFactory().post("/", post), names).content.decode() for post in posts]

    assert ["If that does not help, open the page anew" in page for page in pages] == [True, True, False]
    assert "Send it again without that field" in pages[2]
