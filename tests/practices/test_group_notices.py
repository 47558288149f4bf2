"""Who is told that somebody joins a working group, and what that names."""

from typing import Any

import pytest
from django.utils import timezone

from alliance.enums import Grant
from alliance.models import Membership
from portal.kernel.access import SYSTEM
from portal.kernel.models import Channel, Delivery
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.enums import Label, PracticeState
from practices.models import GroupMembership, Practice, WorkingGroup
from practices.services.groups import bring_in
from tests.factories import Cast, make_cast
from tests.factories.circle import make_working_group
from tests.factories.practices import act, shared
from tests.factories.talk import relabel
from tests.support.jobs import do_all_jobs
from tests.support.told import said_by, told, told_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    Membership.objects.filter(person=made.sven).update(grants=[Grant.SIGNATORY, Grant.EDITOR])
    return made


def test_the_sources_of_what_a_group_reads_are_told_that_somebody_joins(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    """Alice and Sven at Aurora, once for both practices; Bob only reads there, and Carol's has none of them."""
    group = group_led_by_mona(cast)
    for label in (Label.AMBER, Label.AMBER_STRICT):
        given_to_group(cast, group, label)
    mailoutbox.clear()
    bring_carol_in(cast, group)

    line = "[TLP:AMBER+STRICT] A person was added to a working group that reads 2 of your practices"
    assert told() == [
        ("Alice", line),
        ("Carol", "[TLP:RED] You have been added to a working group"),
        ("Sven", line),
    ]
    assert said_by(mailoutbox) == set()
    assert {path_of(name) for name in ("Alice", "Sven")} == {"/workspace/practices/ours/"}


def test_of_what_is_red_the_authors_alone_are_told_who_reads(cast: Cast) -> None:
    group = group_led_by_mona(cast)
    given_to_group(cast, group, Label.RED)
    given_to_group(cast, group, Label.AMBER)
    bring_carol_in(cast, group)

    said = "A person was added to a working group that reads"
    assert told_to("Alice", "Sven") == [
        ("Alice", f"[TLP:RED] {said} 2 of your practices"),
        ("Sven", f"[TLP:AMBER] {said} 1 of your practices"),
    ]


def test_a_group_is_named_to_a_source_that_is_in_it_and_in_no_letter(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    group = group_led_by_mona(cast, (cast.alice, cast.aurora))
    given_to_group(cast, group, Label.AMBER)
    mailoutbox.clear()
    bring_carol_in(cast, group)

    said = "which reads 1 of your practices"
    assert told_to("Alice") == [
        ("Alice", f"[TLP:AMBER] A person was added to the working group “Canary group”, {said}")
    ]
    assert path_of("Alice") == f"/workspace/practices/groups/{group.key}/"
    assert said_by(mailoutbox) == set()
    with acting_as(SYSTEM):
        GroupMembership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
    assert "Canary" not in told_to("Alice")[0][1]
    assert "Canary" not in str(list(Delivery.objects.values()))


@pytest.mark.parametrize("label", [Label.AMBER, Label.GREEN])
def test_a_source_is_not_told_of_what_the_group_did_not_read_when_they_came(cast: Cast, label: str) -> None:
    """A draft, what is for all whatever it names, what was recalled, what is shared with the group afterwards."""
    group = group_led_by_mona(cast)
    given_to_group(cast, group, Label.AMBER, state=PracticeState.DRAFT)
    given_to_group(cast, group, Label.GREEN)
    given_to_group(cast, group, Label.AMBER, state=PracticeState.RECALLED)
    bring_carol_in(cast, group)
    given_to_group(cast, group, label)

    assert [name for name, _line in told()] == ["Carol"]


def test_a_source_is_not_told_when_nobody_new_comes_in(cast: Cast) -> None:
    group = group_led_by_mona(cast, (cast.carol, cast.beacon))
    given_to_group(cast, group, Label.AMBER)
    bring_carol_in(cast, group)
    bring_carol_in(cast, group, leads=True)

    assert told_to("Alice", "Sven") == []


def group_led_by_mona(cast: Cast, *members: Any) -> WorkingGroup:
    return make_working_group("Canary group", cast.secretariat, *members)


def given_to_group(
    cast: Cast, group: WorkingGroup, label: str, *, state: str = PracticeState.SHARED
) -> Practice:
    """Whatever was told of that is forgotten."""
    practice = shared(cast, Label.AMBER_STRICT)
    relabel(practice, label, reader_organisations=[], reader_groups=[group.pk])
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=state)
    do_all_jobs_of_sharing()
    return practice


def bring_carol_in(cast: Cast, group: WorkingGroup, **more: Any) -> None:
    act(cast.actor("mona"), bring_in, group, named(cast.carol.pk, cast.beacon.pk), **more)


def do_all_jobs_of_sharing() -> None:
    """What is told of the sharing itself is not looked at."""
    do_all_jobs()
    Delivery.objects.filter(event__kind__startswith="practice.").delete()


def path_of(name: str) -> str:
    return str(Delivery.objects.get(channel=Channel.INBOX, recipient__name=name).url)
