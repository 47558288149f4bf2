"""Leaving with a handover: together with the end, later, or by oneself; notified, journalled, all or nothing."""

import threading
from typing import Any

import pytest
from django.db import connection

from alliance.enums import InvitationState, ReportState, Role
from alliance.models import Invitation, Membership, Report, SecondReading
from alliance.queries.handover import handover_options
from alliance.queries.measure_comments import comment_counts
from alliance.services.handover import end_membership_with_handover, hand_over_membership, leave_organisation
from alliance.services.invitations import invite_person
from alliance.services.measure_comments import write_comment
from alliance.services.people import appoint_person, end_membership, set_roles
from portal.kernel import registry
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from tests.factories import (
    Cast,
    actor_of,
    make_cycle,
    make_person,
    make_report,
    read_cast,
    read_charter,
)
from tests.support.delegations import give, measure_of, stored
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


def of(person: object) -> Membership:
    return Membership.objects.get(person=person, ended_at=None)


def is_here(person: object) -> bool:
    return Membership.objects.filter(person=person, ended_at=None).exists()


def test_the_end_and_the_successor_are_one_act(cast: Cast, mailoutbox: list[Any]) -> None:
    with acting_as(cast.actor("sven")) as sven:
        end_membership_with_handover(sven, of(cast.alice), cast.bob)
    event = Event.objects.get(kind="membership.hand_over")
    assert event.data == {"person": cast.alice.pk, "successor": cast.bob.pk}
    assert not is_here(cast.alice)
    run_all_jobs()
    assert [mail.to for mail in mailoutbox] == [[cast.alice.email], [cast.bob.email]]


def test_what_cannot_go_over_stops_the_end_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(actor: object, hands: object) -> None:
        raise DomainError("No.")

    work = registry.TransferableWork("Pots", lambda actor, person, tenant: [], refuse)
    monkeypatch.setitem(registry._WORK, "pots", work)
    with acting_as(cast.actor("sven")) as sven, pytest.raises(DomainError):
        end_membership_with_handover(sven, of(cast.alice), cast.bob)
    assert is_here(cast.alice)


def test_only_a_colleague_of_now_can_take_over(cast: Cast) -> None:
    gone = make_person("Gone", cast.aurora, Role.EDITOR)
    with acting_as(cast.actor("sven")) as sven:
        end_membership(sven, of(gone))
        for successor in (cast.carol, gone, cast.alice):
            with pytest.raises(DomainError) as refusal:
                hand_over_membership(sven, of(cast.alice), successor)
            assert refusal.value.field == "successor"


