"""A form posted twice acts once: the form carries a key, and the first post with it takes the key."""

import uuid
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.kernel.access import Actor
from portal.kernel.idempotency.models import FormToken
from portal.kernel.web import FORM_TOKEN, RefusedRedirect

FIELD = FORM_TOKEN


class FormTokenMiddleware:
    """Store key and act in the request's one transaction, so that both are saved or none.

    A second post of the same key waits for the first, and is then redirected to where that one led.
    Where nothing was done (the form again, with its errors, or a redirect that says why) the key is given back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the actor middleware
        own = FormToken.objects.visible_to(actor).filter(key=key)
        if not _take(key, actor.person_id):
            earlier = own.first()
            return HttpResponseRedirect(earlier.location if earlier and earlier.location else request.path)
        response = self.get_response(request)
        if isinstance(response, HttpResponseRedirect) and not isinstance(response, RefusedRedirect):
            own.update(location=response.url[:500])
        else:
            own.delete()
        return response


def _key(request: HttpRequest) -> uuid.UUID | None:
    # where there is no transaction the page uses no database, and there is nothing that could be done twice
    if request.method != "POST" or not connection.in_atomic_block or FIELD not in request.POST:
        return None
    try:
        return uuid.UUID(request.POST[FIELD])
    except ValueError:
        return None


def _take(key: uuid.UUID, person_id: int | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_formtoken (key, person_id, location) VALUES (%s, %s, '') ON CONFLICT DO NOTHING",
            [key, person_id],
        )
        return cursor.rowcount == 1
