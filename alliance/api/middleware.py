"""Makes the actor of a program from its token, counts its requests, and opens the transaction that knows who acts."""

from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from alliance.queries.actors import Standing
from alliance.services.tokens import use_token
from portal.kernel.access import ANYONE, Actor
from portal.kernel.api import problems
from portal.kernel.api.limits import say, spend_address, spend_token
from portal.kernel.api.problems import Problem
from portal.kernel.api.versions import conditional
from portal.kernel.row_security import set_context

PREFIX = "/api/"


class ApiMiddleware:
    """The third face: whoever comes here is the owner of the token that they show, or ANYONE.

    Sessions and cookies count for nothing. A token that does not hold is refused even where none is needed.
    Whatever goes wrong below, and in what frames it, is answered as a problem.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            response = self._answer(request)
        except (OperationalError, InterfaceError):
            return problems.unavailable()
        return conditional(request, response)

    def _answer(self, request: Any) -> HttpResponseBase:
        bearer = _bearer(request)
        token_id = bearer.credential_id if bearer else None
        allowance = spend_token(token_id) if token_id else spend_address(request)
        if allowance.is_spent:
            response = _too_many(allowance.resets_in)
        elif bearer is None and "Authorization" in request.headers:
            response = _not_let_in()
        else:
            request.actor, request.standing = bearer or ANYONE, Standing((), frozenset())
            with transaction.atomic():
                set_context(request.actor)
                response = self.get_response(request)
        if response.status_code >= 400 and not problems.is_problem(response):
            response = problems.translated(response)
        say(allowance, response)
        return response


def _bearer(request: HttpRequest) -> Actor | None:
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    return use_token(secret.strip()) if scheme.lower() == "bearer" else None


def _not_let_in() -> HttpResponseBase:
    """The same answer whatever is wrong with the token."""
    said = 'Bearer error="invalid_token"'
    return problems.answer(Problem("unauthenticated", headers={"WWW-Authenticate": said}))


def _too_many(seconds: int) -> HttpResponseBase:
    return problems.answer(Problem("too-many", headers={"Retry-After": str(seconds)}))
