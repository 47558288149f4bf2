"""Who is notified of what, in which language, and what they may no longer see."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alliance.enums import OrganisationState, PledgeState, ReportState, Role
from alliance.models import (
    Accession,
    Cycle,
    CycleDecision,
    ExtensionRequest,
    Membership,
    Pledge,
    Question,
    Report,
    Site,
)
from alliance.services.cycle_dates import CycleDates, reschedule_cycle
from alliance.services.cycles import close_due_cycle
from alliance.services.extensions import ask_for_extension
from alliance.services.obligations import exempt_report, mark_not_filed
from alliance.services.site import set_time_zone
from portal.kernel import clock, jobs, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import queue
from portal.kernel.notices import Channel, Delivery, DeliveryState, notice_kinds, notice_of
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.digest_days import let_a_week_pass
from tests.support.jobs import run_all_jobs
from tests.support.letters import subject_source
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    report.respond_by = timezone.localdate() + timedelta(days=14)
    report.save()
    return report


def record_event(cast: Cast, kind: str, target: Any, by: str, **data: Any) -> None:
    journal.record(cast.actor(by), kind, target, **data)
    run_all_jobs()


def notified_names() -> list[str]:
    """The names of those who found a line in their inbox."""
    lines = Delivery.objects.filter(channel=Channel.INBOX)
    return sorted(lines.values_list("recipient__name", flat=True))


@pytest.mark.parametrize(
    ("kind", "by", "names"),
    [
        ("report.ask_for_sign_off", "alice", ["Sven"]),
        ("report.withdraw_sign_off", "alice", ["Sven"]),
        ("report.send_back", "sven", ["Alice"]),
        ("report.extend", "mona", ["Alice", "Sven"]),
        ("report.exempt", "mona", ["Alice", "Sven"]),
        ("report.miss", "rita", ["Alice", "Mona", "Sven"]),
        ("report.request_changes", "rita", ["Alice", "Sven"]),
        ("report.conclude", "rita", ["Alice", "Sven"]),
        ("report.respond", "sven", ["Mona", "Rita"]),
        ("report.publish", "mona", ["Alice", "Bob", "Sven"]),
    ],
)
def test_who_is_notified_of_a_report(
    cast: Cast, report: Report, kind: str, by: str, names: list[str]
) -> None:
    record_event(cast, kind, report, by)
    assert notified_names() == names


def test_both_sides_are_notified_of_a_report_that_is_not_filed(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    Report.objects.filter(pk=report.pk).update(due_on=timezone.localdate() - timedelta(days=40))

    assert mark_not_filed(report.pk)
    run_all_jobs()
    assert mailoutbox == []  # the schedule does so at midnight: the letters wait for the morning
    let_a_week_pass()

    letters = {mail.to[0]: mail.body for mail in mailoutbox}
    assert sorted(letters) == sorted([cast.alice.email, cast.sven.email, cast.mona.email])
    assert "You can still submit it; it will be marked late." in letters[cast.alice.email]
    assert f"/workspace/reports/{report.pk}/" in letters[cast.alice.email]
    assert "The member can still submit it" in letters[cast.mona.email]
    assert f"/secretariat/cycles/{report.cycle.slug}/" in letters[cast.mona.email]


def test_closing_a_cycle_sends_no_second_letter_about_a_missed_report(cast: Cast, report: Report) -> None:
    record_event(cast, "report.miss", report, "mona", within="cycle.close")
    assert notified_names() == []


def test_managers_are_notified_of_what_the_schedule_missed_in_closing(cast: Cast, report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(due_on=timezone.localdate() - timedelta(days=40))
    Cycle.objects.filter(pk=report.cycle_id).update(due_on=timezone.localdate() - timedelta(days=40))
    assert close_due_cycle(report.cycle_id)
    run_all_jobs()

    missed = Delivery.objects.filter(channel=Channel.INBOX, event__kind="report.miss")
    assert list(missed.values_list("recipient__name", flat=True)) == ["Mona"]
    closed = Delivery.objects.filter(channel=Channel.INBOX, event__kind="cycle.close")
    assert sorted(closed.values_list("recipient__name", flat=True)) == ["Alice", "Sven"]


@pytest.mark.parametrize(("due_in", "names"), [(20, ["Alice", "Sven"]), (-3, ["Alice", "Sven"]), (-11, [])])
def test_members_with_open_reports_are_notified_of_another_time_zone(
    cast: Cast, report: Report, mailoutbox: list[Any], due_in: int, names: list[str]
) -> None:
    report.due_on = timezone.localdate() + timedelta(days=due_in)
    report.save()
    Site.objects.create(name_en="The Alliance", short_name_en="TA")
    with acting_as(cast.actor("mona")) as mona:
        set_time_zone(mona, expected_version=Site.objects.get().version, zone=ZoneInfo("Asia/Vladivostok"))
    with timezone.override(clock.local):  # as workers do
        run_all_jobs()

    assert notified_names() == names
    end = report.due_on if due_in > 0 else report.grace_ends_on
    assert [mail.body for mail in mailoutbox if f"{format_date(end)}, 24:00" not in mail.body] == []


def test_publishing_a_cycle_sends_no_second_letter_about_a_report_in_it(cast: Cast, report: Report) -> None:
    record_event(cast, "report.publish", report, "mona", within="cycle.publish")
    assert notified_names() == []


def test_a_member_of_several_organisations_sees_the_organisation_in_the_subject(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.READER])
    record_event(cast, "report.request_changes", report, "rita")

    subjects = {mail.to[0]: mail.subject for mail in mailoutbox}
    assert subjects[cast.alice.email].endswith(f"Half 1 of 2026 · {cast.aurora.name}")
    assert "·" not in subjects[cast.sven.email]


def test_the_letter_about_an_exemption_gives_its_reason(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    exempt_report(cast.actor("mona"), report, "It was founded in December.")
    run_all_jobs()

    assert mailoutbox[0].subject == "No report required: Half 1 of 2026"
    assert "It was founded in December." in mailoutbox[0].body


def test_who_is_notified_of_a_cycle(cast: Cast, report: Report) -> None:
    record_event(cast, "cycle.open", report.cycle, "mona")
    assert notified_names() == ["Alice", "Sven"]
    record_event(cast, "cycle.publish", report.cycle, "mona")
    assert notified_names() == ["Alice", "Alice", "Bob", "Sven", "Sven"]


def test_a_reminder_is_dropped_once_the_report_is_submitted(cast: Cast, report: Report) -> None:
    make_submission(report)
    record_event(cast, "cycle.remind", report.cycle, "mona", reports=[report.pk])
    assert notified_names() == []


def test_a_reminder_names_whose_report_is_missing(cast: Cast, report: Report, mailoutbox: list[Any]) -> None:
    record_event(cast, "cycle.remind", report.cycle, "mona", reports=[report.pk])
    sentence = f"The report of {cast.aurora.name} for “{report.cycle.title}” has not been submitted yet."
    assert sentence in mailoutbox[0].body


def test_a_reminder_says_when_the_day_has_passed(cast: Cast, report: Report, mailoutbox: list[Any]) -> None:
    report.due_on = timezone.localdate() - timedelta(days=1)
    report.save()
    record_event(cast, "cycle.remind", report.cycle, "mona", reports=[report.pk])
    assert "was due on" in mailoutbox[0].body
    assert "You can still submit it; it will be marked late." in mailoutbox[0].body


@pytest.mark.parametrize("kind", ["close", "reopen"])
def test_those_who_have_not_submitted_read_why_a_cycle_was_closed_or_reopened(
    cast: Cast, report: Report, mailoutbox: list[Any], kind: str
) -> None:
    with acting_as(SYSTEM):
        decision = CycleDecision.objects.create(cycle=report.cycle, kind=kind, reason="Asked for by all.")
    data = {"decision": decision.pk, "reports": [report.pk]}

    record_event(cast, f"cycle.{kind}", report.cycle, "mona", **data)
    assert notified_names() == ["Alice", "Sven"]
    assert "Asked for by all." in mailoutbox[0].body

    make_submission(report)
    record_event(cast, f"cycle.{kind}", report.cycle, "mona", **data)
    assert notified_names() == ["Alice", "Sven"]


def test_a_member_reads_what_becomes_of_its_request_for_more_time(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    cycle, until = report.cycle, report.due_on + timedelta(days=7)

    def is_read(sentence: str) -> bool:
        words = " ".join(f"{sentence % format_date(until)}".split())
        return any(words in " ".join(mail.body.split()) for mail in mailoutbox)

    with acting_as(cast.actor("alice")) as alice:
        request = ask_for_extension(alice, report, until=until, reason="Two offices moved.")
    record_event(cast, "cycle.reopen", cycle, "mona", reports=[report.pk])
    assert is_read("The request for more time until %s waits for an answer.")

    with acting_as(cast.actor("mona")) as mona:
        later = CycleDates(cycle.due_on + timedelta(days=7), cycle.grace_ends_on + timedelta(days=7))
        reschedule_cycle(mona, cycle, later, {"en": "A holiday.", "ru": "Праздник."})
    run_all_jobs()
    assert is_read("The new date covers the request for more time until %s; the request is closed.")
    assert ExtensionRequest.objects.get(pk=request.pk).state == "lapsed"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("published", "is public."),
        ("in_review", "is still in review"),
        ("draft", "has not been submitted: the public reads that it is due on"),
        ("not_filed", "did not file its report"),
        ("exempt", "was exempt"),
        ("withdrawn", "is withdrawn, and the reason"),
    ],
)
def test_a_member_reads_what_is_public_of_its_own_report(
    cast: Cast, report: Report, mailoutbox: list[Any], state: str, sentence: str
) -> None:
    changes = {"state": "published", "withdrawn_as": 9} if state == "withdrawn" else {"state": state}
    Report.objects.filter(pk=report.pk).update(**changes)
    record_event(cast, "cycle.publish", report.cycle, "mona")
    assert sentence in mailoutbox[0].body


def test_a_suspended_member_is_not_notified(cast: Cast, report: Report) -> None:
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    record_event(cast, "cycle.open", report.cycle, "mona")
    assert notified_names() == []


def test_a_submission_has_a_receipt_with_digest_and_time(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    submission = make_submission(report)
    record_event(cast, "report.submit", report, "sven", submission=submission.pk)
    assert notified_names() == ["Alice", "Mona", "Rita", "Sven"]
    receipt = next(mail for mail in mailoutbox if mail.to == [cast.sven.email])
    assert receipt.subject == "Receipt: report for Half 1 of 2026"
    html = receipt.alternatives[0][0]
    for text in (receipt.body, html):
        assert submission.sha256 in text
        assert timezone.localtime(submission.submitted_at).strftime("%H:%M") in text


def test_a_receipt_is_of_its_own_submission(cast: Cast, report: Report, mailoutbox: list[Any]) -> None:
    first = make_submission(report)
    make_submission(report, number=2)
    record_event(cast, "report.submit", report, "sven", submission=first.pk)
    assert first.sha256 in next(mail for mail in mailoutbox if mail.to == [cast.sven.email]).body


def test_questions_go_to_the_drafters_and_answers_to_the_reviewers(cast: Cast, report: Report) -> None:
    measure = report.cycle.charter.measures.first()
    question = Question.objects.create(
        report=report, organisation=cast.aurora, measure=measure, text="Why?", asked_by=cast.rita
    )
    record_event(cast, "question.ask", question, "rita", report=report.pk)
    assert notified_names() == ["Alice", "Sven"]
    record_event(cast, "question.answer", question, "alice", report=report.pk)
    assert notified_names() == ["Alice", "Rita", "Sven"]


@pytest.mark.parametrize(
    ("kind", "by", "names"),
    [
        ("pledge.sign", "sven", ["Mona"]),
        ("pledge.return", "mona", ["Alice", "Sven"]),
        ("pledge.publish", "mona", ["Alice", "Bob", "Sven"]),
    ],
)
def test_who_is_notified_of_a_pledge(cast: Cast, kind: str, by: str, names: list[str]) -> None:
    with acting_as(SYSTEM):
        pledge = Pledge.objects.create(
            organisation=cast.aurora,
            state=PledgeState.SIGNED,
            title="Own",
            text="We will.",
            signatory_name="Sven",
        )
        record_event(cast, kind, pledge, by)
    assert notified_names() == names


@pytest.mark.parametrize(
    ("kind", "by", "names"),
    [("accession.sign", "sven", ["Mona"]), ("accession.publish", "mona", ["Alice", "Bob", "Sven"])],
)
def test_who_is_notified_of_an_accession(
    cast: Cast, report: Report, kind: str, by: str, names: list[str]
) -> None:
    record_event(cast, kind, Accession.objects.get(), by)
    assert notified_names() == names


def test_each_is_written_to_in_their_language(cast: Cast, report: Report, mailoutbox: list[Any]) -> None:
    make_person("Dora", cast.aurora, Role.EDITOR, language="ru")
    record_event(cast, "report.request_changes", report, "rita")
    cycle = {mail.to[0].split("@")[0]: mail.body for mail in mailoutbox}
    assert "Half 1 of 2026" in cycle["alice"]
    assert "2026 год, полугодие 1" in cycle["dora"]


def test_names_are_text_in_letters_and_escaped_in_html(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(name="A & <b>", name_en="A & <b>")
    record_event(cast, "report.request_changes", report, "rita")
    mail = mailoutbox[0]
    assert "A & <b>" in mail.body
    assert "A &amp; &lt;b&gt;" in mail.alternatives[0][0]


def test_links_lead_to_the_configured_origin(
    cast: Cast, report: Report, mailoutbox: list[Any], settings: Any
) -> None:
    settings.ORIGIN = "https://portal.example"
    record_event(cast, "report.ask_for_sign_off", report, "alice")
    assert f"https://portal.example/workspace/reports/{report.pk}/" in mailoutbox[0].body


def test_what_may_no_longer_be_seen_is_dropped_at_delivery(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    journal.record(cast.actor("rita"), "report.request_changes", report)
    for job_id in queue.due_ids():
        jobs.run_job(job_id)
    Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
    run_all_jobs()
    assert [mail.to[0] for mail in mailoutbox] == [cast.sven.email]
    dropped = Delivery.objects.get(channel=Channel.EMAIL, recipient=cast.alice)
    assert dropped.state == DeliveryState.DROPPED


def test_a_rival_is_never_notified(cast: Cast, report: Report, mailoutbox: list[Any]) -> None:
    make_submission(report, state=ReportState.SUBMITTED)
    for kind in ("report.request_changes", "report.conclude", "report.publish"):
        record_event(cast, kind, report, "rita")
    assert "Carol" not in notified_names()
    assert cast.carol.email not in [mail.to[0] for mail in mailoutbox]


def test_routing_twice_notifies_once(cast: Cast, report: Report, mailoutbox: list[Any]) -> None:
    event = journal.record(cast.actor("alice"), "report.ask_for_sign_off", report)
    run_all_jobs()
    jobs.enqueue("route_event", key="again", payload={"event": event.pk})
    run_all_jobs()
    assert notified_names() == ["Sven"]
    assert len(mailoutbox) == 1


def test_everything_that_is_asked_for_is_output() -> None:
    assert set(notice_kinds()) >= {
        *("cycle.open", "cycle.remind", "cycle.publish", "question.ask", "question.answer"),
        *("report.ask_for_sign_off", "report.send_back", "report.submit", "report.request_changes"),
        *("report.conclude", "report.respond", "report.publish"),
        *("pledge.sign", "pledge.publish", "pledge.return", "accession.publish"),
        *("document.ready", "document.fail"),
    }


@pytest.mark.parametrize(
    "kind", [kind for kind in notice_kinds() if notice_of(kind).template.startswith("alliance/")]
)
def test_a_subject_names_what_its_notice_quotes(kind: str) -> None:
    notice = notice_of(kind)
    source = re.sub(r'"[^"]*"', "", subject_source(notice.template))  # without what it compares with
    named = set(re.findall(r"(?:{{ |{% (?:el)?if |=)([a-z_]+)\b(?!\.)", source)) & set(notice.quotes)
    assert named | set(re.findall(r"\b[a-z_]+(?:\.[a-z_]+)+\b", source)) == set(notice.quotes)
