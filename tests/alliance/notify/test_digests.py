"""Digests: what waited for the morning comes in one letter, once, and says what its reader may know then."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from alliance.enums import ReportState, Role
from alliance.models import Membership, Question, Report, SignOffRequest, Site
from alliance.queries.site import read_site
from portal.kernel import jobs, journal, mail
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job
from portal.kernel.notices import (
    Channel,
    Delivery,
    DeliveryState,
    Digest,
    NoticePreference,
    Pace,
    bound_letters,
    digests,
    group_of,
    notice_kinds,
    notice_of,
    registry,
)
from portal.kernel.operations import cancel_job
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.digest_days import age_deliveries, choose_pace, let_a_week_pass
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def record_events(cast: Cast, *kinds: str, report: Report) -> None:
    """These events happen, by Rita."""
    for kind in kinds:
        journal.record(cast.actor("rita"), kind, report)
    run_all_jobs()


def to(letters: list[Any], person: Any) -> list[Any]:
    return [letter for letter in letters if letter.to == [person.email]]


def states(person: Any) -> list[str]:
    rows = Delivery.objects.filter(channel=Channel.EMAIL, recipient=person).order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_a_person_who_chose_a_digest_gets_one_letter_in_the_morning_and_the_lines_at_once(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", "report.publish", report=report)

    assert Delivery.objects.filter(channel=Channel.INBOX, recipient=cast.alice).count() == 2
    assert (to(mailoutbox, cast.alice), states(cast.alice)) == ([], ["waiting", "waiting"])
    let_a_week_pass()
    assert len(to(mailoutbox, cast.alice)) == 1
    assert states(cast.alice) == ["sent", "sent"]
    assert len(to(mailoutbox, cast.sven)) == 2


def test_a_digest_is_grouped_newest_first_with_a_link_for_each(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", "report.publish", "report.exempt", report=report)
    let_a_week_pass()
    (letter,) = to(mailoutbox, cast.alice)
    heads = [letter.body.index(head) for head in ("Deadlines", "Published")]
    newest, older = letter.body.index("No report required"), letter.body.index("Deadline extended")

    assert heads == sorted(heads)
    assert newest < older
    assert letter.body.count(f"/workspace/reports/{report.pk}/") == 3
    assert letter.alternatives[0][0].count(f"/workspace/reports/{report.pk}/") == 3


def test_a_digest_speaks_the_language_of_its_reader_throughout(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    Site.objects.create(name_en="The Alliance", name_ru="Альянс")
    read_site.forget()
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(language="ru")
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", report=report)
    let_a_week_pass()
    (letter,) = to(mailoutbox, cast.alice)

    assert letter.subject == "Альянс: 1 сообщение"
    assert "The Alliance" not in f"{letter.body} {letter.alternatives}"


def test_what_is_not_to_be_seen_or_true_any_more_in_the_morning_is_left_out(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    journal.record(cast.actor("mona"), "cycle.remind", report.cycle, reports=[report.pk])
    record_events(cast, "report.extend", report=report)
    make_submission(report, ReportState.SUBMITTED)
    let_a_week_pass()

    (letter,) = to(mailoutbox, cast.alice)
    assert "has not been submitted" not in letter.body
    assert sorted(states(cast.alice)) == ["dropped", "sent"]


def test_a_signature_is_not_asked_for_once_the_review_was_resumed(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    make_person("Sara", cast.aurora, Role.SIGNATORY)  # else Sven could not turn the letter off
    choose_pace(cast.sven.pk, Pace.DAILY)
    with acting_as(SYSTEM):
        request = SignOffRequest.objects.create(report=report, organisation=cast.aurora, asked_by=cast.alice)
    Report.objects.update(state=ReportState.AWAITING_SIGN_OFF)
    journal.record(cast.actor("alice"), "report.ask_for_sign_off", report, request=request.pk)
    run_all_jobs()
    Report.objects.update(state=ReportState.IN_REVIEW)
    let_a_week_pass()

    assert (to(mailoutbox, cast.sven), states(cast.sven)) == ([], ["dropped"])


def test_a_question_that_a_colleague_has_answered_is_not_asked(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    question = Question.objects.create(
        report=report, organisation=cast.aurora, text="Why?", asked_by=cast.rita
    )
    journal.record(cast.actor("rita"), "question.ask", question, report=report.pk)
    run_all_jobs()
    Question.objects.update(state="answered", answer="Because.")
    let_a_week_pass()

    assert (to(mailoutbox, cast.alice), states(cast.alice)) == ([], ["dropped"])


def test_an_empty_digest_is_not_sent(cast: Cast, report: Report, mailoutbox: list[Any]) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", report=report)
    Membership.objects.filter(person=cast.alice).update(ended_at=datetime.now(UTC))
    let_a_week_pass()

    assert (to(mailoutbox, cast.alice), states(cast.alice)) == ([], ["dropped"])


def test_a_digest_is_queued_once_a_day_however_often_the_schedule_runs(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", report=report)
    for _round in range(3):
        let_a_week_pass()

    assert len(to(mailoutbox, cast.alice)) == 1
    assert Job.objects.filter(kind="send_digest").count() == 1


def test_what_comes_after_the_mornings_letter_waits_for_the_next(
    cast: Cast, report: Report, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", report=report)
    let_a_week_pass()
    record_events(cast, "report.conclude", report=report)
    let_a_week_pass()
    assert len(to(mailoutbox, cast.alice)) == 1
    tomorrow = digests.last_digest_day().toordinal() + 1
    monkeypatch.setattr(digests, "last_digest_day", lambda: date.fromordinal(tomorrow))
    let_a_week_pass()
    assert len(to(mailoutbox, cast.alice)) == 2


@pytest.mark.parametrize(
    ("today", "since", "sent"),
    [
        (date(2026, 9, 2), datetime(2026, 9, 1, 12, tzinfo=UTC), 0),  # a Wednesday
        (date(2026, 9, 7), datetime(2026, 9, 1, 12, tzinfo=UTC), 1),  # Monday
        (date(2026, 9, 7), datetime(2026, 9, 7, 4, 59, tzinfo=UTC), 1),  # 7:59 in Moscow
        (date(2026, 9, 7), datetime(2026, 9, 7, 5, 0, tzinfo=UTC), 0),  # 8:00
        (date(2026, 9, 8), datetime(2026, 9, 6, 12, tzinfo=UTC), 1),  # beat was down on Monday
    ],
)
def test_the_weekly_digest_comes_on_monday_or_as_soon_as_it_can(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch, today: date, since: datetime, sent: int
) -> None:
    choose_pace(cast.alice.pk, Pace.WEEKLY)
    record_events(cast, "report.extend", report=report)
    Delivery.objects.filter(state=DeliveryState.WAITING).update(created_at=since)
    monkeypatch.setattr(digests, "last_digest_day", lambda: today)
    digests.enqueue_digests()
    run_all_jobs()

    assert Digest.objects.filter(state="sent").count() == sent


def test_on_monday_daily_and_weekly_come_in_one_letter(
    cast: Cast, report: Report, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    NoticePreference.objects.filter(person=cast.alice, group="published").update(pace=Pace.WEEKLY)
    record_events(cast, "report.extend", "report.publish", report=report)
    monkeypatch.setattr(digests, "last_digest_day", lambda: date(2026, 9, 7))
    Delivery.objects.update(created_at=datetime(2026, 9, 6, 12, tzinfo=UTC))
    digests.enqueue_digests()
    run_all_jobs()

    assert [letter.subject for letter in to(mailoutbox, cast.alice)] == ["2 messages"]


def test_another_try_sends_the_same_letter_under_the_same_name(
    cast: Cast, report: Report, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the letter went out, and before that was written down."""
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", report=report)
    age_deliveries(8)
    digests.enqueue_digests()
    (job,) = Job.objects.filter(kind="send_digest")
    with monkeypatch.context() as patch:
        patch.setattr(bound_letters.Outcome, "write", _die)
        jobs.run_job(job.pk)
    record_events(cast, "report.conclude", report=report)
    Job.objects.filter(pk=job.pk).update(next_at=datetime(2026, 1, 1, tzinfo=UTC))
    age_deliveries(8)
    run_all_jobs()

    first, second = to(mailoutbox, cast.alice)
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert first.body == second.body
    assert states(cast.alice) == ["sent", "waiting"]


