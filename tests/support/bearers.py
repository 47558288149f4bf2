"""Everybody's program: a token each, made while they still had access, with every scope that they may choose."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.test import Client

from alliance.models import Membership
from alliance.queries.actors import actor_for
from alliance.services.tokens import create_token
from portal.kernel.access import acting_as, available_scopes
from tests.support.visitors import CapturedAnswer, capture


def token_of(person: Any, *scopes: str, name: str = "test") -> str:
    """A token of this person for their first organisation; without scopes, with all that they may choose."""
    membership = Membership.objects.current().filter(person=person).order_by("pk").first()
    assert membership is not None
    with acting_as(actor_for(person.pk, membership.organisation_id)) as actor:
        possible = [scope.name for scope in available_scopes(for_host=actor.is_host)]
        _token, secret = create_token(actor, name=name, scopes=scopes or possible)
    return secret


class Bearers:
    """The people by name, each with a token; those without a person send none."""

    def __init__(self, people: Mapping[str, Any]) -> None:
        self.tokens = {name: token_of(person) if person else "" for name, person in people.items()}
        self._client = Client()

    def ask(
        self, name: str, method: str, url: str, data: Any = None, headers: Mapping[str, str] | None = None
    ) -> CapturedAnswer:
        """The answer to this person's program."""
        return self.ask_with(self.tokens[name], method, url, data, headers)

    def ask_with(
        self, token: str, method: str, url: str, data: Any = None, headers: Mapping[str, str] | None = None
    ) -> CapturedAnswer:
        """The answer to the holder of this token; what a write has written is rolled back.

        `data` is sent as JSON; a value that is a file makes it a form of parts.
        """
        authorization = {"Authorization": f"Bearer {token}"} if token else {}
        options: dict[str, Any] = {"headers": {**authorization, **(headers or {})}}
        if method not in ("GET", "HEAD", "OPTIONS"):
            options |= _body(data)
        with transaction.atomic():
            captured_answer = capture(getattr(self._client, method.lower())(url, **options))
            if method not in ("GET", "HEAD", "OPTIONS"):
                transaction.set_rollback(True)
        return captured_answer


def comparable(captured_answer: CapturedAnswer) -> tuple[int, bytes, dict[str, str]]:
    """An answer byte for byte, without what differs for each request: its id, and the remaining limit."""
    headers = {name: value for name, value in captured_answer.headers.items() if name != "RateLimit"}
    return captured_answer.status, re.sub(rb'"urn:request:[^"]*"', b"", captured_answer.body), headers


def _body(data: Any) -> dict[str, Any]:
    values: Iterable[Any] = data.values() if isinstance(data, Mapping) else ()
    if any(hasattr(value, "read") for value in values):
        return {"data": data}
    return {"data": data if data is not None else {}, "content_type": "application/json"}
