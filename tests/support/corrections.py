"""Corrections as the cast makes them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from alliance.enums import Role
from alliance.models import Correction, Person, Report
from alliance.queries.local_dates import today
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    consent_to_correction,
    draft_correction,
    propose_correction,
)
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import acting_as
from tests.factories import Cast, make_person
from tests.factories.cast import actor_of
from tests.support.submissions import submitted_figure

REASON = {"en": "Two digits were exchanged.", "ru": "Две цифры поменялись местами."}
KIDS, LIVE = (
    CorrectionPlace("figure", indicator="content-actioned", service=service)
    for service in ("aurora-kids", "aurora-live")
)
STORY = CorrectionPlace.of_text("search-story")
VERDICT = CorrectionPlace("verdict", "find")
REPLY = CorrectionPlace.of_response("find")


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
