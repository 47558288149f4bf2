"""Labels that staff may use, authors, and who gains or loses access by a change."""

import pytest

from alliance.enums import OrganisationState
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.text import values_key
from practices.access import person_token
from practices.audiences import Audience, audience
from practices.enums import Label
from practices.models import LabelPolicy, Practice
from practices.queries.directory import find_people
from practices.queries.readers import audience_members, members_only_in
from practices.queries.sharing_policy import allowed_labels_of
from practices.services.audiences import audience_of, set_readers
from practices.services.authors import set_authors
from practices.services.practices import submit_practice
from practices.services.sharing_policy import choose_labels, label_values
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_shared

pytestmark = pytest.mark.django_db


def test_staff_use_the_labels_that_an_administrator_has_chosen(cast: Cast) -> None:
    practice = make_draft(cast)
    for name in ("alice", "mona"):
        with pytest.raises(Forbidden):
            call_as(cast.actor(name), choose_labels, [Label.AMBER])
    with pytest.raises(DomainError, match="at least one"):
        call_as(cast.actor("sven"), choose_labels, ["purple"])
    call_as(cast.actor("sven"), choose_labels, [Label.AMBER])

    used = [
        call_as(cast.actor(name), lambda actor: allowed_labels_of(actor.tenant_id))
        for name in ("bob", "carol")
    ]
    assert used == [[Label.AMBER], list(Label.values)]
    with pytest.raises(DomainError, match="does not use TLP:GREEN"):
        call_as(cast.actor("alice"), submit_practice, practice)
    with acting_as(SYSTEM):
        assert LabelPolicy.objects.visible_to(cast.actor("carol")).count() == 0


def test_labels_that_somebody_has_chosen_since_are_not_written_over(cast: Cast) -> None:
    seen = values_key(label_values(Label.values))  # nobody has chosen
    call_as(cast.actor("sven"), choose_labels, [Label.AMBER], seen=seen)

    with pytest.raises(Conflict, match="another window"):
        call_as(cast.actor("sven"), choose_labels, [Label.GREEN], seen=seen)

    assert LabelPolicy.objects.get().labels == [Label.AMBER]
    call_as(cast.actor("sven"), choose_labels, [Label.GREEN], seen=values_key(label_values([Label.AMBER])))
    assert LabelPolicy.objects.get().labels == [Label.GREEN]


# --- Authors ---------------------------------------------------------------------------------


def authors(cast: Cast, practice: Practice, *names: str) -> list[str]:
    keys = [person_token(getattr(cast, name).pk, cast.actor(name).tenant_id) for name in names]
    call_as(cast.actor("alice"), set_authors, practice, keys)
    with acting_as(cast.actor("alice")):
        return [row.person.name for row in practice.authors.order_by("position")]


def test_colleagues_write_together_and_others_who_may_read_it(cast: Cast) -> None:
    practice = make_draft(cast, Label.AMBER_STRICT)
    assert authors(cast, practice, "bob", "alice", "carol") == ["Bob", "Alice", "Carol"]
    with acting_as(cast.actor("carol")):
        assert Practice.objects.visible_to(cast.actor("carol")).exists()


def test_being_an_author_is_no_way_round_the_label(cast: Cast) -> None:
    practice = make_draft(cast, Label.AMBER_STRICT)
    with pytest.raises(DomainError, match="Rita, Secretariat does not have access"):
        authors(cast, practice, "alice", "rita")
    with pytest.raises(DomainError, match="your organisation"):
        authors(cast, practice, "carol")
    with acting_as(cast.actor("alice")):
        assert [row.person.name for row in practice.authors.all()] == ["Alice"]


def test_of_what_is_red_an_author_is_named_first_and_stays(cast: Cast) -> None:
    practice = make_draft(cast)
    carol = person_token(cast.carol.pk, cast.beacon.pk)
    call_as(cast.actor("alice"), set_readers, practice, audience(Label.RED, [carol]))
    with pytest.raises(DomainError, match="Bob, Aurora Video does not have access"):
        authors(cast, practice, "alice", "bob")
    with pytest.raises(DomainError, match="your organisation"):
        authors(cast, practice, "carol")
    assert authors(cast, practice, "alice", "carol") == ["Alice", "Carol"]


# --- Who gains, who loses --------------------------------------------------------------------


def readership_changes(
    practice: Practice, new: Audience
) -> tuple[list[str], list[str], list[str], list[str]]:
    before, after = audience_members(practice, audience_of(practice)), audience_members(practice, new)
    gains, losses = members_only_in(after, before), members_only_in(before, after)
    return (
        sorted(row.name for row, _apart in gains.organisations),
        sorted(person.name for person in gains.people),
        sorted(row.name for row, _apart in losses.organisations),
        sorted(person.name for person in losses.people),
    )


def test_a_change_names_exactly_who_begins_and_who_ceases_to_read(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    carol = person_token(cast.carol.pk, cast.beacon.pk)
    everybody = ["Beacon Search", "Secretariat"]

    assert readership_changes(practice, audience(Label.GREEN)) == (["Secretariat"], [], [], [])
    assert readership_changes(practice, audience(Label.AMBER_STRICT, [carol])) == (
        [],
        [],
        ["Beacon Search"],
        [],
    )
    assert readership_changes(practice, audience(Label.RED, [carol])) == (
        [],
        [],
        ["Aurora Video", "Beacon Search"],
        [],
    )
    green = make_shared(cast)
    assert readership_changes(green, audience(Label.AMBER, organisations=[cast.beacon.pk])) == (
        [],
        [],
        ["Secretariat"],
        [],
    )
    assert readership_changes(green, audience(Label.RED, [carol])) == (
        [],
        [],
        ["Aurora Video", *everybody],
        [],
    )


def test_people_are_found_by_name_and_organisation_while_they_are_here(cast: Cast) -> None:
    assert [str(person) for person in find_people("carol beacon")] == ["Carol, Beacon Search"]
    assert find_people("") == []
    cast.beacon.state = OrganisationState.SUSPENDED
    cast.beacon.save()
    assert find_people("carol") == []
