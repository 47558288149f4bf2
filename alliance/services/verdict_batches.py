"""Verdicts on several measures at once, each a verdict of its own; and the way back while the review lasts."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from alliance.enums import ReportState
from alliance.models import Measure, Report, Verdict
from alliance.services.reviews import give_verdict
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState


@transaction.atomic
def give_verdicts(
    actor: Actor, report: Report, measures: Sequence[Measure], *, value: str, reason: str, language: str = ""
) -> list[Verdict]:
    """Give measures that have no verdict yet the same one, all or none; each has its row and its journal entry.

    Raises Forbidden, WrongState, Conflict where one was judged in between, or the DomainError of a single verdict.
    """
    if not measures:
        raise DomainError(_("Choose at least one measure."), field="measures")
    given = [
        give_verdict(actor, report, measure=measure, value=value, reason=reason, language=language)
        for measure in measures
    ]
    batch = uuid.uuid4()
    Verdict.objects.filter(pk__in=[verdict.pk for verdict in given]).update(batch=batch)
    return given


@transaction.atomic
def take_back_verdicts(actor: Actor, report: Report, batch: uuid.UUID) -> int:
    """Take back what was given at once and not changed since, while the report is in review; how many.

    Raises Forbidden, WrongState, or DomainError where somebody has worked on one of them already.
    """
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    require(actor, "verdict.take_back", locked)
    if locked.state != ReportState.IN_REVIEW:
        raise WrongState(_("This report is not in review."))
    verdicts = list(Verdict.objects.filter(report=locked, batch=batch, version=1))
    if not verdicts:
        raise WrongState(_("This has already been done."))
    for verdict in verdicts:
        measure = verdict.measure.code if verdict.measure else ""
        journal.record(
            actor, "verdict.take_back", verdict, report=locked.pk, measure=measure, value=verdict.value
        )
        try:
            with transaction.atomic():
                verdict.delete()
        except ProtectedError as error:
            raise DomainError(_("Somebody has worked on one of these verdicts already.")) from error
    return len(verdicts)
