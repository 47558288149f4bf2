"""Forms that a page’s script sends, since a file is chosen in them: it is given the address to go to."""

import json
from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.html import format_html, format_html_join

HEADER = "Form-By-Script"


def is_scripted_form(request: HttpRequest) -> bool:
    """Whether a page's script sends a form, and not the browser."""
    return request.method == "POST" and HEADER in request.headers


class ScriptedFormMiddleware:
    """Answers a redirect after such a post as JSON `{"go_to": address}`: a script that follows one sees no page of it.

    Cookies and all else stay; the page that the script then opens shows the messages. A refusal leads nowhere, since
    the chosen file would be lost: it is 422 with what the messages say (`refusal_to_script`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_scripted_form(request) and isinstance(response, HttpResponse) and "Location" in response:
            response.content = json.dumps({"go_to": response["Location"]}).encode()
            response.status_code = 200
            response["Content-Type"] = "application/json"
            response["Content-Length"] = str(len(response.content))  # that of the redirect is there already
            del response["Location"]
        return response


def refusal_to_script(request: HttpRequest, response: HttpResponse) -> None:
    """Make of a refused redirect an answer with its messages, which are then shown; as it is where there are none.

    Called where messages are still to be read.
    """
    reasons = [str(message) for message in get_messages(request)]
    if not reasons:
        return
    items = format_html_join("", "<li>{}</li>", ((reason,) for reason in reasons))
    response.content = format_html('<main><ul id="errors">{}</ul></main>', items).encode()
    response.status_code = 422
    response["Content-Type"] = "text/html; charset=utf-8"
    del response["Location"]
