"""Who is notified that somebody joins a working group, and what that names."""

from typing import Any

import pytest
from django.utils import timezone

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Channel, Delivery
from practices.access import person_token
from practices.enums import Label, PracticeState
from practices.models import GroupMembership, Practice, WorkingGroup
from practices.services.groups import bring_in_member
from tests.factories import Cast
from tests.factories.discussion import set_label_directly
from tests.factories.practices import call_as, make_shared
from tests.factories.relations import make_working_group
from tests.support.jobs import run_all_jobs
from tests.support.notifications import inbox_lines, inbox_lines_of, secrets_in_letters

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]


def test_the_sources_of_what_a_group_reads_are_notified_that_somebody_joins(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    """Alice and Sven at Aurora, once for both practices; Bob only reads there, and Carol's has none of them."""
    group = group_led_by_mona(cast)
    for label in (Label.AMBER, Label.AMBER_STRICT):
        share_with_group(cast, group, label)
    mailoutbox.clear()
    bring_carol_in(cast, group)

    line = "[TLP:AMBER+STRICT] A person was added to a working group that reads 2 of your practices"
    assert inbox_lines() == [
        ("Alice", line),
        ("Carol", "[TLP:RED] You have been added to a working group"),
        ("Sven", line),
    ]
    assert secrets_in_letters(mailoutbox) == set()
    assert {path_of(name) for name in ("Alice", "Sven")} == {"/workspace/practices/ours/"}


def test_of_what_is_red_the_authors_alone_are_notified_who_reads(cast: Cast) -> None:
    group = group_led_by_mona(cast)
    share_with_group(cast, group, Label.RED)
    share_with_group(cast, group, Label.AMBER)
    bring_carol_in(cast, group)

    sentence = "A person was added to a working group that reads"
    assert inbox_lines_of("Alice", "Sven") == [
        ("Alice", f"[TLP:RED] {sentence} 2 of your practices"),
        ("Sven", f"[TLP:AMBER] {sentence} 1 of your practices"),
    ]


def test_a_group_is_named_to_a_source_that_is_in_it_and_in_no_letter(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    group = group_led_by_mona(cast, (cast.alice, cast.aurora))
    share_with_group(cast, group, Label.AMBER)
    mailoutbox.clear()
    bring_carol_in(cast, group)

    clause = "which reads 1 of your practices"
    assert inbox_lines_of("Alice") == [
        ("Alice", f"[TLP:AMBER] A person was added to the working group “Canary group”, {clause}")
    ]
    assert path_of("Alice") == f"/workspace/practices/groups/{group.key}/"
    assert secrets_in_letters(mailoutbox) == set()
    with acting_as(SYSTEM):
        GroupMembership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
    assert "Canary" not in inbox_lines_of("Alice")[0][1]
    assert "Canary" not in str(list(Delivery.objects.values()))


@pytest.mark.parametrize("label", [Label.AMBER, Label.GREEN])
def test_a_source_is_not_notified_of_what_the_group_did_not_read_when_they_came(
    cast: Cast, label: str
) -> None:
    """A draft, what is for all with names in it, what was recalled, what is shared with the group afterwards."""
    group = group_led_by_mona(cast)
    share_with_group(cast, group, Label.AMBER, state=PracticeState.DRAFT)
    share_with_group(cast, group, Label.GREEN)
    share_with_group(cast, group, Label.AMBER, state=PracticeState.RECALLED)
    bring_carol_in(cast, group)
    share_with_group(cast, group, label)

    assert [name for name, _line in inbox_lines()] == ["Carol"]


def test_a_source_is_not_notified_when_nobody_new_joins(cast: Cast) -> None:
    group = group_led_by_mona(cast, (cast.carol, cast.beacon))
    share_with_group(cast, group, Label.AMBER)
    bring_carol_in(cast, group)
    bring_carol_in(cast, group, leads=True)

    assert inbox_lines_of("Alice", "Sven") == []


def group_led_by_mona(cast: Cast, *members: Any) -> WorkingGroup:
    return make_working_group("Canary group", cast.secretariat, *members)


def share_with_group(
    cast: Cast, group: WorkingGroup, label: str, *, state: str = PracticeState.SHARED
) -> Practice:
    """Its notices are cleared."""
    practice = make_shared(cast, Label.AMBER_STRICT)
    set_label_directly(practice, label, reader_organisations=[], reader_groups=[group.pk])
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=state)
    do_all_jobs_of_sharing()
    return practice


def bring_carol_in(cast: Cast, group: WorkingGroup, **more: Any) -> None:
    call_as(cast.actor("mona"), bring_in_member, group, person_token(cast.carol.pk, cast.beacon.pk), **more)


def do_all_jobs_of_sharing() -> None:
    """Notices of the sharing itself are ignored."""
    run_all_jobs()
    Delivery.objects.filter(event__kind__startswith="practice.").delete()


def path_of(name: str) -> str:
    return str(Delivery.objects.get(channel=Channel.INBOX, recipient__name=name).url)
