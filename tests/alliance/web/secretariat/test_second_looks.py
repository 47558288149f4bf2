"""A verdict by somebody with a declared interest counts for nothing before another reviewer confirms or renews it."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState, Role
from alliance.models import Commitment, Cycle, Measure, Person, Report, Verdict
from alliance.queries.local_dates import today
from alliance.queries.planned_publication import publication_obstacles
from alliance.services.assignments import assign_reports
from alliance.services.interests import declare_interest
from alliance.services.reviews import conclude_report, give_verdict
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication, read_publication
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_charter
from tests.support.bearers import token_of
from tests.support.pages import words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
CYCLE = "/secretariat/cycles/2026-h1"


def judged_by_roy(cast: Cast) -> tuple[Report, Person]:
    """Aurora's report in review with all of Roy's verdicts, whose interest nobody knows yet; the cycle is closed."""
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    report = make_report(make_cycle(read_charter(), state=CycleState.CLOSED), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW, assigned=False)
    with acting_as(SYSTEM):
        Report.objects.update(reviewer=roy)
        report.refresh_from_db()
    with acting_as(actor_of(roy)) as actor:
        for measure in Measure.objects.filter(charter=report.charter):
            give_verdict(actor, report, measure=measure, value="complete", reason="All of it is done.")
        for commitment in Commitment.objects.filter(charter=report.charter):
            give_verdict(actor, report, commitment=commitment, value="complete", reason="All of it is done.")
    return report, roy


def declare(cast: Cast, report: Report, roy: Person) -> None:
    """Roy declares the interest, and Rita gets the report."""
    with acting_as(actor_of(roy)) as actor:
        declare_interest(actor, report.organisation, "My sister works there.")
    with acting_as(cast.actor("mona")) as mona:
        assign_reports(mona, [report], cast.rita.pk)
    with acting_as(SYSTEM):
        report.refresh_from_db()


def confirm(rita: Client, report: Report) -> Any:
    url = f"/secretariat/reviews/{report.pk}/confirm-verdicts/"
    return rita.post(url, {"seen": rita.get(url).context["form"].initial["seen"]})


def marked() -> int:
    with acting_as(SYSTEM):
        return Verdict.objects.filter(needs_second_look=True).count()


def test_a_review_is_concluded_when_another_reviewer_has_confirmed_the_verdicts(
    cast: Cast, rita: Client
) -> None:
    report, roy = judged_by_roy(cast)
    declare(cast, report, roy)
    count, conclude = marked(), f"/secretariat/reviews/{report.pk}/conclude/"

    page, refused = words_of(rita.get(conclude)), words_of(rita.post(conclude))
    with (
        acting_as(cast.actor("rita")) as actor,
        pytest.raises(DomainError, match=r"1\.1 Search"),
    ):
        conclude_report(actor, report)
    shown = words_of(rita.get(f"/secretariat/reviews/{report.pk}/confirm-verdicts/"))
    given = rita.post(
        f"/secretariat/reviews/{report.pk}/measures/search/",
        {"value": "complete", "reason": "I agree.", "version": "1"},
    )
    left = marked()
    confirmed = confirm(rita, report)
    concluded = rita.post(conclude)

    assert "Confirm these verdicts first." in page
    assert f"{count} verdicts were given by somebody who has declared an interest since" in refused
    assert ("All of it is done." in shown, "Roy" in shown) == (True, True)
    assert (given.status_code, left) == (302, count - 1)
    assert (confirmed.status_code, marked()) == (302, 0)
    assert concluded.status_code == 302
    with acting_as(SYSTEM):
        assert set(Verdict.objects.values_list("given_by__name", flat=True)) == {"Rita"}
        assert Verdict.objects.get(measure__key="search").reason == "I agree."
        assert Event.objects.filter(kind="verdict.confirm").count() == count - 1


def test_a_concluded_report_is_not_published_before_that(cast: Cast, rita: Client, mona: Client) -> None:
    report, roy = judged_by_roy(cast)
    with acting_as(actor_of(roy)) as actor:
        conclude_report(actor, report)
    declare(cast, report, roy)
    cycle = Cycle.objects.get()

    page = mona.get(f"{CYCLE}/publish/")
    refused = mona.post(f"{CYCLE}/publish/", {"shown": page.context["shown"]})
    with acting_as(cast.actor("mona")) as actor:
        in_the_way = publication_obstacles(actor, cycle, today()).sentences
    why = {"reason": "The council meets.", "title": cycle.title}
    published = mona.post(f"{CYCLE}/publish/", {"shown": page.context["shown"], **why})
    publish = f"/secretariat/reports/{report.pk}/publish/"
    alone = words_of(mona.get(publish))
    with acting_as(SYSTEM):
        states = list(Report.objects.values_list("state", flat=True))
        document = read_publication(Publication.objects.get(type="cycle"))
    mona.post(publish, {"seen": mona.get(publish).context["form"].initial["seen"]})
    with acting_as(SYSTEM):
        still = list(Report.objects.values_list("state", flat=True))
    confirm(rita, report)
    mona.post(publish, {"seen": mona.get(publish).context["form"].initial["seen"]})

    named = {group.title: [row.name for row in group.rows] for group in page.context["groups"]}
    assert named == {"With verdicts of somebody who has declared an interest since": ["Aurora Video"]}
    assert (page.context["members"], page.context["preview"].in_progress) == ([], 1)
    assert refused.status_code == 422
    assert any("another reviewer has to confirm them: Aurora Video" in each for each in in_the_way)
    assert (published.status_code, states, still) == (302, [ReportState.CONCLUDED], [ReportState.CONCLUDED])
    assert [row["standing"] for row in document["reports"]] == ["in_review"]
    assert "verdicts were given by somebody who has declared an interest since" in alone
    with acting_as(SYSTEM):
        assert Report.objects.get().state == ReportState.PUBLISHED


def test_a_program_confirms_what_it_has_read(cast: Cast) -> None:
    report, roy = judged_by_roy(cast)
    declare(cast, report, roy)
    headers = {"Authorization": f"Bearer {token_of(cast.rita)}"}
    address = f"/api/v1/secretariat/reviews/{report.pk}/"

    def post(path: str, data: Any) -> Any:
        body = json.dumps(data)
        return Client().post(f"{address}{path}", body, content_type="application/json", headers=headers)

    steps = Client().get(address, headers=headers).json()["steps"]
    rows = [{"kind": each["kind"], "key": each["key"], "version": 1} for each in steps]
    answers = [
        post("conclude/", {}),
        post("verdicts/confirm/", {"verdicts": [{**rows[0], "version": 7}]}),
        post("verdicts/confirm/", {"verdicts": rows}),
        post("verdicts/confirm/", {"verdicts": rows}),
        post("conclude/", {}),
    ]

    assert {(each["is_done"], each["verdict"]["needs_second_look"]) for each in steps} == {(False, True)}
    assert [each.status_code for each in answers] == [422, 409, 200, 422, 200]
    assert answers[2].json() == {"count": len(rows)}
    assert re.search(r"declared an interest since", answers[0].json()["detail"])
