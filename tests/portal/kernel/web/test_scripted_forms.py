"""A form that a page’s script sends is told where to go; a browser is led there."""

import json

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from portal.kernel.web import ScriptedFormMiddleware

SCRIPT = {"Form-By-Script": "1"}


def lead(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect("/workspace/#there")
    response.set_cookie("messages", "Evidence added")
    response["Content-Length"] = "0"
    return response


def test_a_script_is_given_the_address_and_the_cookies_stay() -> None:
    answer = ScriptedFormMiddleware(lead)(RequestFactory().post("/", headers=SCRIPT))

    assert json.loads(answer.content) == {"go_to": "/workspace/#there"}
    assert (answer.status_code, answer["Content-Type"], "Location" in answer) == (
        200,
        "application/json",
        False,
    )
    assert answer["Content-Length"] == str(len(answer.content))
    assert answer.cookies["messages"].value == "Evidence added"


@pytest.mark.parametrize(
    "request_of_browser",
    [RequestFactory().post("/"), RequestFactory().get("/", headers=SCRIPT)],
    ids=["post", "get"],
)
def test_a_browser_is_led_as_before(request_of_browser: HttpRequest) -> None:
    answer = ScriptedFormMiddleware(lead)(request_of_browser)

    assert (answer.status_code, answer["Location"]) == (302, "/workspace/#there")


def test_a_page_of_refusal_stays_a_page() -> None:
    answer = ScriptedFormMiddleware(lambda request: HttpResponse("no", status=422))(
        RequestFactory().post("/", headers=SCRIPT)
    )

    assert (answer.status_code, answer.content) == (422, b"no")