@pytest.mark.parametrize("tried", [False, True])
def test_a_digest_that_was_cancelled_does_not_come_the_next_morning(
    cast: Cast, report: Report, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch, tried: bool
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", report=report)
    age_deliveries(8)
    digests.enqueue_digests()
    job = Job.objects.get(kind="send_digest")
    if tried:
        with monkeypatch.context() as patch:
            patch.setattr("portal.kernel.mail.send", _die)
            jobs.run_job(job.pk)
    cancel_job(cast.actor("mona"), job, "They were telephoned.")
    record_events(cast, "report.conclude", report=report)
    tomorrow = digests.last_digest_day().toordinal() + 1
    monkeypatch.setattr(digests, "last_digest_day", lambda: date.fromordinal(tomorrow))
    let_a_week_pass()

    [letter] = to(mailoutbox, cast.alice)
    assert "Deadline extended" not in letter.body
    assert states(cast.alice) == ["given_up", "sent"]


def test_a_digest_with_what_only_a_newer_version_knows_waits_for_its_workers_for_a_day(
    cast: Cast, report: Report, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", "report.publish", report=report)
    age_deliveries(8)
    digests.enqueue_digests()
    job = Job.objects.get(kind="send_digest")
    monkeypatch.delitem(registry._NOTICES, "report.extend")

    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, states(cast.alice)) == ("ready", 0, ["waiting", "waiting"])

    old = datetime(2026, 1, 1, tzinfo=UTC)
    Job.objects.filter(pk=job.pk).update(created_at=old, next_at=old)
    jobs.run_job(job.pk)
    assert states(cast.alice) == ["dropped", "sent"]


def _die(*_: object) -> None:
    raise RuntimeError


def test_what_was_turned_off_in_the_meantime_is_not_sent(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", report=report)
    choose_pace(cast.alice.pk, Pace.OFF)
    let_a_week_pass()

    assert (to(mailoutbox, cast.alice), states(cast.alice)) == ([], ["stopped"])


def test_what_always_comes_comes_at_once_whatever_was_chosen(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    choose_pace(cast.sven.pk, Pace.OFF)
    submission = make_submission(report)
    journal.record(cast.actor("sven"), "report.submit", report, submission=submission.pk)
    run_all_jobs()

    assert [letter.subject for letter in to(mailoutbox, cast.sven)] == ["Receipt: report for Half 1 of 2026"]
    assert "List-Unsubscribe" not in to(mailoutbox, cast.sven)[0].extra_headers


def test_the_same_news_is_a_receipt_to_the_one_and_a_choice_to_the_other(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    choose_pace(cast.rita.pk, Pace.OFF)
    submission = make_submission(report)
    journal.record(cast.actor("sven"), "report.submit", report, submission=submission.pk)
    run_all_jobs()

    assert (to(mailoutbox, cast.rita), len(to(mailoutbox, cast.mona))) == ([], 1)


def test_an_address_that_takes_no_mail_gets_no_digest(
    cast: Cast, report: Report, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_pace(cast.alice.pk, Pace.DAILY)
    record_events(cast, "report.extend", report=report)
    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", _refuse)
        let_a_week_pass()
    cast.alice.refresh_from_db()

    assert states(cast.alice) == ["refused"]
    assert (cast.alice.is_unreachable, cast.alice.bounce_code) == (True, "5.1.1")


def _refuse(letter: mail.Letter) -> None:
    raise mail.AddressRefused(mail.AddressFault("5.1.1", True))


@pytest.mark.parametrize("kind", [kind for kind in notice_kinds() if notice_of(kind).by_email])
def test_every_letter_has_a_group_that_people_can_read_of(kind: str) -> None:
    notice = notice_of(kind)
    for key in {notice.group, notice.host_group} - {""}:
        group = group_of(key)
        assert group is not None
        assert group.name
        assert group.about
    assert notice.group
