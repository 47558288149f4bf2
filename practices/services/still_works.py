"""“Does it still work?”: asked of those who use a practice, and answered with less than a new measurement."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.queries.local_dates import today
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import WrongState
from portal.kernel.jobs import enqueue
from practices.enums import PracticeState, QuestionCause
from practices.models import Adoption, Practice
from practices.queries.still_works import due_questions, question_cause
from practices.services.publications import touch_public_uses

LATER = timedelta(days=91)  # "ask me in three months"
_UNASKED: Mapping[str, Any] = {"asked_on": None, "asked_because": ""}


def enqueue_questions() -> int:
    """Queue one job for each use whose organisation is to be asked; returns how many are new.

    The key holds why, since when and to which day it was put off: two schedulers queue it once, and the next year,
    version or day asks anew.
    """
    return sum(
        enqueue(
            "ask_still_works",
            key=f"still_works:{question.adoption_id}:{question.cause}:{question.since}:{question.again or ''}",
            payload={"adoption": question.adoption_id},
        )
        for question in due_questions()
    )


@transaction.atomic
def record_question(adoption_id: int) -> bool:
    """Ask, as SYSTEM, through the event; False when it was answered or ended meanwhile."""
    adoption = Adoption.objects.select_for_update(of=("self",)).get(pk=adoption_id)
    cause = question_cause(adoption)
    if cause is None:
        return False
    Adoption.objects.filter(pk=adoption.pk).update(asked_on=today(), asked_because=QuestionCause(cause))
    touch_public_uses(adoption.label)
    journal.record(SYSTEM, "adoption.ask", adoption)
    return True


@transaction.atomic
def confirm_use(actor: Actor, adoption: Adoption) -> Adoption:
    """Say that it seems to work still, without having measured it. Refuses with Forbidden, or WrongState unasked."""
    locked = _asked(actor, adoption)
    _answer(locked, confirmed_on=today())
    journal.record(actor, "adoption.confirm", locked)
    return locked


@transaction.atomic
def postpone_question(actor: Actor, adoption: Adoption) -> Adoption:
    """Be asked again in three months. Refuses with Forbidden, or WrongState unasked."""
    locked = _asked(actor, adoption)
    _answer(locked, ask_not_before=today() + LATER)
    journal.record(actor, "adoption.postpone", locked)
    return locked


def end_questions(practice: Practice) -> None:
    """Ask nobody any longer about a practice that is not shared any more; the caller has ended it."""
    with acting_as(SYSTEM):  # uses are their organisations'
        _open_questions().filter(practice=practice).update(**_UNASKED)


@transaction.atomic
def end_leftover_questions() -> int:
    """End the questions about practices that ended while 0.1.0 ran, which left them open; returns how many.

    Not a migration: nodes of both versions run beside each other during an upgrade. Acts as SYSTEM.
    """
    return _open_questions().exclude(practice__state=PracticeState.SHARED).update(**_UNASKED)


def _open_questions() -> QuerySet[Adoption]:
    return Adoption.objects.filter(asked_on__isnull=False)


def _asked(actor: Actor, adoption: Adoption) -> Adoption:
    locked: Adoption = Adoption.objects.select_for_update(of=("self",)).get(pk=adoption.pk)
    require(actor, "adoption.change", locked)
    if locked.asked_on is None:
        raise WrongState(_("This question has been answered already."))
    return locked


def _answer(adoption: Adoption, **changes: object) -> None:
    """The version stays: nothing that somebody may be editing has changed."""
    Adoption.objects.filter(pk=adoption.pk).update(**_UNASKED, **changes)
    adoption.refresh_from_db()
    touch_public_uses(adoption.label)
