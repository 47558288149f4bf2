"""Who writes which section, for programs: what is mine, handing it back, and what editors do about sections."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.enums import DelegationState
from alliance.models import Delegation, Measure, Report
from alliance.services.delegations import change_delegation, give_sections
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.delegations import give, in_days, stored
from tests.support.report_program import ReportProgram, faults

pytestmark = pytest.mark.django_db


def test_a_program_reads_whose_a_section_is_and_hands_its_owners_back(
    cast: Cast, alice: ReportProgram, sven: ReportProgram
) -> None:
    with acting_as(cast.actor("sven")) as actor:
        report = Report.objects.get(organisation=cast.aurora)
        measure = Measure.objects.get(charter=report.cycle.charter, key="search")
        day = timezone.localdate() + timedelta(days=3)
        give_sections(actor, report, [f"m{measure.pk}"], [cast.alice.pk], day)

    (mine,) = alice("get", "sections/").json()["results"]
    (others,) = sven("get", "sections/").json()["results"]
    assert (mine["measure"], mine["commitment"], mine["assignee"]) == ("search", None, "Alice")
    assert (mine["is_mine"], others["is_mine"], mine["due_on"]) == (True, False, day.isoformat())

    assert sven("post", f"sections/{mine['id']}/finish/", {}).status_code == 403
    assert alice("post", f"sections/{mine['id']}/finish/", {}).json()["state"] == "done"
    assert alice("post", f"sections/{mine['id']}/finish/", {}).status_code == 409
    with acting_as(SYSTEM):
        assert Delegation.objects.get().done_at is not None


def test_an_editors_program_gives_back_reminds_and_takes_back(
    cast: Cast, report: Report, alice: ReportProgram, sven: ReportProgram
) -> None:
    with acting_as(cast.actor("sven")) as actor:
        measure = Measure.objects.get(charter=report.cycle.charter, key="search")
        day = timezone.localdate() + timedelta(days=3)
        give_sections(actor, report, [f"m{measure.pk}"], [cast.alice.pk], day)
    section = alice("get", "sections/").json()["results"][0]["id"]
    done = alice("post", f"sections/{section}/finish/", {}).json()["version"]

    opened = sven("post", f"sections/{section}/reopen/", {"version": done}).json()
    assert opened["state"] == "open"
    assert sven("post", f"sections/{section}/reopen/", {"version": done}).status_code == 409

    assert sven("post", "sections/remind/", {}).status_code == 409  # nothing is late yet
    with acting_as(SYSTEM):
        Delegation.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    assert sven("post", "sections/remind/", {}).json() == {"count": 1}
    assert sven("post", "sections/remind/", {}).status_code == 409  # once a day

    taken = sven("post", f"sections/{section}/take-back/", {"version": opened["version"]})
    assert taken.status_code == 204
    assert alice("get", "sections/").json()["results"] == []
    with acting_as(SYSTEM):
        assert Delegation.objects.get().state == DelegationState.TAKEN_BACK


def test_a_program_acts_on_no_section_that_it_has_not_read(
    cast: Cast, report: Report, alice: ReportProgram, sven: ReportProgram
) -> None:
    (given,) = give(cast, report, cast.alice)
    read = sven("get", "sections/").json()["results"][0]
    with acting_as(cast.actor("sven")) as actor:  # in the browser, meanwhile
        change_delegation(actor, given, assignee=cast.alice.pk, due_on=in_days(9), version=read["version"])

    unread = [sven("post", f"sections/{read['id']}/{step}/", {}) for step in ("reopen", "take-back")]
    late = sven("post", f"sections/{read['id']}/take-back/", {"version": read["version"]})
    finished = alice("post", f"sections/{read['id']}/finish/", {"version": read["version"]})

    assert [(answer.status_code, faults(answer)[0][0]) for answer in unread] == [(422, "/version")] * 2
    assert late.status_code == finished.status_code == 409
    assert "Alice has this section now" in late.json()["detail"]
    assert "You have this section now" in finished.json()["detail"]
    assert stored(given).state == DelegationState.OPEN
    now = sven("get", "sections/").json()["results"][0]["version"]
    assert sven("post", f"sections/{read['id']}/take-back/", {"version": now}).status_code == 204


def test_sections_are_given_as_last_time_where_there_was_one(cast: Cast, sven: ReportProgram) -> None:
    refused = sven("post", "sections/as-last-time/", {})

    assert refused.status_code == 409
    assert "as last time" in refused.json()["detail"]
