"""Who may change the readers of a practice, and whom they may name."""

import pytest

from alliance.enums import OrganisationState, Role
from alliance.models import Membership
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.journal import Event
from practices.access import person_token
from practices.audiences import Audience, audience
from practices.enums import Label
from practices.models import LabelPolicy, Practice
from practices.services.audiences import set_readers
from tests.factories import Cast, make_organisation, make_person
from tests.factories.practices import call_as, make_draft, make_shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]


def give(cast: Cast, name: str, practice: Practice, new: Audience) -> Practice:
    updated: Practice = call_as(cast.actor(name), set_readers, practice, new)
    return updated


def test_an_editor_takes_readers_away_and_only_a_signatory_brings_some_in(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    narrower = audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk])
    give(cast, "alice", practice, narrower)
    with pytest.raises(Forbidden):
        give(cast, "alice", practice, audience(Label.AMBER, organisations=[cast.beacon.pk]))
    give(cast, "sven", practice, audience(Label.AMBER, organisations=[cast.beacon.pk]))

    events = Event.objects.filter(kind__in=("practice.narrow", "practice.widen")).order_by("pk")
    assert list(events.values_list("kind", flat=True)) == ["practice.narrow", "practice.widen"]


@pytest.mark.parametrize("name", ["carol", "mona", "bob"])
def test_nobody_but_the_source_changes_readers(cast: Cast, name: str) -> None:
    practice = make_shared(cast, Label.AMBER)
    with pytest.raises((Forbidden, Practice.DoesNotExist)):
        give(cast, name, practice, audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk]))


def test_what_no_moderator_has_read_does_not_become_open(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    with pytest.raises(DomainError, match="secretariat must read it first"):
        give(cast, "sven", practice, audience(Label.GREEN))


def test_red_is_its_authors_to_give(cast: Cast) -> None:
    practice = make_draft(cast)
    reader = audience(Label.RED, [person_token(cast.carol.pk, cast.beacon.pk)])
    with pytest.raises(Forbidden, match="authors"):
        give(cast, "sven", practice, reader)

    assert give(cast, "alice", practice, reader).label == Label.RED


def test_a_label_that_the_organisation_does_not_use_is_refused(cast: Cast) -> None:
    practice = make_draft(cast)
    with acting_as(SYSTEM):
        LabelPolicy.objects.create(organisation=cast.aurora, labels=[Label.GREEN, Label.CLEAR])
    with pytest.raises(DomainError, match="does not use TLP:AMBER"):
        give(cast, "alice", practice, audience(Label.AMBER, organisations=[cast.beacon.pk]))


def test_readers_are_those_who_could_read(cast: Cast) -> None:
    practice, asleep = make_draft(cast), make_organisation("asleep", state=OrganisationState.SUSPENDED)
    gone = make_person("Gone", cast.beacon, Role.READER)
    Membership.objects.filter(person=gone).update(ended_at="2026-01-01T00:00Z")
    for readers, sentence in (
        (audience(Label.AMBER), "Name at least one reader"),
        (
            audience(Label.AMBER, organisations=[cast.beacon.pk, asleep.pk]),
            "Asleep: not active on the portal",
        ),
        (
            audience(Label.RED, [person_token(gone.pk, cast.beacon.pk)]),
            "no longer belongs to the organisation",
        ),
        (audience(Label.RED, groups=[404]), "working groups is closed"),
    ):
        with pytest.raises(DomainError, match=sentence):
            give(cast, "alice", practice, readers)
    with acting_as(SYSTEM):
        practice.refresh_from_db()
    assert practice.label == Label.GREEN
