"""Two who act at the same moment: the second is told who was first, and nothing is done twice."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from alliance.enums import Role
from alliance.models import (
    Measure,
    MembershipApplication,
    PublicQuestionContact,
    Report,
    ReviewAssignment,
    SupporterContact,
    Verdict,
    Withdrawal,
)
from alliance.queries.local_dates import today
from alliance.services.application_links import application_token_of
from alliance.services.applications import apply_for_membership, confirm_application, decline_application
from alliance.services.assignments import assign_reports, take_over_report
from alliance.services.documents import request_report_document
from alliance.services.extensions import ask_for_extension, refuse_extension
from alliance.services.mergers import MergerPlan, merge_organisation, take_back_merger
from alliance.services.public_question_links import link_token_of
from alliance.services.public_questions import confirm_question
from alliance.services.reviews import give_verdicts, start_review
from alliance.services.supporter_links import link_token_of as link_token_of_supporter
from alliance.services.supporter_links import send_link
from alliance.services.supporters import confirm_supporter
from alliance.services.withdrawals import ask_for_withdrawal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.documents import Document, DocumentState, retry_document
from portal.kernel.errors import DomainError
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from tests.alliance.services.test_applications import DELTA
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_cast, read_charter
from tests.support.corrections import figures
from tests.support.published_reports import make_published_report
from tests.support.races import act_at_once
from tests.support.submissions import make_submission
from tests.support.world_public_questions import make_public_question
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> Cast:
    return read_cast()


@pytest.fixture
def max_(people: Cast) -> Actor:
    """A second manager."""
    return actor_of(make_person("Max", people.secretariat, Role.MANAGER))


@pytest.fixture
def roy(people: Cast) -> Actor:
    """A second reviewer."""
    return actor_of(make_person("Roy", people.secretariat, Role.REVIEWER))


def submitted(people: Cast) -> Report:
    report = make_report(make_cycle(read_charter()), people.aurora)
    make_submission(report, assigned=False)
    return report


def assign(actor: Actor, report: Report, reviewer: int) -> None:
    with acting_as(actor):
        assign_reports(actor, [report], reviewer)


def test_two_managers_who_assign_at_once_give_a_report_once(people: Cast, max_: Actor, roy: Actor) -> None:
    report, mona = submitted(people), people.actor("mona")
    second = act_at_once(
        lambda: assign(mona, report, people.rita.pk), lambda: assign(max_, report, roy.person_id or 0)
    )

    assert second.waited
    assert isinstance(second.refusal, DomainError)
    assert str(second.refusal) == "Already assigned to Rita."
    assert Report.objects.get().reviewer == people.rita
    assert ReviewAssignment.objects.count() == 1


def test_who_takes_over_what_was_just_assigned_learns_to_whom(people: Cast, roy: Actor) -> None:
    report, mona = submitted(people), people.actor("mona")

    def take_over() -> None:
        with acting_as(roy):
            take_over_report(roy, report, "I know them.", seen_reviewer=0)

    second = act_at_once(lambda: assign(mona, report, people.rita.pk), take_over)

    assert second.waited
    assert str(second.refusal) == "Meanwhile the report was assigned to Rita."


def test_of_two_who_refuse_more_time_the_second_learns_who_was_first(people: Cast, max_: Actor) -> None:
    report, mona = make_report(make_cycle(read_charter()), people.aurora), people.actor("mona")
    with acting_as(people.actor("alice")) as alice:
        request = ask_for_extension(
            alice, report, until=report.due_on + timedelta(days=7), reason="Two offices moved."
        )

    def refuse(actor: Actor) -> None:
        with acting_as(actor):
            refuse_extension(actor, request, "No.")

    second = act_at_once(lambda: refuse(mona), lambda: refuse(max_))

    assert second.waited
    assert str(second.refusal).startswith("Mona refused this request for more time on ")


def application() -> MembershipApplication:
    with acting_as(SYSTEM):
        return MembershipApplication.objects.get()


def test_of_two_who_decline_an_application_the_second_reads_the_reason_of_the_first(
    people: Cast, max_: Actor
) -> None:
    apply_for_membership(DELTA, language="en")
    confirm_application(application_token_of(application()) or "")
    row, mona = application(), people.actor("mona")

    def decline(actor: Actor, reason: str) -> None:
        with acting_as(actor):
            decline_application(actor, row, reason, seen="open:0:")

    second = act_at_once(lambda: decline(mona, "It is a shop."), lambda: decline(max_, "It is a bank."))

    assert second.waited
    assert "Mona has declined it" in str(second.refusal)
    assert "It is a shop." in str(second.refusal)


def test_an_application_whose_button_is_pressed_twice_at_once_is_confirmed(people: Cast) -> None:
    apply_for_membership(DELTA, language="en")
    token = application_token_of(application()) or ""
    second = act_at_once(lambda: confirm_application(token), lambda: confirm_application(token))

    assert (second.waited, second.refusal, application().state) == (True, None, "open")


def test_a_question_whose_button_is_pressed_twice_at_once_is_confirmed(people: Cast) -> None:
    question = make_public_question(
        people.aurora, state="unconfirmed", confirm_until=timezone.now() + timedelta(days=1)
    )
    with acting_as(SYSTEM):
        token = link_token_of(PublicQuestionContact.objects.get(question=question)) or ""
    second = act_at_once(lambda: confirm_question(token), lambda: confirm_question(token))

    question.refresh_from_db()
    assert (second.waited, second.refusal, question.state) == (True, None, "open")


def test_an_entry_whose_button_is_pressed_twice_at_once_is_confirmed(people: Cast) -> None:
    supporter = make_supporter(read_charter(), "Harbour School", state="unconfirmed")
    with acting_as(SYSTEM):
        contact = SupporterContact.objects.get()
        send_link(contact, days=1)
    token = link_token_of_supporter(contact) or ""
    confirm = partial(confirm_supporter, token, consent_revision=1)

    second = act_at_once(confirm, confirm)

    supporter.refresh_from_db()
    assert (second.waited, second.refusal, supporter.state) == (True, None, "listed")


def test_of_two_windows_that_judge_measures_the_second_learns_which_are_judged(people: Cast) -> None:
    report, rita = make_report(make_cycle(read_charter()), people.aurora), people.actor("rita")
    make_submission(report)
    with acting_as(rita):
        start_review(rita, report)
    measures = {measure.key: measure for measure in Measure.objects.filter(charter=report.cycle.charter)}

    def judge(*keys: str) -> None:
        with acting_as(rita):
            chosen = [measures[key] for key in keys]
            give_verdicts(rita, report, chosen, value="not_due", reason="Later.")

    second = act_at_once(lambda: judge("search"), lambda: judge("search", "speed"))

    title = f"{measures['search'].code} {measures['search'].title}"
    assert second.waited
    assert str(second.refusal).startswith(f"Judged meanwhile: {title}. No verdict was given")
    assert Verdict.objects.get().measure == measures["search"]


def test_of_two_who_ask_for_a_withdrawal_the_second_learns_who_was_first(people: Cast, max_: Actor) -> None:
    make_published_report(make_cycle(read_charter()), people.aurora, figures("2960", "394"))
    publication, mona = Publication.objects.get(type="report"), people.actor("mona")

    def ask(actor: Actor) -> None:
        with acting_as(actor):
            ask_for_withdrawal(actor, publication, {"en": "Wrong.", "ru": "Ошибка."})

    second = act_at_once(lambda: ask(mona), lambda: ask(max_))

    assert second.waited
    assert str(second.refusal).startswith("Mona asked for it on ")
    assert Withdrawal.objects.count() == 1


def test_a_document_that_is_tried_again_twice_at_once_is_built_once(people: Cast) -> None:
    report, rita = submitted(people), people.actor("rita")
    with acting_as(rita):
        document = request_report_document(rita, report, "en", "filed.json")
    with acting_as(SYSTEM):
        Document.objects.update(state=DocumentState.FAILED)

    def retry() -> None:
        with acting_as(rita):
            retry_document(rita, document)

    second = act_at_once(retry, retry)

    assert (second.waited, second.refusal) == (True, None)
    assert Event.objects.filter(kind="document.retry").count() == 1


def test_of_two_who_take_a_merger_back_the_second_learns_who_was_first(people: Cast, max_: Actor) -> None:
    mona = people.actor("mona")
    with acting_as(mona):
        merge_organisation(mona, people.aurora, MergerPlan(people.beacon, today(), "Bought."))

    def take_back(actor: Actor) -> None:
        with acting_as(actor):
            take_back_merger(actor, people.aurora, "It was not.")

    second = act_at_once(lambda: take_back(mona), lambda: take_back(max_))

    assert second.waited
    assert str(second.refusal).startswith("The merger was taken back: Mona, ")
