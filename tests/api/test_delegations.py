"""Who writes which section, for programs: what is mine, and handing it back."""

from datetime import timedelta

import pytest
from django.utils import timezone

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
