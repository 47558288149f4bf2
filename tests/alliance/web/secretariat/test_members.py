"""The secretariat's pages of organisations."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import OrganisationKind, OrganisationState
from alliance.models import FormerName, Membership, Organisation
from alliance.services.invitations import invite_person
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_organisation
from tests.support.pages import queries_of, words_of

pytestmark = pytest.mark.django_db
LIST = "/secretariat/members/"
DELTA = {"kind": "member", "name_en": "Delta Games", "name_ru": "Дельта Игры", "slug": "", "website": ""}


@pytest.fixture
def mona(cast: Cast, client: Client) -> Client:
    """The manager's browser."""
    client.force_login(cast.mona)
    return client


def slugs(page: Any) -> list[str]:
    return [organisation.slug for organisation in page.context["page"].object_list]


def test_the_list_is_narrowed_by_kind_state_and_name(cast: Cast, mona: Client) -> None:
    make_organisation("delta-games", OrganisationKind.PARTNER, OrganisationState.APPLICANT)
    FormerName.objects.create(organisation=cast.aurora, name_en="Dawn", name_ru="Заря", until="2024-01-01")
    assert slugs(mona.get(LIST)) == ["aurora-video", "beacon-search", "delta-games", "secretariat"]
    assert slugs(mona.get(LIST, {"kind": "member"})) == ["aurora-video", "beacon-search"]
    assert slugs(mona.get(LIST, {"state": "applicant"})) == ["delta-games"]
    assert slugs(mona.get(LIST, {"words": "заря"})) == ["aurora-video"]
    assert slugs(mona.get(LIST, {"words": "nobody"})) == []
    assert slugs(mona.get(LIST, {"kind": "no such kind"})) != []


def test_a_wrong_value_of_one_filter_drops_no_other(cast: Cast, mona: Client) -> None:
    make_organisation("delta-games", OrganisationKind.PARTNER, OrganisationState.APPLICANT)

    assert slugs(mona.get(LIST, {"kind": "member", "sort": "no such order"})) == [
        "aurora-video",
        "beacon-search",
    ]
    assert slugs(mona.get(LIST, {"kind": "no such kind", "words": "delta", "sort": "-name"})) == [
        "delta-games"
    ]
    assert slugs(mona.get(LIST, {"words": "x" * 101, "state": "applicant"})) == ["delta-games"]


def test_as_many_queries_for_a_long_list(cast: Cast, mona: Client) -> None:
    few = queries_of(mona, LIST)
    for number in range(45):
        make_organisation(f"organisation-{number}")

    assert queries_of(mona, LIST) == few <= 20


def test_of_a_body_without_people_the_page_says_whether_somebody_is_on_the_way(
    cast: Cast, mona: Client
) -> None:
    delta = make_organisation("delta-games", OrganisationKind.MEMBER, OrganisationState.ACTIVE)
    before = words_of(mona.get(f"{LIST}{delta.pk}/"))
    invite_person(cast.actor("mona"), delta, email="d@delta.example", name="D", roles=["administrator"])
    invited = words_of(mona.get(f"{LIST}{delta.pk}/"))
    delta.invitations.update(expires_at="2020-01-01T00:00Z")

    assert "No one yet. Invite an administrator first" in before
    assert "No one has joined yet: an invitation has been sent." in invited
    assert "the invitation has expired: send it again" in words_of(mona.get(f"{LIST}{delta.pk}/"))


def test_the_area_does_not_exist_for_members(cast: Cast, client: Client) -> None:
    client.force_login(cast.sven)
    for path in ("", f"{cast.aurora.pk}/", "add/", f"{cast.aurora.pk}/step/suspend/"):
        assert client.get(LIST + path).status_code == 404


def test_a_reviewer_reads_and_changes_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.rita)
    page = client.get(f"{LIST}{cast.aurora.pk}/")
    assert page.status_code == 200
    assert page.context["steps"] == []
    for path in ("add/", f"{cast.aurora.pk}/rename/", f"{cast.aurora.pk}/step/suspend/"):
        assert (client.get(LIST + path).status_code, client.post(LIST + path).status_code) == (403, 403)


def test_an_organisation_is_added_admitted_and_its_first_person_invited(cast: Cast, mona: Client) -> None:
    leads = mona.post(LIST + "add/", DELTA)["Location"]
    delta = Organisation.objects.get(slug="delta-games")
    assert leads == f"{LIST}{delta.pk}/"

    mona.post(f"{leads}step/admit/")
    facts = {"name": "Dora", "email": "dora@delta.example", "language": "ru", "roles": ["administrator"]}
    assert mona.post(f"{leads}people/invite/", facts)["Location"] == leads

    delta.refresh_from_db()
    assert delta.state == OrganisationState.ACTIVE
    assert Publication.objects.get().record == "delta-games"
    assert [row.name for row in mona.get(leads).context["invitations"]] == ["Dora"]


def test_a_taken_address_is_said_at_its_field(cast: Cast, mona: Client) -> None:
    page = mona.post(LIST + "add/", DELTA | {"slug": "aurora-video"})
    assert list(page.context["form"].errors) == ["slug"]


def test_a_step_shows_what_becomes_public_before_it_does(cast: Cast, mona: Client) -> None:
    url = f"{LIST}{cast.aurora.pk}/step/suspend/"
    assert "published in the public record" in mona.get(url).content.decode()
    assert not Publication.objects.exists()
    assert list(mona.post(url, {"reason": ""}).context["form"].errors) == ["reason"]
    assert mona.post(url, {"reason": "It stopped answering."})["Location"] == f"{LIST}{cast.aurora.pk}/"
    cast.aurora.refresh_from_db()
    assert cast.aurora.state == OrganisationState.SUSPENDED


def test_a_step_that_does_not_start_here_says_so(cast: Cast, mona: Client) -> None:
    url = f"{LIST}{cast.aurora.pk}/step/reinstate/"
    page = mona.get(url)
    assert "This cannot be done now: the state is “Active”." in words_of(page)
    mona.post(url, {"reason": "A reason."})
    assert not Publication.objects.exists()
    assert mona.get(f"{LIST}{cast.aurora.pk}/step/conquer/").status_code == 404


def test_a_rename_keeps_the_address(cast: Cast, mona: Client) -> None:
    url = f"{LIST}{cast.aurora.pk}/"
    assert mona.post(f"{url}rename/", {"name_en": "Aurora", "name_ru": "Аврора"})["Location"] == url
    page = mona.get(url)
    assert [row.name for row in page.context["former_names"]] == ["Aurora Video"]


def test_the_secretariat_has_its_own_page_of_staff(cast: Cast, mona: Client) -> None:
    page = mona.get(f"{LIST}{cast.secretariat.pk}/")
    assert [membership.person.name for membership in page.context["colleagues"]] == ["Mona", "Rita"]
    assert page.context["steps"] == []


def test_the_secretariat_appoints_a_successor(cast: Cast, mona: Client) -> None:
    membership = Membership.objects.get(person=cast.alice)
    mona.post(
        f"/secretariat/people/{membership.pk}/grant/",
        {"roles": ["editor", "signatory"], "office": "Deputy", "reason": "Sven has gone."},
    )
    membership.refresh_from_db()
    assert membership.roles == ["editor", "signatory"]
