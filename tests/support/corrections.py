"""Corrections as the cast makes them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from alliance.enums import Role
from alliance.models import Commitment, Correction, Person, Report, Response
from alliance.queries.local_dates import today
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    consent_to_correction,
    draft_correction,
    propose_correction,
)
from alliance.services.responses import respond_to_verdicts
from alliance.validators.corrections import CorrectionPlace
from portal.kernel import clock
from portal.kernel.access import acting_as
from portal.kernel.publishing import Publication, read_publication
from tests.factories import Cast, make_cycle, make_person, read_charter
from tests.factories.cast import actor_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

REASON = {"en": "Two digits were exchanged.", "ru": "Две цифры поменялись местами."}
KIDS, LIVE = (
    CorrectionPlace("figure", indicator="content-actioned", service=service)
    for service in ("aurora-kids", "aurora-live")
)
STORY = CorrectionPlace.of_text("search-story")
VERDICT = CorrectionPlace("verdict", "find")
REPLY = CorrectionPlace.of_response("find")


WORSE = {"value": "not_started", "reason": "Nothing was done.", "difference": "The measures say too much."}


def act(cast: Cast, name: str, service: Any, *arguments: Any) -> Any:
    """What one of the cast does by a service."""
    with acting_as(cast.actor(name)) as actor:
        return service(actor, *arguments)


def replied_report(cast: Cast) -> Report:
    """Aurora's public report with two figures, a verdict and the reply to it."""
    make_published_report(
        make_cycle(read_charter()),
        cast.aurora,
        figures("2960", "394"),
        verdicts={"find": "limited"},
        replies={"find": "We think 394 is good."},
    )
    return Report.objects.get()


def report_past_replies(cast: Cast) -> Report:
    """The same with its cycle, after the last day for replies."""
    report = replied_report(cast)
    make_published_cycle(report.cycle)
    Report.objects.update(respond_by=today() - timedelta(days=1))
    Response.objects.update(signed_at=clock.now() - timedelta(days=60))
    return Report.objects.get()


def published_document() -> dict[str, Any]:
    """The report as it was published last."""
    return read_publication(Publication.objects.filter(type="report").order_by("-number")[0])


def figures(kids: str, live: str, **of_live: Any) -> dict[str, list[dict[str, Any]]]:
    """Content actioned on both services of Aurora."""
    rows = [
        submitted_figure("content-actioned", kids, service="aurora-kids"),
        submitted_figure("content-actioned", live, service="aurora-live", **of_live),
    ]
    return {"search": rows}


def FIGURE(place: CorrectionPlace, value: str | None, **others: Any) -> CorrectionInput:
    return CorrectionInput({place: {"value": value, **others}}, REASON)


def proposed(
    cast: Cast,
    report: Report,
    place: CorrectionPlace,
    new: str | Mapping[str, Any] | None,
    *,
    by: str = "sven",
    **others: Any,
) -> Correction:
    """The correction of one value, proposed by one of the cast."""
    values = new if isinstance(new, Mapping) else {"value": new, **others}
    with acting_as(cast.actor(by)) as actor:
        draft = draft_correction(actor, report, CorrectionInput({place: values}, REASON))
        return propose_correction(actor, draft)


def correct(
    cast: Cast, report: Report, place: CorrectionPlace, new: str | Mapping[str, Any] | None, **others: Any
) -> Correction:
    """The correction of one value, proposed by Sven, agreed to and published by Mona."""
    correction = proposed(cast, report, place, new, **others)
    with acting_as(cast.actor("mona")) as actor:
        return publish_correction(actor, agree_to_correction(actor, correction))


def correct_verdict(
    cast: Cast, report: Report, new: Mapping[str, Any], place: CorrectionPlace = VERDICT
) -> Correction:
    """The same of a verdict, to which a second reviewer consents."""
    zoe = Person.objects.filter(name="Zoe").first() or make_person("Zoe", cast.secretariat, Role.REVIEWER)
    second = actor_of(zoe)
    correction = proposed(cast, report, place, new)
    with acting_as(second):
        consent_to_correction(second, correction)
    with acting_as(cast.actor("mona")) as actor:
        return publish_correction(actor, agree_to_correction(actor, correction))


def let_the_days_pass(correction: Correction) -> None:
    """The day to answer was yesterday."""
    Correction.objects.filter(pk=correction.pk).update(respond_by=today() - timedelta(days=1))


def decided_days_ago(correction: Correction, days: int) -> None:
    Correction.objects.filter(pk=correction.pk).update(decided_at=clock.now() - timedelta(days=days))


def reply(cast: Cast, report: Report, key: str, text: str = "We object.") -> Response:
    """The reply of Sven to the verdict on a commitment, or to all."""
    commitment = Commitment.objects.filter(charter=report.charter, key=key).first()
    with acting_as(cast.actor("sven")) as sven:
        return respond_to_verdicts(sven, report, commitment, text, "en")
