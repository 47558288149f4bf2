"""Another address: both mailboxes confirm, the old one can stop it, and nobody learns who has an account."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from alliance.models import EmailChange, Person, PersonSession
from alliance.services.email_changes import (
    NEW,
    OLD,
    cancel_email_change,
    confirm_email_change,
    confirm_for_lost_mailbox,
    email_change_token_of,
    find_email_change,
    request_email_change,
    stop_email_change,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db
HOME = "bob@home.example"


def tokens(change: EmailChange) -> tuple[str, str]:
    old, new = email_change_token_of(change, OLD), email_change_token_of(change, NEW)
    assert old
    assert new
    return old, new


def address_of(person: Person) -> str:
    return Person.objects.get(pk=person.pk).email


def test_the_address_changes_when_both_mailboxes_have_confirmed(cast: Cast) -> None:
    old, new = tokens(request_email_change(cast.bob, f" {HOME.upper()} "))
    confirm_email_change(new)
    assert address_of(cast.bob) == cast.bob.email
    confirm_email_change(old)
    assert address_of(cast.bob) == HOME
    kinds = Event.objects.filter(target_id=cast.bob.pk).values_list("kind", flat=True)
    assert {"person.ask_email_change", "person.change_email"} <= set(kinds)
    assert not any(HOME in str(event.data) for event in Event.objects.all())


def test_each_link_is_good_once_and_neither_does_for_both(cast: Cast) -> None:
    old, _new = tokens(request_email_change(cast.bob, HOME))
    confirm_email_change(old)
    with pytest.raises(WrongState):
        confirm_email_change(old)
    assert address_of(cast.bob) == cast.bob.email


def test_the_old_mailbox_stops_it_and_the_new_one_cannot(cast: Cast) -> None:
    old, new = tokens(request_email_change(cast.bob, HOME))
    with pytest.raises(WrongState):
        stop_email_change(new)
    stop_email_change(old)
    assert find_email_change(new) is None


def test_links_run_out(cast: Cast) -> None:
    old, _new = tokens(request_email_change(cast.bob, HOME))
    with acting_as(SYSTEM):
        EmailChange.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(WrongState):
        confirm_email_change(old)


def test_a_later_change_ends_an_earlier_one(cast: Cast) -> None:
    old, _new = tokens(request_email_change(cast.bob, HOME))
    request_email_change(cast.bob, "bob@work.example")
    assert find_email_change(old) is None
    cancel_email_change(cast.bob)
    with acting_as(SYSTEM):
        assert not EmailChange.objects.filter(ended_at=None).exists()


def test_sessions_end_but_for_the_one_that_confirms(cast: Cast) -> None:
    here, there = signed_in(cast.bob), signed_in(cast.bob)
    session_key = here.session.session_key
    for token in tokens(request_email_change(cast.bob, HOME)):
        confirm_email_change(token, session=session_key)
    assert here.get("/accounts/profile/").status_code == 200
    assert there.get("/accounts/profile/").status_code == 302
    assert PersonSession.objects.filter(person=cast.bob).count() == 1


def test_letters_hold_the_links_and_jobs_do_not(cast: Cast, mailoutbox: list[Any]) -> None:
    change = request_email_change(cast.bob, HOME)
    old, new = tokens(change)
    assert not any(part in str(job.payload) for job in Job.objects.all() for part in (old, new, "@"))
    run_all_jobs()
    bodies = {mail.to[0]: str(mail.body) for mail in mailoutbox}
    assert old in bodies[cast.bob.email]
    assert new in bodies[HOME]
    assert cast.bob.name not in bodies[HOME]


def test_a_taken_address_gets_another_letter_and_no_link(cast: Cast, mailoutbox: list[Any]) -> None:
    change = request_email_change(cast.bob, cast.carol.email)
    run_all_jobs()
    bodies = {mail.to[0]: str(mail.body) for mail in mailoutbox}
    assert set(bodies) == {cast.bob.email, cast.carol.email}
    assert tokens(change)[1] not in bodies[cast.carol.email]


def test_a_taken_address_costs_the_same_work(
    cast: Cast, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20) as free:
        request_email_change(cast.bob, HOME)
    with django_assert_num_queries(len(free)):
        request_email_change(cast.bob, cast.carol.email)


def test_an_address_that_was_taken_meanwhile_is_refused(cast: Cast) -> None:
    old, new = tokens(request_email_change(cast.bob, HOME))
    confirm_email_change(old)
    Person.objects.filter(pk=cast.carol.pk).update(email=HOME)
    with pytest.raises(DomainError):
        confirm_email_change(new)


def test_a_manager_confirms_for_a_lost_mailbox_with_a_reason(cast: Cast, mailoutbox: list[Any]) -> None:
    _old, new = tokens(request_email_change(cast.bob, HOME))
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError):
            confirm_for_lost_mailbox(mona, cast.bob, " ")
        confirm_for_lost_mailbox(mona, cast.bob, "He called from his office; I called back.")
        with pytest.raises(WrongState):
            confirm_for_lost_mailbox(mona, cast.bob, "Again.")
    run_all_jobs()
    assert (
        "подтвердил" in [mail.body for mail in mailoutbox if mail.to == [cast.bob.email]][-1]
    )  # Bob's language
    confirm_email_change(new)
    assert address_of(cast.bob) == HOME


def test_nobody_else_does_and_no_manager_for_themselves(cast: Cast) -> None:
    request_email_change(cast.bob, HOME)
    request_email_change(cast.mona, "mona@home.example")
    for name, whose in (("sven", cast.bob), ("rita", cast.bob), ("mona", cast.mona)):
        with acting_as(cast.actor(name)) as actor, pytest.raises(Forbidden):
            confirm_for_lost_mailbox(actor, whose, "Because.")


def test_row_security_hides_the_changes_of_others(cast: Cast) -> None:
    request_email_change(cast.bob, HOME)
    for name, count in (("bob", 1), ("sven", 0), ("carol", 0), ("mona", 1)):
        with acting_as(cast.actor(name)):
            assert EmailChange.objects.count() == count, name
