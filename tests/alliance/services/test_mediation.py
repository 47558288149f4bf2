"""Comments that partners are invited to give: who may invite, answer, decline, and when everybody reads them."""

from datetime import timedelta
from typing import Any

import pytest

from alliance.enums import InvitedCommentState, OrganisationKind, OrganisationState, Role
from alliance.models import Cycle, InvitedComment, Measure, Organisation, Report
from alliance.queries.local_dates import today
from alliance.queries.mediation import public_comments
from alliance.queries.workspace_home import workspace_home
from alliance.services import mediation as services
from alliance.services.comment_reminders import enqueue_comment_reminders, record_comment_reminder
from alliance.tasks import enqueue_reminders_task
from portal.kernel import clock
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from portal.kernel.notices.inbox_items import subject_of
from portal.kernel.publishing import Publication
from tests.factories import Cast, actor_of, make_organisation, make_person
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.pdf_reports import search_figures, two_half_years
from tests.support.published_reports import make_published_report
from tests.support.withdrawals import withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Organisation:
    return make_organisation("hotline", OrganisationKind.PARTNER)


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    cycle = two_half_years()[1]
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "substantial"})
    return cycle


def invite(cast: Cast, cycle: Cycle, partner: Organisation) -> InvitedComment:
    """Mona asks the partner about the measure of the small charter."""
    with acting_as(cast.actor("mona")) as mona:
        report = Report.objects.get(organisation=cast.aurora, cycle=cycle)
        measure = Measure.objects.get(key="search", commitment__charter=cycle.charter)
        return services.invite_comment(
            mona,
            report,
            measure,
            partner,
            question="How well does it work?",
            language="en",
            due_on=today() + timedelta(days=14),
        )


def test_only_an_active_partner_is_invited_and_once(cast: Cast, cycle: Cycle, partner: Organisation) -> None:
    with pytest.raises(DomainError):
        invite(cast, cycle, cast.beacon)
    invite(cast, cycle, partner)

    with pytest.raises(DomainError):
        invite(cast, cycle, partner)