def test_the_work_of_somebody_who_has_left_goes_over_later_by_the_secretariat_too(cast: Cast) -> None:
    membership = of(cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        end_membership(sven, membership)
    with acting_as(cast.actor("mona")) as mona:
        hand_over_membership(mona, membership, cast.bob)
    for name, refusal in (("bob", Forbidden), ("carol", Membership.DoesNotExist), ("rita", Forbidden)):
        with acting_as(cast.actor(name)) as actor, pytest.raises(refusal):
            hand_over_membership(actor, membership, cast.bob)


def test_a_person_leaves_by_themselves_and_administrators_are_notified(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    with acting_as(cast.actor("alice")) as alice:
        leave_organisation(alice, cast.bob)
    assert not is_here(cast.alice)
    run_all_jobs()
    people = [cast.alice.email, cast.bob.email, cast.sven.email]
    assert sorted(mail.to[0] for mail in mailoutbox) == people


def test_the_last_signatory_cannot_leave(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as sven, pytest.raises(DomainError):
        leave_organisation(sven, cast.bob)
    assert is_here(cast.sven)


def test_open_invitations_stand_under_the_successor(cast: Cast) -> None:
    set_roles(cast.actor("sven"), of(cast.bob), ["administrator"])
    with acting_as(cast.actor("bob")) as bob:
        invite_person(bob, cast.aurora, email="dora@aurora.example", name="Dora", roles=["reader"])
        (work,) = registry.open_work(bob, cast.bob.pk, cast.aurora.pk)
        assert [piece.title for piece in work.pieces] == ["Dora"]
    with acting_as(cast.actor("sven")) as sven:
        with pytest.raises(DomainError, match=r"Open invitations: Alice may not invite people\."):
            end_membership_with_handover(sven, of(cast.bob), cast.alice)
        end_membership_with_handover(sven, of(cast.bob), cast.sven)
    assert Invitation.objects.get(state=InvitationState.OPEN).invited_by == cast.sven


def test_a_review_goes_to_somebody_who_may_review_it(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.IN_REVIEW)
    Report.objects.update(reviewer=cast.rita)
    tied = make_person("Tied", cast.secretariat, Role.REVIEWER)
    Membership.objects.create(person=tied, organisation=cast.aurora, roles=["reader"])
    ruth = make_person("Ruth", cast.secretariat, Role.REVIEWER)
    with acting_as(cast.actor("mona")) as mona:
        assert handover_options(mona, of(cast.rita)).refusals == {
            cast.mona.pk: "is not a reviewer",
            tied.pk: "has a conflict of interest",
        }
        for successor in (cast.mona, tied):
            with pytest.raises(DomainError):
                end_membership_with_handover(mona, of(cast.rita), successor)
        end_membership_with_handover(mona, of(cast.rita), ruth)
    assert Report.objects.get(pk=report.pk).reviewer == ruth


def test_a_review_does_not_go_to_its_second_reader(cast: Cast) -> None:
    """Else somebody would agree with their own verdicts."""
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    report = make_report(make_cycle(read_charter()), cast.aurora, ReportState.IN_REVIEW)
    with acting_as(SYSTEM):
        Report.objects.update(reviewer=cast.rita)
        SecondReading.objects.create(report=report, organisation=cast.aurora, reader=roy, asked_by=cast.rita)
    with acting_as(cast.actor("mona")) as mona:
        options = handover_options(mona, of(cast.rita))
        with pytest.raises(DomainError, match="is the second reader of one of the reports"):
            hand_over_membership(mona, of(cast.rita), roy)
    assert options.refusals[roy.pk] == "is the second reader of one of the reports"


def test_each_kind_of_work_has_its_own_successor_and_each_of_them_is_notified(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    make_report(make_cycle(read_charter()), cast.aurora, ReportState.IN_REVIEW)
    Report.objects.update(reviewer=cast.rita)
    set_roles(cast.actor("mona"), of(cast.rita), [Role.REVIEWER, Role.MANAGER], office="Desk")
    ruth = make_person("Ruth", cast.secretariat, Role.REVIEWER)
    max_ = make_person("Max", cast.secretariat, Role.MANAGER)
    with acting_as(cast.actor("rita")) as rita:
        invite_person(rita, cast.secretariat, email="dora@x.example", name="Dora", roles=["reviewer"])
    run_all_jobs()
    mailoutbox.clear()

    mona, url = signed_in(cast.mona), f"/secretariat/people/{of(cast.rita).pk}/end/"
    page = words_of(mona.get(url))
    left_out = "Max (is not a reviewer), Mona (is not a reviewer), Ruth (may not invite people)"
    assert f"Left out, because they may not do this work: {left_out}" in page
    refused = mona.post(
        url, {"successor": "", "successor_reviews": cast.mona.pk, "successor_invitations": ""}
    )
    assert refused.status_code == 422
    answer = mona.post(url, {"successor": "", "successor_reviews": ruth.pk, "successor_invitations": max_.pk})
    assert answer.status_code == 302
    assert Report.objects.get().reviewer == ruth
    assert Invitation.objects.get(state=InvitationState.OPEN).invited_by == max_
    run_all_jobs()
    assert {ruth.email, max_.email} == {mail.to[0] for mail in mailoutbox if "handed over" in mail.subject}


def test_work_that_another_administrator_has_handed_over_meanwhile_is_not_handed_over_twice(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    give(cast, report, cast.alice)
    erna, ada = (make_person(name, cast.aurora, Role.EDITOR, Role.ADMINISTRATOR) for name in ("Erna", "Ada"))
    with acting_as(cast.actor("sven")) as sven:
        hand_over_membership(sven, of(cast.alice), erna)
    run_all_jobs()
    mailoutbox.clear()

    page = signed_in(ada).post(f"/workspace/people/{of(cast.alice).pk}/hand-over/", {"successor": ada.pk})
    assert page.status_code == 422
    assert "to: Erna. Nothing is left of it." in words_of(page)
    run_all_jobs()
    assert mailoutbox == []


def test_work_handed_to_a_later_leaver_is_handed_on(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    (section,) = give(cast, report, cast.alice)
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    with acting_as(cast.actor("sven")) as sven:
        end_membership_with_handover(sven, of(cast.alice), erna)
        assert registry.open_work(sven, erna.pk, cast.aurora.pk)[0].key == "sections"
        end_membership(sven, of(erna))
    assert stored(section).assignee_id == cast.sven.pk


def test_a_question_of_a_colleague_waits_for_the_successor(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    measure = measure_of(report)
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    with acting_as(cast.actor("sven")) as sven:
        asked = write_comment(sven, report, measure, "@Alice, whose clock?").comment
        write_comment(sven, report, measure, "@Alice, settled.").comment.refresh_from_db()
        (work,) = registry.open_work(sven, cast.alice.pk, cast.aurora.pk)
        title = f"{measure.code} {measure.title}, {report.cycle.title}"
        assert {piece.title for piece in work.pieces} == {title}
        end_membership_with_handover(sven, of(cast.alice), erna)
    with acting_as(actor_of(erna)) as actor:
        assert comment_counts(actor, report, {})[measure.pk].asked_at is not None
        asked.refresh_from_db()
        assert asked.mentions == sorted([cast.alice.pk, erna.pk])
        assert "@Alice" in asked.text


def test_the_secretariat_hands_over_questions_that_it_does_not_see(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(cast.actor("sven")) as sven:
        asked = write_comment(sven, report, measure_of(report), "@Alice, whose clock?").comment
    with acting_as(cast.actor("mona")) as mona:
        assert registry.open_work(mona, cast.alice.pk, cast.aurora.pk) == []
        end_membership_with_handover(mona, of(cast.alice), cast.bob)
    with acting_as(SYSTEM):
        asked.refresh_from_db()
    assert cast.bob.pk in asked.mentions


# --- The last of their kind ------------------------------------------------------------------


def test_the_secretariat_appoints_where_nobody_is_left_and_says_why(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    cast.sven.is_active = False
    cast.sven.save()
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError) as refusal:
            appoint_person(mona, of(cast.alice), ["signatory"], office="Deputy", reason=" ")
        assert refusal.value.field == "reason"
        appoint_person(
            mona, of(cast.alice), ["signatory", "administrator"], office="Deputy", reason="Sven has gone."
        )
    run_all_jobs()
    (mail,) = mailoutbox
    assert mail.to == [cast.alice.email]
    assert "Sven has gone." in mail.body


def test_an_administrator_appoints_nobody_in_the_secretariats_name(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as sven, pytest.raises(Forbidden):
        appoint_person(sven, of(cast.bob), ["editor"], reason="Because.")
    assert of(cast.bob).roles == ["reader"]


def test_rights_that_ended_while_one_waited_do_not_hold(cast: Cast) -> None:
    ada = make_person("Ada", cast.aurora, Role.ADMINISTRATOR)
    stale = cast.actor("sven")
    make_person("Dora", cast.aurora, Role.SIGNATORY)
    end_membership(cast.actor("mona"), of(cast.sven))
    with pytest.raises(Forbidden):
        end_membership(stale, of(ada))


def test_an_ended_membership_gets_no_rights(cast: Cast) -> None:
    membership = of(cast.bob)
    end_membership(cast.actor("sven"), membership)
    with pytest.raises(WrongState):
        set_roles(cast.actor("sven"), membership, ["editor"])


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_end_each_other_at_once_leave_one() -> None:
    cast = read_cast()
    ada = make_person("Ada", cast.aurora, Role.SIGNATORY, Role.ADMINISTRATOR)
    pairs = [(cast.sven, ada), (ada, cast.sven)]
    both, refused = threading.Barrier(2), []

    def end(who: Any, whom: Any) -> None:
        actor, membership = actor_of(who), of(whom)
        both.wait(timeout=20)
        try:
            with acting_as(actor):
                end_membership(actor, membership)
        except DomainError as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(refused) == 1
    assert [is_here(person) for person in (cast.sven, ada)].count(True) == 1
