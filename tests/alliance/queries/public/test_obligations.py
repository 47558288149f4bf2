"""What became of each obligation of a cycle: counted and paged by the database, as if all had been read."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.enums import ReportState, Standing
from alliance.models import Report
from alliance.queries.public.obligations import ObligationsByName, obligations_in
from alliance.services.publications import record_report_notice
from portal.kernel import clock
from portal.kernel.access import SYSTEM
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.published_reports import (
    make_published_cycle,
    make_published_members,
    make_published_report,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_late", [False, True])
def test_a_page_of_obligations_is_a_part_of_all_of_them(cast: Cast, *, is_late: bool) -> None:
    """Reports, a notice, after which something may have come in, and one that nobody has submitted."""
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora)
    silent = make_report(cycle, cast.beacon, ReportState.NOT_FILED)
    record_report_notice(SYSTEM, silent)
    cycle = make_published_cycle(cycle)
    waiting, *_others = make_published_members(cycle, 3)
    waiting.pk = None
    waiting.slug, waiting.name_en = "absent", "absent"
    waiting.save()
    make_report(cycle, waiting, ReportState.DRAFT)
    if is_late:
        late = {"state": ReportState.SUBMITTED, "submitted_at": clock.now(), "late": True}
        Report.objects.filter(pk=silent.pk).update(**late)

    whole, listed = obligations_in(cycle), ObligationsByName(cycle)

    assert len(listed) == len(whole)
    assert +listed.counts == Counter(each.standing.value for each in whole)
    assert listed.unfiled_ids() == [each.organisation.pk for each in whole if not each.has_filed]
    assert [each for number in range(len(whole)) for each in listed[number : number + 1]] == whole
    assert listed.counts[Standing.NOT_FILED] == (0 if is_late else 1)


@pytest.mark.usefixtures("cast")
def test_no_more_organisations_are_read_than_a_page_shows() -> None:
    cycle = make_published_cycle(make_cycle(read_charter()))
    make_published_members(cycle, 30)
    listed = ObligationsByName(cycle)

    with CaptureQueriesContext(connection) as captured:
        assert len(listed[10:15]) == len(range(10, 15))

    named = [query["sql"] for query in captured if 'FROM "alliance_organisation"' in query["sql"]]
    assert all("LIMIT 5" in sql or '"alliance_organisation"."id" IN' in sql for sql in named)
