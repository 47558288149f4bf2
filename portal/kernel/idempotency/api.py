"""`Idempotency-Key`: a request that is repeated with its key acts once and gets the same answer.

For programs, as `forms` is for people: the key is the client's, and the answer itself is stored for that client.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.translation import gettext as _

from portal.kernel import api
from portal.kernel.access import Actor
from portal.kernel.api import Fault, Problem, require_scope
from portal.kernel.idempotency.fingerprints import add_form
from portal.kernel.idempotency.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEY_LIFETIME = timedelta(hours=48)  # then the purge takes it: see portal/kernel/privacy/kernel_retention.py
_UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class IdempotencyKeyMiddleware:
    """Store key, act and answer in the request's one transaction, so that all are saved or none.

    A second request with the same key waits for the first; after a refusal the key is free again, because
    nothing was done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware of the API
        if actor.credential_id is None or request.method not in _UNSAFE or HEADER not in request.headers:
            return self.get_response(request)
        try:
            key = request.headers[HEADER].strip()
            if not _KEY.fullmatch(key):
                message = _("A key has 1 to 200 ASCII letters, digits and signs, without spaces.")
                raise Problem("malformed", errors=[Fault(HEADER, message)])
            return self._answer(request, actor, key)
        except Problem as problem:
            return api.problem_response(problem)

    def _answer(self, request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
        fingerprint = _fingerprint(request)
        if not _take(actor, key, fingerprint):
            return _replay(request, _rows(actor, key).get(), fingerprint)
        response = self.get_response(request)
        if response.status_code < 400 and isinstance(response, HttpResponse):
            # all headers: a label, or that no cache may store it, holds whenever the answer is sent
            headers = dict(response.items())
            _rows(actor, key).update(status=response.status_code, headers=headers, body=response.content)
        else:
            _rows(actor, key).delete()
        return response


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    add_form(digest, request)
    return digest.hexdigest()


def _take(actor: Actor, key: str, fingerprint: str) -> bool:
    """Take the key; waits for a running request that has it, and refuses when that takes too long."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO portal_idempotencykey (person_id, tenant_id, key, fingerprint, headers, body)"
                " VALUES (%s, %s, %s, %s, '{}', '') ON CONFLICT DO NOTHING",
                [actor.person_id, actor.tenant_id, key, fingerprint],
            )
            return cursor.rowcount == 1
    except OperationalError as error:
        if "lock timeout" in str(error):
            raise Problem("repeat-running", headers={"Retry-After": "1"}) from error
        raise


def _rows(actor: Actor, key: str) -> QuerySet[IdempotencyKey]:
    rows: QuerySet[IdempotencyKey] = IdempotencyKey.objects.visible_to(actor).filter(key=key)
    return rows


def _replay(request: HttpRequest, stored: IdempotencyKey, fingerprint: str) -> HttpResponse:
    """The answer that was given, for a token that opens what the first one opened: the owner may have others."""
    if stored.fingerprint != fingerprint:
        raise Problem("repeat-differs")
    endpoint = resolve(request.path_info).func.view_class  # type: ignore[attr-defined]  # who else keeps answers?
    require_scope(request.actor, endpoint.required_scopes[request.method])  # type: ignore[attr-defined]  # set by the middleware
    if stored.status is None:
        raise Problem("repeat-running", headers={"Retry-After": "1"})
    response = HttpResponse(bytes(stored.body), status=stored.status, headers=stored.headers)
    response["Idempotency-Replayed"] = "true"
    return response
