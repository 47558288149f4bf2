"""A form posted twice acts once: the form carries a key, and the first post with it takes the key."""

import hashlib
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.kernel.access import Actor
from portal.kernel.idempotency.fingerprints import add_form
from portal.kernel.idempotency.models import FormToken
from portal.kernel.web import FORM_TOKEN, TECHNICAL_FIELDS, RefusedRedirect

FIELD = FORM_TOKEN


class FormTokenMiddleware:
    """Store key and act in the request's one transaction, so that both are saved or none.

    A second post of the same key and contents waits for the first, and is then redirected to where that one led.
    Where nothing was done (the form again, with its errors, or a redirect that says why) the key is given back.
    `at` is when the last post with the key was taken: the page that sent it asks (`seconds_since_taken`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        # on the pages of accounts also somebody who acts for no tenant
        actor: Actor = getattr(request, "person_actor", None) or request.actor  # type: ignore[attr-defined]  # set by the actor middleware
        own = FormToken.objects.visible_to(actor).filter(key=key)
        if not _take(key, actor.person_id, _fingerprint(request)):
            own.update(at=Now())
            earlier = own.first()
            return HttpResponseRedirect(earlier.location if earlier and earlier.location else request.path)
        response = self.get_response(request)
        if isinstance(response, HttpResponseRedirect) and not isinstance(response, RefusedRedirect):
            own.update(location=response.url[:500])
        else:
            own.delete()
        return response


def seconds_since_taken(actor: Actor, keys: Iterable[str]) -> dict[str, float]:
    """Of those keys of forms with which the actor's post was taken: how long ago that was, by the database's clock."""
    valid = []
    for key in keys:
        with suppress(ValueError):
            valid.append(uuid.UUID(key))
    age = ExpressionWrapper(Now() - F("at"), output_field=DurationField())
    rows = FormToken.objects.visible_to(actor).filter(key__in=valid).exclude(location="")
    return {
        str(key): since.total_seconds() for key, since in rows.annotate(age=age).values_list("key", "age")
    }


def _key(request: HttpRequest) -> uuid.UUID | None:
    # where there is no transaction the page uses no database, and there is nothing that could be done twice
    if request.method != "POST" or not connection.in_atomic_block or FIELD not in request.POST:
        return None
    try:
        return uuid.UUID(request.POST[FIELD])
    except ValueError:
        return None


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256()
    add_form(digest, request, without=TECHNICAL_FIELDS)
    return digest.hexdigest()


def _take(key: uuid.UUID, person_id: int | None, fingerprint: str) -> bool:
    """Take the key for these contents; waits for a post that has it. False when the same was sent with it already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_formtoken (key, person_id, fingerprint, location) VALUES (%s, %s, %s, '')"
            " ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, location = '', at = now()"
            " WHERE portal_formtoken.fingerprint <> excluded.fingerprint",
            [key, person_id, fingerprint],
        )
        return cursor.rowcount == 1
