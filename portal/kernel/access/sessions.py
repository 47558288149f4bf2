"""The sessions of a person: whichever engine keeps them."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db.models.functions import Now

from portal.kernel.access.actor import SYSTEM
from portal.kernel.access.row_security import acting_as


def session_rows() -> Any:
    """The table of the engine that keeps the sessions."""
    return import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()._base_manager


def sessions_of(person_id: int) -> list[Any]:
    """The sessions in which the person is signed in now."""
    running = session_rows().filter(expire_date__gte=Now()).iterator()
    return [each for each in running if each.get_decoded().get(SESSION_KEY) == str(person_id)]


def end_sessions(person_id: int) -> None:
    """Sign the person out everywhere; as SYSTEM, for it need not be they who act."""
    with acting_as(SYSTEM):
        session_rows().filter(pk__in=[session.pk for session in sessions_of(person_id)]).delete()
