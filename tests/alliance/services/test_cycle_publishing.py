"""Publishing a cycle: early, overdue, once."""

import json
from typing import Any

import pytest

from alliance.enums import CycleState, ReportState
from alliance.models import Charter, CycleDecision
from alliance.queries.cycle_outcomes import Outcome, consequences_of_publishing
from alliance.services.cycles import (
    publish_cycle,
)
from portal.kernel.access import Actor, acting_as
from portal.kernel.errors import WrongState
from portal.kernel.journal import Event as JournalEvent
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_organisation, make_report
from tests.support.cycle_acts import REASON, cycle_due, publish, states
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
S = ReportState


@pytest.fixture
def mona(cast: Cast) -> Any:
    with acting_as(cast.actor("mona")) as actor:
        yield actor


# --- Publishing ----------------------------------------------------------------------------------


def test_publishing_early_keeps_why_and_says_who_is_pending(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    cycle = cycle_due(charter, 30, CycleState.CLOSED)
    draft, reviewed = (
        make_report(cycle, make_organisation("cedar")),
        make_report(cycle, cast.beacon, S.IN_REVIEW),
    )
    make_submission(make_report(cycle, cast.aurora), S.CONCLUDED)

    publish(mona, cycle)

    decision = CycleDecision.objects.get()
    event = JournalEvent.objects.get(kind="cycle.publish")
    assert (decision.kind, event.data["decision"]) == ("publish", decision.pk)
    assert sorted(event.data["reports"]) == sorted([draft.pk, reviewed.pk])
    assert states(cycle) == {"aurora-video": S.PUBLISHED, "beacon-search": S.IN_REVIEW, "cedar": S.DRAFT}
    assert REASON.encode() not in b"".join(bytes(row.body) for row in Publication.objects.all())


def test_publishing_records_as_not_filed_what_is_overdue(cast: Cast, charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, -20, CycleState.CLOSED)
    make_report(cycle, cast.aurora, S.AWAITING_SIGN_OFF)

    publish_cycle(mona, cycle)

    assert states(cycle) == {"aurora-video": S.NOT_FILED}
    types = Publication.objects.order_by("number").values_list("type", flat=True)
    assert list(types) == ["cycle", "report_notice"]


def test_a_late_one_that_awaits_sign_off_is_named_as_not_filed_and_stays(
    cast: Cast, charter: Charter, mona: Actor
) -> None:
    cycle = cycle_due(charter, -20, CycleState.CLOSED)
    make_report(cycle, cast.aurora, S.AWAITING_SIGN_OFF)
    cycle.reports.update(was_not_filed=True)
    foretold = consequences_of_publishing(mona, cycle)

    publish_cycle(mona, cycle)

    assert [each.outcome for each in foretold.reports] == [Outcome.NAMED_NOT_FILED]
    assert foretold.becomes_public is not None
    assert (foretold.is_early, foretold.becomes_public.not_filed) == (False, 1)
    assert states(cycle) == {"aurora-video": S.AWAITING_SIGN_OFF}
    notice = Publication.objects.get(type="report_notice")
    assert json.loads(bytes(notice.body))["document"]["notice"] == "not_filed"


def test_a_cycle_is_published_once(charter: Charter, mona: Actor) -> None:
    cycle = cycle_due(charter, -20, CycleState.CLOSED)
    publish_cycle(mona, cycle)

    with pytest.raises(WrongState):
        publish_cycle(mona, cycle)
