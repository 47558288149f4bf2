"""The right of reply to a verdict that was corrected in public: open anew, and the earlier reply marked."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.documents.report.facts import published_report_facts
from alliance.enums import CharterState, Role
from alliance.models import (
    Charter,
    Correction,
    Measure,
    PublishedResponse,
    Report,
    Response,
    Verdict,
    WithdrawnPublication,
)
from alliance.queries.deadlines import RESPONSE, due_reminders
from alliance.queries.local_dates import today
from alliance.queries.replies import reply_openings
from alliance.services.organisations import suspend_organisation
from alliance.validators.corrections import CorrectionPlace
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date
from tests.factories import Cast, make_charter, make_cycle, make_person, read_charter, renamed
from tests.support.bearers import token_of
from tests.support.corrections import (
    LIVE,
    VERDICT,
    WORSE,
    correct,
    correct_verdict,
    decided_days_ago,
    proposed,
    reply,
    report_past_replies,
)
from tests.support.jobs import run_all_jobs
from tests.support.open_data import build_release, csv_rows
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.withdrawals import last_publication, publish_anew, withdraw

pytestmark = pytest.mark.django_db
PAGE = "/en/reports/aurora-video/2026-h1/"
ENDED = "The time for a reply has ended."


@pytest.fixture
def report(cast: Cast) -> Report:
    return report_past_replies(cast)


def test_a_corrected_verdict_is_replied_to_anew_and_no_other(
    cast: Cast, report: Report, client: Client
) -> None:
    with pytest.raises(WrongState, match=ENDED):
        reply(cast, report, "find")
    correct(cast, report, LIVE, "349")  # no verdict
    with pytest.raises(WrongState, match=ENDED):
        reply(cast, report, "find")
    correction = correct_verdict(cast, report, WORSE)

    with pytest.raises(WrongState, match=ENDED):
        reply(cast, report, "")
    signed = reply(cast, report, "find")
    with pytest.raises(DomainError):
        reply(cast, report, "find", "Once more.")

    rows = Response.objects.filter(report=report)
    assert [(row.text, row.replaced_at is None) for row in rows] == [
        ("We think 394 is good.", False), ("We object.", True),
    ]  # fmt: skip
    assert Publication.objects.get(type="response", revision=2).record.endswith("/find")
    event = Event.objects.get(kind="report.respond")
    assert event.data == {"response": signed.pk, "correction": correction.pk}
    page = words_of(client.get(PAGE))
    assert ("We object." in page, "To the verdict before" in page) == (True, False)


def test_its_days_pass_but_for_those_of_a_withdrawal(cast: Cast, report: Report) -> None:
    correction = correct_verdict(cast, report, WORSE)
    decided_days_ago(correction, report.cycle.response_days + 2)
    with pytest.raises(WrongState, match=ENDED):
        reply(cast, report, "find")
    now = Publication.objects.order_by("number").last()
    assert now is not None
    WithdrawnPublication.objects.create(
        organisation=cast.aurora, type="report", record=f"{cast.aurora.slug}/{report.cycle.slug}", number=1,
        at=clock.now() - timedelta(days=5), reason={}, valid_from=1, valid_to=now.number,
    )  # fmt: skip

    assert reply(cast, report, "find").text == "We object."


def test_its_days_pass_but_for_those_without_access(cast: Cast, report: Report) -> None:
    """Corrected while the member was suspended: it has all days from its return on, and is reminded of the last."""
    correction = correct_verdict(cast, report, WORSE)
    decided_days_ago(correction, 800)
    Response.objects.update(signed_at=clock.now() - timedelta(days=850))
    with acting_as(SYSTEM):
        for kind, days in (("suspend", 900), ("reinstate", report.cycle.response_days - 1)):
            Event.objects.create(
                kind=f"organisation.{kind}", actor_kind="system", target_type="alliance.organisation",
                target_id=cast.aurora.pk, at=clock.now() - timedelta(days=days),
            )  # fmt: skip
        due = [(each.report_id, each.day) for each in due_reminders() if each.kind == RESPONSE]

    assert due == [(report.pk, today() + timedelta(days=1))]
    assert reply(cast, report, "find").text == "We object."


def test_whose_people_have_no_access_has_nothing_to_reply_to(cast: Cast, report: Report) -> None:
    correct_verdict(cast, report, WORSE)
    before = [each.is_open for each in reply_openings([report])]
    with acting_as(cast.actor("mona")) as mona:
        suspend_organisation(mona, cast.aurora, "The dues are not paid.")

    (opening,) = reply_openings([report])
    assert (before, opening.is_open, opening.is_withdrawn) == ([True], False, False)


@pytest.mark.parametrize(
    ("place", "new"),
    [
        (VERDICT, WORSE),
        (CorrectionPlace("verdict", "find", "speed"), {**WORSE, "value": "limited", "difference": ""}),
    ],
    ids=["commitment", "measure"],
)
def test_the_earlier_reply_is_marked_wherever_it_stands(
    cast: Cast, report: Report, client: Client, place: CorrectionPlace, new: dict[str, str]
) -> None:
    correct_verdict(cast, report, new, place)
    number = Publication.objects.get(type="report", revision=2).number

    page = client.get(PAGE)
    commitment = words_of(client.get("/en/commitments/find/"))
    (api,) = client.get("/api/v1/reports/aurora-video/2026-h1/").json()["responses"]

    assert f"To the verdict before the correction No. {number}" in words_of(page)
    assert f'href="/en/publications/{number}/"' in page.text
    assert "to the verdict before the correction" in commitment
    assert api["before_correction"] == number
    (row,) = client.get("/en/commitments/find.json").json()["replies"]
    assert (row["before_correction"], row["before_reopening"]) == (number, False)
    # as it stood then it was to that verdict
    assert "To the verdict before" not in words_of(client.get(f"{PAGE}?revision=1"))
    reply_on_paper = published_report_facts(number).reply_to("find")
    assert reply_on_paper is not None
    assert reply_on_paper.before_correction == number


def test_a_reply_to_a_commitment_that_was_renamed_is_marked(cast: Cast, client: Client) -> None:
    """Aurora answers to the version before that of the cycle, in which "find" is "look"."""
    first = read_charter()
    with acting_as(SYSTEM):
        Charter.objects.update(state=CharterState.SUPERSEDED)
        second = make_charter(version=2, tree=renamed(("find", "look")), mapping=[("find", "look")])
    cycle = make_cycle(second)
    make_published_report(
        cycle, cast.aurora, verdicts={"find": "limited"}, replies={"find": "We did."}, earlier_charter=first
    )
    make_published_cycle(cycle)
    correct_verdict(cast, Report.objects.get(), WORSE)

    (api,) = client.get("/api/v1/reports/aurora-video/2026-h1/").json()["responses"]

    number = Publication.objects.get(type="report", revision=2).number
    assert api["before_correction"] == number
    build_release()
    assert [row["before_correction"] for row in csv_rows("replies")] == [str(number)]
    assert "to the verdict before the correction" in words_of(client.get("/en/commitments/look/"))


def test_a_withdrawn_reply_is_not_replaced(cast: Cast, report: Report) -> None:
    """What two people have decided one signatory does not undo; the days until it is public again do not count."""
    correction = correct_verdict(cast, report, WORSE)
    withdrawal = withdraw(cast, last_publication("response"))
    WithdrawnPublication.objects.update(at=clock.now() - timedelta(days=5))
    decided_days_ago(correction, report.cycle.response_days + 2)
    sven, bearer = signed_in(cast.sven), {"Authorization": f"Bearer {token_of(cast.alice)}"}

    with pytest.raises(WrongState, match="once the secretariat has published it again"):
        reply(cast, report, "find")
    page = words_of(sven.get(f"/workspace/reports/{report.pk}/verdicts/"))
    api = Client().get(f"/api/v1/workspace/reports/{report.pk}/", headers=bearer).json()
    assert not PublishedResponse.objects.current().exists()
    assert ("This reply is withdrawn" in page, "Write a new reply" in page) == (True, False)
    assert "Corrected verdict to reply to" not in words_of(sven.get("/workspace/"))
    assert (api["corrected_verdicts"], [each for each in due_reminders() if each.kind == RESPONSE]) == (
        [],
        [],
    )

    again = words_of(signed_in(cast.mona).get(f"/secretariat/withdrawals/{withdrawal.pk}/undo/"))
    (opening,) = reply_openings([report])
    day = " ".join(format_date(opening.until).split())
    assert f"the member can reply to the corrected verdict on commitment 1 until {day}" in again
    assert "your reason is not published: everybody at the member and the managers read it" in again
    publish_anew(cast, withdrawal)
    assert reply_openings([report])[0].until == opening.until
    assert reply(cast, report, "find").text == "We object."


def test_the_page_before_publication_says_that_the_reply_opens(cast: Cast, report: Report) -> None:
    correction = proposed(cast, report, VERDICT, WORSE)
    Correction.objects.update(
        consented_by=make_person("Zoe", cast.secretariat, Role.REVIEWER), state="agreed"
    )

    page = words_of(signed_in(cast.mona).get(f"/secretariat/corrections/{correction.pk}/publish/"))

    day = " ".join(format_date(today() + timedelta(days=14)).split())
    assert f"the member can reply to the corrected verdict until {day}" in page
    assert json.dumps(WORSE["reason"])[1:-1] in page


def test_what_was_corrected_stands_beside_the_earlier_reply(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    """On the page of the verdicts, where the reply is signed, and on the page to which the letter leads."""
    earlier = correct_verdict(
        cast, report, {**WORSE, "value": "substantial", "reason": "Half of it was done."}
    )
    Correction.objects.filter(pk=earlier.pk).update(decided_at=clock.now() - timedelta(days=70))
    correction = correct_verdict(cast, report, WORSE)
    run_all_jobs()
    to_sven = [each for each in mailoutbox if each.to == [cast.sven.email]]
    letter = [each for each in to_sven if "is published" in each.subject][-1]
    own = f"/workspace/reports/{report.pk}"
    addresses = [f"{own}/verdicts/", f"{own}/respond/find/", f"/workspace/corrections/{correction.pk}/"]
    assert addresses[2] in str(letter.body)
    sven = signed_in(cast.sven)

    pages = {address: sven.get(address) for address in addresses}

    for address, page in pages.items():
        words = words_of(page)
        assert "We think 394 is good." in words, address
        assert "Removed: Half of it Added: Nothing was done." in words, address
        assert ("Substantial" in words, "Not started" in words) == (True, True), address
        assert "Two digits were exchanged." in words, address
        assert "css/differences" in page.text, address
    for address in addresses[:2]:
        assert f"Correction {correction.pk}" in words_of(pages[address])
        # of what was corrected before the reply nothing is said
        assert f"Correction {earlier.pk}," not in words_of(pages[address])
    assert "Your reply to the verdict before the correction" in words_of(pages[addresses[1]])
    leads_to_form = f'href="{own}/respond/find/"'
    assert [leads_to_form in pages[address].text for address in addresses] == [True, False, True]
    assert leads_to_form not in signed_in(cast.alice).get(addresses[2]).text  # she signs nothing
    reply(cast, report, "find")
    after = sven.get(addresses[2])
    assert "Your reply to the corrected verdict" not in words_of(after)
    assert "Removed:" not in words_of(sven.get(addresses[0]))


def test_every_page_of_the_report_names_the_reply_that_is_open_with_its_day_and_link(
    cast: Cast, report: Report
) -> None:
    own = f"/workspace/reports/{report.pk}"
    sven, leads_to_form = signed_in(cast.sven), f'href="{own}/respond/find/"'
    assert "You can reply to it until" not in words_of(sven.get(f"{own}/"))
    correct_verdict(cast, report, WORSE)
    day = " ".join(format_date(today() + timedelta(days=report.cycle.response_days)).split())

    page = sven.get(f"{own}/")
    refused = sven.get(f"{own}/respond/", follow=True)

    assert f"You can reply to it until {day}." in words_of(page).partition("Next steps")[2]
    assert (leads_to_form in page.text, leads_to_form in refused.text) == (True, True)
    assert f"{ENDED} A verdict on commitment 1 was corrected: you can reply to it until {day}." in words_of(
        refused
    )
    assert leads_to_form not in signed_in(cast.alice).get(f"{own}/").text  # she signs nothing
    Report.objects.update(respond_by=today())
    assert leads_to_form in sven.get(f"{own}/respond/").text
    reply(cast, report, "find")
    assert "You can reply to it until" not in words_of(sven.get(f"{own}/"))


def test_a_corrected_verdict_on_a_measure_is_shown_with_what_it_is_on(cast: Cast, report: Report) -> None:
    place = CorrectionPlace("verdict", "find", "speed")
    correct_verdict(cast, report, {**WORSE, "value": "limited", "difference": ""}, place)
    speed = Measure.objects.get(charter=report.charter, key="speed")

    page = words_of(signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/respond/find/"))

    assert f"What was corrected {speed.code} {speed.title}" in page


def test_the_titles_of_judged_pledges_are_read_once(cast: Cast, report: Report) -> None:
    correct_verdict(cast, report, WORSE)
    with acting_as(SYSTEM):
        judged = Verdict.objects.filter(report=report).first()
        assert judged is not None
        judged.pk, judged.commitment, judged.measure, judged.pledge_record = None, None, None, uuid4()
        judged.save(force_insert=True)
    sven = signed_in(cast.sven)

    with CaptureQueriesContext(connection) as captured:
        sven.get(f"/workspace/reports/{report.pk}/verdicts/")

    assert sum(str(judged.pledge_record) in query["sql"] for query in captured) == 1
