"""Makes the actor of a program from its token, counts its requests, and opens the transaction that knows who acts."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from alliance.queries.actors import PersonMemberships
from alliance.queries.tokens import FactorMissing
from alliance.services.tokens import authenticate_token
from portal.kernel import api
from portal.kernel.access import ANYONE, Actor, set_context
from portal.kernel.api import Problem, conditional_response, spend_address, spend_token, write_limit_headers
from portal.kernel.web import PublicAnswers, is_readable_query

PREFIX = "/api/"

log = structlog.get_logger(__name__)
_LONGEST_KEY = 1000  # an answer to a longer address is made anew each time


class ApiMiddleware:
    """Make the actor of an API request: the owner of its token, or ANYONE.

    Sessions and cookies are ignored. An invalid token is refused even where none is needed.
    Whatever goes wrong below, and in what frames it, is answered as a problem.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._answers = PublicAnswers(settings.PAGE_CACHE_BYTES // 4, is_exact=True)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            response = self._answer(request)
        except (OperationalError, InterfaceError):
            return api.unavailable_problem()
        return conditional_response(request, response)

    def _answer(self, request: Any) -> HttpResponseBase:
        scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        bearer, refusal = _authenticate(secret.strip() if scheme.lower() == "bearer" else "")
        token_id = bearer.credential_id if bearer else None
        allowance = spend_token(token_id) if token_id else spend_address(request)
        response: HttpResponseBase
        if allowance.is_spent:
            retry_after = {"Retry-After": str(allowance.resets_in)}
            response = api.problem_response(Problem("too-many", headers=retry_after))
        elif bearer is None and "Authorization" in request.headers:
            log.warning("token_refused", reason=refusal.kind.slug)
            response = api.problem_response(refusal)
        else:
            request.actor, request.person_memberships = bearer or ANYONE, PersonMemberships((), frozenset())
            is_readable = is_readable_query(request.META.get("QUERY_STRING", ""))
            is_public = bearer is None and request.method in ("GET", "HEAD") and is_readable
            response = self._answer_anybody(request) if is_public else self._answer_actor(request)
        if response.status_code >= 400 and not api.is_problem(response):
            response = api.as_problem(response)
        write_limit_headers(allowance, response)
        return response

    def _answer_actor(self, request: Any) -> HttpResponseBase:
        with transaction.atomic():
            set_context(request.actor)
            return self.get_response(request)

    def _answer_anybody(self, request: Any) -> HttpResponseBase:
        """From memory where it can: what is public is the same for everybody who asks for it in the same words."""
        sent = sorted(request.GET.lists())
        request.META["QUERY_STRING"] = query = urlencode(sent, doseq=True)
        request.GET = QueryDict(query)
        key = f"{get_language()} {request.get_host()} {request.path_info}?{query}"
        return self._answers.answer(request, key, self._answer_actor, is_stored=len(key) < _LONGEST_KEY)


def _authenticate(secret: str) -> tuple[Actor | None, Problem]:
    """Who acts with the token, and how it is refused where nobody does: in the same way whatever is wrong with it.

    Only that its owner needs a second factor is said: whoever has the token knows whose it is.
    """
    try:
        bearer = authenticate_token(secret)
    except FactorMissing:
        return None, Problem("second-factor")
    return bearer, Problem("unauthenticated", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