def test_no_partner_is_invited_to_comment_on_a_withdrawn_report(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    withdraw_report(cast)

    with pytest.raises(WrongState, match="is withdrawn"):
        invite(cast, cycle, partner)


def withdraw_report(cast: Cast) -> None:
    published = Publication.objects.get(type="report")
    withdraw(cast, published, {"en": "It is wrong.", "ru": "В нём ошибка."})


def test_of_a_withdrawn_report_no_comment_is_given_made_public_or_reminded_of(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    paula = make_person("Paula", partner, Role.EDITOR)
    comment = invite(cast, cycle, partner)
    soon = {"invited_at": clock.now() - timedelta(days=6), "due_on": today() + timedelta(days=1)}
    InvitedComment.objects.filter(pk=comment.pk).update(**soon)
    withdraw_report(cast)
    page = signed_in(paula).get(f"/workspace/comments/{comment.pk}/")

    assert [url for url, _label in page.context["acts"]] == [f"/workspace/comments/{comment.pk}/decline/"]
    assert "The report is withdrawn: a comment on it" in page.text
    with acting_as(SYSTEM):
        assert enqueue_comment_reminders() == 0
        assert not record_comment_reminder(comment.pk, soon["due_on"])
    with acting_as(actor_of(paula)) as actor:
        assert workspace_home(actor).comments == []
        with pytest.raises(WrongState, match="is withdrawn"):
            services.give_comment(actor, comment, "It blocks too much.", "en", agrees=True)

    given = {"state": InvitedCommentState.ANSWERED, "text": "It blocks too much.", "partner_agrees": True}
    InvitedComment.objects.filter(pk=comment.pk).update(**given)
    with acting_as(cast.actor("sven")) as sven, pytest.raises(WrongState, match="is withdrawn"):
        services.change_member_consent(sven, comment, agrees=True)
    with acting_as(actor_of(paula)) as actor:
        assert not services.change_partner_consent(actor, comment, agrees=False).partner_agrees
    report = Report.objects.get(organisation=cast.aurora)
    page = signed_in(cast.mona).get(f"/secretariat/reviews/{report.pk}/measures/search/invite/").text
    assert "The report is withdrawn" in page
    assert "<textarea" not in page


def test_everybody_reads_it_when_partner_and_member_agree_and_no_longer_when_one_does_not(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    comment = invite(cast, cycle, partner)
    paula_at_work = actor_of(make_person("Paula", partner, Role.EDITOR))
    with acting_as(paula_at_work) as paula:
        services.give_comment(paula, comment, "Better than last year.", "en", agrees=True)
    with acting_as(ANYONE):
        assert public_comments(cast.aurora.pk, cycle.pk) == {}
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, comment, agrees=True)
    with acting_as(ANYONE):
        assert list(public_comments(cast.aurora.pk, cycle.pk)) == ["search"]
    with acting_as(paula_at_work) as paula:
        services.change_partner_consent(paula, comment, agrees=False)

    with acting_as(ANYONE):
        assert public_comments(cast.aurora.pk, cycle.pk) == {}


def test_a_withdrawn_invitation_is_answered_by_nobody(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    comment = invite(cast, cycle, partner)
    with acting_as(cast.actor("alice")) as alice:
        assert not InvitedComment.objects.visible_to(alice).exists()
    with acting_as(cast.actor("mona")) as mona:
        services.withdraw_invitation(mona, comment, "Asked by mistake.")
    paula_at_work = actor_of(make_person("Paula", partner, Role.EDITOR))

    with acting_as(paula_at_work) as paula, pytest.raises(WrongState):
        services.give_comment(paula, comment, "Too late.", "en", agrees=True)


def test_the_secretariat_withdraws_a_comment_that_is_public_with_a_reason(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    comment = invite(cast, cycle, partner)
    paula_at_work = actor_of(make_person("Paula", partner, Role.EDITOR))
    with acting_as(paula_at_work) as paula:
        services.give_comment(paula, comment, "It names a child.", "en", agrees=True)
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, comment, agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        services.withdraw_invitation(mona, comment, "A child can be recognised.")

    with acting_as(ANYONE):
        assert public_comments(cast.aurora.pk, cycle.pk) == {}
    with acting_as(paula_at_work) as paula:
        assert InvitedComment.objects.visible_to(paula).get().reason == "A child can be recognised."
        with pytest.raises(WrongState):
            services.change_partner_consent(paula, comment, agrees=True)


def test_a_late_comment_is_still_taken_and_the_page_says_that_its_day_is_over(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    comment = invite(cast, cycle, partner)
    InvitedComment.objects.filter(pk=comment.pk).update(due_on=today() - timedelta(days=1))
    paula = signed_in(make_person("Paula", partner, Role.EDITOR))
    url = f"/workspace/comments/{comment.pk}/"

    assert "The day is over; it can still be answered." in paula.get(url).content.decode()
    assert "overdue" in words_of(signed_in(cast.mona).get("/secretariat/comments/"))
    paula.post(f"{url}give/", {"text": "It works.", "language": "en"})
    assert "The day is over" not in paula.get(url).content.decode()


def test_a_partner_that_has_left_comments_on_nothing_and_its_public_comment_stays(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    paula = make_person("Paula", partner, Role.EDITOR)
    given = invite(cast, cycle, partner)
    with acting_as(actor_of(paula)) as actor:
        services.give_comment(actor, given, "Better than last year.", "en", agrees=True)
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, given, agrees=True)
    waiting = invite(cast, cycle, partner)
    client = signed_in(paula)
    Organisation.objects.filter(pk=partner.pk).update(state=OrganisationState.FORMER)

    answer = client.post(f"/workspace/comments/{waiting.pk}/give/", {"text": "Once more.", "language": "en"})
    assert answer.status_code in (302, 403, 404)
    assert InvitedComment.objects.get(pk=waiting.pk).text == ""
    with acting_as(ANYONE):
        assert list(public_comments(cast.aurora.pk, cycle.pk)) == ["search"]


def test_the_partner_is_notified_and_finds_it_on_its_first_page(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    at_work = actor_of(make_person("Paula", partner, Role.EDITOR))
    comment = invite(cast, cycle, partner)
    run_all_jobs()

    with acting_as(at_work) as paula:
        home = workspace_home(paula)
        assert [subject_of(item) for item in home.recent] == [
            f"Your comment on the report of {cast.aurora.name} is asked for"
        ]
        assert list(home.comments) == [comment]


def test_a_comment_given_too_late_is_kept_and_the_page_offers_no_act(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    comment = invite(cast, cycle, partner)
    with acting_as(cast.actor("mona")) as mona:
        services.withdraw_invitation(mona, comment, "Asked by mistake.")
    paula = make_person("Paula", partner, Role.EDITOR)

    response = signed_in(paula).post(
        f"/workspace/comments/{comment.pk}/give/", {"text": "It works.", "language": "en"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "It works." in page
    assert "<textarea" not in page


def test_the_member_is_notified_that_a_comment_it_agreed_to_is_withdrawn(
    cast: Cast, cycle: Cycle, partner: Organisation, mailoutbox: list[Any]
) -> None:
    comment = invite(cast, cycle, partner)
    with acting_as(actor_of(make_person("Paula", partner, Role.EDITOR))) as paula:
        services.give_comment(paula, comment, "CANARY: it names a child.", "en", agrees=True)
    with acting_as(cast.actor("sven")) as sven:
        services.change_member_consent(sven, comment, agrees=True)
    with acting_as(cast.actor("mona")) as mona:
        run_all_jobs()
        mailoutbox.clear()
        services.withdraw_invitation(mona, comment, "A child can be recognised.")
    run_all_jobs()

    letters = {letter.to[0]: letter.body for letter in mailoutbox}
    sven_letter = next(body for address, body in letters.items() if "sven" in address)
    assert "You had agreed that it is public." in sven_letter
    assert "CANARY" not in sven_letter
    assert "A child can be recognised." not in sven_letter
    assert {"sven", "alice", "paula"} <= {address.split("@")[0] for address in letters}


def test_the_member_knows_nothing_of_an_invitation_that_is_withdrawn_unanswered(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    comment = invite(cast, cycle, partner)
    make_person("Paula", partner, Role.EDITOR)
    with acting_as(cast.actor("mona")) as mona:
        services.withdraw_invitation(mona, comment, "Asked by mistake.")
    run_all_jobs()

    notified = Delivery.objects.filter(event__kind="invited_comment.withdraw")
    assert set(notified.values_list("recipient__name", flat=True)) == {"Paula"}


@pytest.mark.parametrize(
    ("invited_days_ago", "days_left", "queued"), [(0, 1, 0), (1, 1, 1), (12, 0, 1), (12, -1, 0), (6, 8, 0)]
)
def test_a_partner_is_reminded_of_the_day(
    cast: Cast, cycle: Cycle, partner: Organisation, invited_days_ago: int, days_left: int, queued: int
) -> None:
    make_person("Paula", partner, Role.EDITOR)
    comment = invite(cast, cycle, partner)
    InvitedComment.objects.filter(pk=comment.pk).update(
        invited_at=clock.now() - timedelta(days=invited_days_ago), due_on=today() + timedelta(days=days_left)
    )

    with acting_as(SYSTEM):
        assert enqueue_comment_reminders() == queued
        assert enqueue_comment_reminders() == 0  # once for each step
    run_all_jobs()

    reminded = Delivery.objects.filter(channel=Channel.INBOX, event__kind="invited_comment.remind")
    assert list(reminded.values_list("recipient__name", flat=True)) == ["Paula"] * queued


def test_an_answer_or_a_partner_that_left_meanwhile_leaves_the_reminder_out(
    cast: Cast, cycle: Cycle, partner: Organisation
) -> None:
    paula = make_person("Paula", partner, Role.EDITOR)
    comment = invite(cast, cycle, partner)
    soon = {"invited_at": clock.now() - timedelta(days=6), "due_on": today() + timedelta(days=1)}
    InvitedComment.objects.filter(pk=comment.pk).update(**soon)
    enqueue_reminders_task()
    with acting_as(actor_of(paula)) as actor:
        services.decline_comment(actor, comment, "No time.")
    run_all_jobs()
    second = invite(cast, cycle, partner)
    InvitedComment.objects.filter(pk=second.pk).update(**soon)
    Organisation.objects.filter(pk=partner.pk).update(state=OrganisationState.FORMER)

    with acting_as(SYSTEM):
        assert enqueue_comment_reminders() == 0
        assert not record_comment_reminder(second.pk, soon["due_on"])
        assert not Event.objects.filter(kind="invited_comment.remind").exists()


@pytest.mark.parametrize("last", ["partner", "member"])
def test_when_the_second_agreement_makes_it_public_both_sides_are_notified(
    cast: Cast, cycle: Cycle, partner: Organisation, last: str
) -> None:
    paula = make_person("Paula", partner, Role.EDITOR)
    comment = invite(cast, cycle, partner)
    with acting_as(actor_of(paula)) as actor:
        services.give_comment(actor, comment, "It works.", agrees=last == "member")
    sven, own = cast.actor("sven"), actor_of(paula)
    with acting_as(sven):
        services.change_member_consent(sven, comment, agrees=last == "partner")
    if last == "partner":
        page = words_of(signed_in(paula).get(f"/workspace/comments/{comment.pk}/partner-agree/"))
        assert "the other side has agreed already" in page
        with acting_as(own):
            services.change_partner_consent(own, comment, agrees=True)
    else:
        with acting_as(sven):
            services.change_member_consent(sven, comment, agrees=True)
    run_all_jobs()

    with acting_as(SYSTEM):
        notified = Delivery.objects.filter(event__kind="invited_comment.become_public", channel=Channel.INBOX)
        names = set(notified.values_list("recipient_id", flat=True))
    agreed_last = {"partner": paula.pk, "member": cast.sven.pk}[last]
    assert names == {paula.pk, cast.sven.pk, cast.alice.pk} - {agreed_last}


@pytest.mark.parametrize("side", ["partner", "member"])
def test_a_side_without_access_is_not_said_to_be_notified(
    cast: Cast, cycle: Cycle, partner: Organisation, side: str
) -> None:
    """It had agreed before: the comment becomes public, but nobody there reads of it."""
    paula = make_person("Paula", partner, Role.EDITOR)
    comment = invite(cast, cycle, partner)
    with acting_as(actor_of(paula)) as actor:
        services.give_comment(actor, comment, "It works.", agrees=side == "partner")
    if side == "member":
        with acting_as(cast.actor("sven")) as sven:
            services.change_member_consent(sven, comment, agrees=True)
    gone = {"partner": partner, "member": cast.aurora}[side]
    Organisation.objects.filter(pk=gone.pk).update(state=OrganisationState.FORMER)
    person, act = {"partner": (cast.sven, "member"), "member": (paula, "partner")}[side]

    page = words_of(signed_in(person).get(f"/workspace/comments/{comment.pk}/{act}-agree/"))

    assert "the other side has agreed already" in page
    assert f"nobody at {gone.name} has access, and nobody there is notified" in page
    assert "both are notified" not in page
