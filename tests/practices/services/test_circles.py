"""Labels that staff may use, affiliates, authors, and who gains or loses sight by a change."""

import pytest

from alliance.enums import OrganisationKind, OrganisationState
from portal.kernel.access import SYSTEM
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.audiences import Audience, audience
from practices.enums import Label
from practices.models import Affiliation, LabelPolicy, Practice
from practices.queries.directory import find_people
from practices.queries.reach import beyond, reach_of
from practices.services.audiences import audience_of, set_readers
from practices.services.authors import set_authors
from practices.services.circles import choose_labels, labels_of, register_affiliate, strike_off_affiliate
from practices.services.practices import submit_practice
from tests.factories import Cast, make_cast, make_organisation
from tests.factories.practices import act, drafted, shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_staff_use_the_labels_that_an_administrator_has_chosen(cast: Cast) -> None:
    practice = drafted(cast)
    for name in ("alice", "mona"):
        with pytest.raises(Forbidden):
            act(cast.actor(name), choose_labels, [Label.AMBER])
    with pytest.raises(DomainError, match="at least one"):
        act(cast.actor("sven"), choose_labels, ["purple"])
    act(cast.actor("sven"), choose_labels, [Label.AMBER])

    used = [act(cast.actor(name), lambda actor: labels_of(actor.tenant_id)) for name in ("bob", "carol")]
    assert used == [[Label.AMBER], list(Label.values)]
    with pytest.raises(DomainError, match="does not use TLP:GREEN"):
        act(cast.actor("alice"), submit_practice, practice)
    with acting_as(SYSTEM):
        assert LabelPolicy.objects.visible_to(cast.actor("carol")).count() == 0


def test_an_affiliate_reads_what_is_amber_until_it_is_struck_off(cast: Cast) -> None:
    fjord = make_organisation("fjord")
    practice = shared(cast, Label.AMBER)
    with pytest.raises(Forbidden):
        act(cast.actor("alice"), register_affiliate, fjord)
    one = act(cast.actor("carol"), register_affiliate, fjord)
    assert act(cast.actor("carol"), register_affiliate, fjord).pk == one.pk
    reach = reach_of(practice, audience_of(practice))
    assert [(a.name, b.name) for a, b in reach.affiliates] == [("Fjord", "Beacon Search")]

    act(cast.actor("sven"), strike_off_affiliate, one)  # another organisation's: nothing happens
    with acting_as(SYSTEM):
        assert Affiliation.objects.count() == 1
    act(cast.actor("carol"), strike_off_affiliate, one)
    with acting_as(SYSTEM):
        assert Affiliation.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (OrganisationKind.MEMBER, OrganisationState.SUSPENDED),
        (OrganisationKind.SUPPORTER, OrganisationState.ACTIVE),
    ],
)
def test_an_affiliate_is_active_here(cast: Cast, kind: str, state: str) -> None:
    with pytest.raises(DomainError, match="not active here"):
        act(cast.actor("sven"), register_affiliate, make_organisation("elsewhere", kind, state))
    with pytest.raises(DomainError, match="own organisation"):
        act(cast.actor("sven"), register_affiliate, cast.aurora)


# --- Authors ---------------------------------------------------------------------------------


def authors(cast: Cast, practice: Practice, *names: str) -> list[str]:
    keys = [named(getattr(cast, one).pk, cast.actor(one).tenant_id) for one in names]
    act(cast.actor("alice"), set_authors, practice, keys)
    with acting_as(cast.actor("alice")):
        return [row.person.name for row in practice.authors.order_by("position")]


def test_colleagues_write_together_and_others_who_may_read_it(cast: Cast) -> None:
    practice = drafted(cast, Label.AMBER_STRICT)
    assert authors(cast, practice, "bob", "alice", "carol") == ["Bob", "Alice", "Carol"]
    with acting_as(cast.actor("carol")):
        assert Practice.objects.visible_to(cast.actor("carol")).exists()


def test_being_an_author_is_no_way_round_the_label(cast: Cast) -> None:
    practice = drafted(cast, Label.AMBER_STRICT)
    with pytest.raises(DomainError, match="Rita, Secretariat may not read"):
        authors(cast, practice, "alice", "rita")
    with pytest.raises(DomainError, match="your organisation"):
        authors(cast, practice, "carol")
    with acting_as(cast.actor("alice")):
        assert [row.person.name for row in practice.authors.all()] == ["Alice"]


def test_of_what_is_red_an_author_is_named_first_and_stays(cast: Cast) -> None:
    practice = drafted(cast)
    carol = named(cast.carol.pk, cast.beacon.pk)
    act(cast.actor("alice"), set_readers, practice, audience(Label.RED, [carol]))
    with pytest.raises(DomainError, match="Bob, Aurora Video may not read"):
        authors(cast, practice, "alice", "bob")
    with pytest.raises(DomainError, match="your organisation"):
        authors(cast, practice, "carol")
    assert authors(cast, practice, "alice", "carol") == ["Alice", "Carol"]


# --- Who gains, who loses --------------------------------------------------------------------


def changes(practice: Practice, new: Audience) -> tuple[list[str], list[str], list[str], list[str]]:
    before, after = reach_of(practice, audience_of(practice)), reach_of(practice, new)
    gains, losses = beyond(after, before), beyond(before, after)
    return (
        sorted(row.name for row, _apart in gains.organisations),
        sorted(one.name for one in gains.people),
        sorted(row.name for row, _apart in losses.organisations),
        sorted(one.name for one in losses.people),
    )


def test_a_change_names_exactly_who_begins_and_who_ceases_to_read(cast: Cast) -> None:
    practice = shared(cast, Label.AMBER)
    carol = named(cast.carol.pk, cast.beacon.pk)
    everybody = ["Beacon Search", "Secretariat"]

    assert changes(practice, audience(Label.GREEN)) == (["Secretariat"], [], [], [])
    assert changes(practice, audience(Label.AMBER_STRICT, [carol])) == ([], [], ["Beacon Search"], [])
    assert changes(practice, audience(Label.RED, [carol])) == ([], [], ["Aurora Video", "Beacon Search"], [])
    green = shared(cast)
    assert changes(green, audience(Label.AMBER, organisations=[cast.beacon.pk])) == (
        [],
        [],
        ["Secretariat"],
        [],
    )
    assert changes(green, audience(Label.RED, [carol])) == ([], [], ["Aurora Video", *everybody], [])


def test_people_are_found_by_name_and_organisation_while_they_are_here(cast: Cast) -> None:
    assert [str(one) for one in find_people("carol beacon")] == ["Carol, Beacon Search"]
    assert find_people("") == []
    cast.beacon.state = OrganisationState.SUSPENDED
    cast.beacon.save()
    assert find_people("carol") == []
