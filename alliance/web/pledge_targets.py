"""What became of the targets of a published pledge, for the pages of both areas."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.http import urlencode

from alliance.models import Pledge
from alliance.queries.corrections import (
    correctable_report,
    latest_public_report,
)
from alliance.queries.public.targets import TargetStanding, published_targets
from alliance.queries.public.texts import in_reader_language
from alliance.validators.corrections import CorrectionPlace
from alliance.web.area import area_of
from alliance.workflows import PLEDGE
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class TargetOutcome:
    """A target with what became of it; where this reader may decide it, or propose a correction."""

    standing: TargetStanding
    reason: str = ""  # of the decision, in the reader's language
    decide_url: str = ""
    correct_url: str = ""
    # a decision that no correction can change yet: its member has no public report
    awaits_report: bool = False


def target_outcomes(actor: Actor, pledge: Pledge) -> Sequence[TargetOutcome]:
    """The targets of a pledge in force, in its order; none of another, and of one without targets."""
    if pledge.state not in PLEDGE.acts["decide_target"]:
        return []
    standings = published_targets(pledge.record)
    if not standings:
        return []
    area = area_of(actor)
    may_decide = PLEDGE.is_available(actor, pledge, "decide_target")
    report = correctable_report(actor, pledge.organisation_id)
    is_reported = report is not None or latest_public_report(actor, pledge.organisation_id) is not None
    outcomes = []
    for standing in standings:
        awaits_report = standing.decision is not None and not is_reported
        decide = may_decide and (standing.awaits_decision or awaits_report)
        place = CorrectionPlace.of_target(str(pledge.record), standing.number, pledge.commitment_key)
        outcomes.append(
            TargetOutcome(
                standing,
                in_reader_language(standing.decision.reason) if standing.decision else "",
                area.url("pledge-decide-target", pledge.pk, standing.number) if decide else "",
                f"{area.url('correction-new', report.pk)}?{urlencode({'value': place.key})}"
                if report is not None and standing.decision is not None
                else "",
                awaits_report,
            )
        )
    return outcomes
