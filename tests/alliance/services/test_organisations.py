"""Organisations: added as applicants, published when they come, rest and go; names and services."""

from datetime import date

import pytest
from django.core.mail import EmailMessage

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import FormerName, Organisation, Ownership
from alliance.queries.actors import actor_for
from alliance.services import organisations
from alliance.services.ownership import add_service
from portal.kernel.access import ANYONE
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from tests.factories import Cast
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
NAMES = {"en": "Delta Games", "ru": "Дельта Игры"}


def add(cast: Cast, by: str = "mona", kind: str = "member", **more: str) -> Organisation:
    return organisations.add_organisation(cast.actor(by), kind=kind, names=NAMES, **more)


def test_an_added_organisation_is_an_applicant_and_not_public(cast: Cast) -> None:
    added = add(cast)
    assert (added.slug, added.state, added.name_ru) == (
        "delta-games",
        OrganisationState.APPLICANT,
        "Дельта Игры",
    )
    assert not Publication.objects.exists()


def test_only_a_manager_adds(cast: Cast) -> None:
    for name in ("sven", "rita"):
        with pytest.raises(Forbidden):
            add(cast, by=name)


@pytest.mark.parametrize(
    ("slug", "field"), [("aurora-video", "slug"), ("Дельта", "slug"), ("a" * 61, "slug")]
)
def test_an_address_is_free_and_made_of_letters(cast: Cast, slug: str, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        add(cast, slug=slug)
    assert refusal.value.field == field


def test_there_is_one_secretariat(cast: Cast) -> None:
    with pytest.raises(DomainError):
        add(cast, kind=OrganisationKind.SECRETARIAT)


def test_admitting_publishes(cast: Cast) -> None:
    admitted = organisations.admit_organisation(cast.actor("mona"), add(cast))
    publication = Publication.objects.get()
    assert (admitted.state, publication.type, publication.record) == ("active", "organisation", "delta-games")
    assert publication.title["en"] == "Delta Games takes part"


def test_a_suspended_organisation_loses_access_at_once(cast: Cast) -> None:
    organisations.suspend_organisation(cast.actor("mona"), cast.aurora, "It stopped answering.")
    assert actor_for(cast.alice.pk, cast.aurora.pk) == ANYONE
    with pytest.raises(DomainError, match="invisible character"):
        organisations.reinstate_organisation(cast.actor("mona"), cast.aurora, "Paid\u202e")
    organisations.reinstate_organisation(cast.actor("mona"), cast.aurora)
    assert actor_for(cast.alice.pk, cast.aurora.pk).roles == {"editor"}
    assert [row.title["en"] for row in Publication.objects.order_by("number")] == [
        "Aurora Video is suspended",
        "Aurora Video takes part",
    ]


@pytest.mark.parametrize("action", ["suspend", "withdraw", "expel"])
def test_leaving_needs_a_reason(cast: Cast, action: str) -> None:
    with pytest.raises(DomainError) as refusal:
        getattr(organisations, f"{action}_organisation")(cast.actor("mona"), cast.aurora, "  ")
    assert refusal.value.field == "reason"
    assert not Publication.objects.exists()


@pytest.mark.parametrize("action", ["withdraw", "expel"])
def test_a_former_member_does_not_come_back_by_a_step(cast: Cast, action: str) -> None:
    left = getattr(organisations, f"{action}_organisation")(cast.actor("mona"), cast.aurora, "A reason.")
    assert (left.state, left.state_reason) == (OrganisationState.FORMER, "A reason.")
    assert Publication.objects.get().title["en"] == "Aurora Video no longer takes part"
    with pytest.raises(WrongState):
        organisations.reinstate_organisation(cast.actor("mona"), left)


@pytest.mark.parametrize(
    ("action", "subject"),
    [
        ("suspend", "Aurora Video is suspended"),
        ("withdraw", "Aurora Video no longer takes part"),
        ("expel", "Aurora Video no longer takes part"),
    ],
)
def test_people_whose_access_ends_get_a_letter_with_the_reason(
    cast: Cast, mailoutbox: list[EmailMessage], action: str, subject: str
) -> None:
    getattr(organisations, f"{action}_organisation")(cast.actor("mona"), cast.aurora, "It stopped answering.")
    run_all_jobs()

    assert actor_for(cast.alice.pk, cast.aurora.pk) == ANYONE
    letters = {each.to[0]: each for each in mailoutbox if subject in each.subject}
    assert letters.keys() == {cast.alice.email, cast.sven.email}
    assert all("It stopped answering." in str(each.body) for each in letters.values())


def test_no_letter_goes_to_people_who_have_access_again(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    organisations.suspend_organisation(cast.actor("mona"), cast.aurora, "It stopped answering.")
    organisations.reinstate_organisation(cast.actor("mona"), cast.aurora)
    run_all_jobs()

    assert not [each for each in mailoutbox if "is suspended" in each.subject]


def test_the_secretariat_cannot_be_suspended(cast: Cast) -> None:
    with pytest.raises(DomainError):
        organisations.suspend_organisation(cast.actor("mona"), cast.secretariat, "A reason.")


def test_a_new_name_keeps_the_earlier_one_with_its_last_day(cast: Cast) -> None:
    organisations.rename_organisation(cast.actor("mona"), cast.aurora, {"en": "Aurora", "ru": "Аврора"})
    cast.aurora.refresh_from_db()
    former = FormerName.objects.get()
    assert (cast.aurora.name_en, cast.aurora.slug) == ("Aurora", "aurora-video")
    assert (former.name_en, former.name_ru) == ("Aurora Video", "Aurora Video (ру)")


def test_the_same_name_is_no_new_name(cast: Cast) -> None:
    names = {"en": cast.aurora.name_en, "ru": cast.aurora.name_ru}
    organisations.rename_organisation(cast.actor("mona"), cast.aurora, names)
    assert not FormerName.objects.exists()
    assert not Event.objects.exists()


def test_an_organisation_says_what_it_does_and_wants_four_eyes(cast: Cast) -> None:
    sectors = {"en": "Video  hosting", "ru": "Видеохостинг"}
    described = organisations.describe_organisation(
        cast.actor("sven"), cast.aurora, sectors=sectors, website="https://aurora.example/", four_eyes=True
    )
    assert (described.sector_en, described.website, described.four_eyes) == (
        "Video hosting",
        "https://aurora.example/",
        True,
    )
    with pytest.raises(Forbidden):
        organisations.describe_organisation(
            cast.actor("carol"), cast.aurora, sectors={}, website="", four_eyes=False
        )


def test_a_service_is_owned_from_a_day_on(cast: Cast) -> None:
    names = {"en": "Aurora Music", "ru": "Аврора Музыка"}
    service = add_service(cast.actor("alice"), cast.aurora, names=names, starts_on=date(2026, 1, 1))
    owned = Ownership.objects.get(service=service)
    assert (service.slug, owned.organisation, owned.starts_on, owned.ends_on) == (
        "aurora-music",
        cast.aurora,
        date(2026, 1, 1),
        None,
    )


def test_services_of_others_and_addresses_that_are_taken_are_refused(cast: Cast) -> None:
    names = {"en": "Aurora Kids", "ru": "Аврора Дети"}
    with pytest.raises(Forbidden):
        add_service(cast.actor("carol"), cast.aurora, names=names, starts_on=date(2026, 1, 1))
    with pytest.raises(DomainError) as refusal:
        add_service(cast.actor("alice"), cast.aurora, names=names, starts_on=date(2026, 1, 1))
    assert refusal.value.field == "slug"
