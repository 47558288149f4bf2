"""Who writes which section, for programs: what is mine, handing it back, and what editors do about sections."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.enums import DelegationState
from alliance.models import Delegation, Measure, Report
from alliance.services.delegations import give_sections
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.report_program import ReportProgram

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
    alice("post", f"sections/{section}/finish/", {})

    assert sven("post", f"sections/{section}/reopen/", {}).json()["state"] == "open"
    assert sven("post", f"sections/{section}/reopen/", {}).status_code == 409

    assert sven("post", "sections/remind/", {}).status_code == 409  # nothing is late yet
    with acting_as(SYSTEM):
        Delegation.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    assert sven("post", "sections/remind/", {}).json() == {"count": 1}
    assert sven("post", "sections/remind/", {}).status_code == 409  # once a day

    assert sven("post", f"sections/{section}/take-back/", {}).status_code == 204
    assert alice("get", "sections/").json()["results"] == []
    with acting_as(SYSTEM):
        assert Delegation.objects.get().state == DelegationState.TAKEN_BACK


def test_sections_are_given_as_last_time_where_there_was_one(cast: Cast, sven: ReportProgram) -> None:
    refused = sven("post", "sections/as-last-time/", {})

    assert refused.status_code == 409
    assert "as last time" in refused.json()["detail"]
