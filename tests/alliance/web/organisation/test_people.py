"""Pages about people, in the workspace and the secretariat area: who sees them, who may act, what the steps do."""

import re
from typing import Any

import pytest
from django.core import mail as sent
from django.test import Client
from django.utils import translation

from alliance.enums import Role
from alliance.models import Invitation, Membership
from alliance.notify.notice_groups import SECURITY_GROUP
from alliance.services.invitations import invite_person
from alliance.services.notifications import record_address_fault, save_notice_paces
from alliance.services.people import end_membership
from portal.kernel.access import acting_as
from portal.kernel.mail import AddressFault, address_fingerprint
from portal.kernel.notices import ALL_GROUPS, Pace, groups_for
from tests.factories import Cast, make_person
from tests.support.jobs import run_all_jobs
from tests.support.pages import queries_of, signed_in, words_of

pytestmark = pytest.mark.django_db
PEOPLE = "/workspace/people/"
DORA = {"name": "Dora", "email": "dora@aurora.example", "language": "en", "roles": ["editor"], "office": ""}


@pytest.fixture
def sven(cast: Cast, client: Client) -> Client:
    """The administrator's browser."""
    client.force_login(cast.sven)
    return client


def of(person: Any) -> Membership:
    return Membership.objects.get(person=person, ended_at=None)


def invitation(cast: Cast) -> Invitation:
    return invite_person(
        cast.actor("sven"), cast.aurora, email="dora@aurora.example", name="Dora", roles=["editor"]
    )


def test_colleagues_invitations_and_services_stand_on_one_page(cast: Cast, sven: Client) -> None:
    invitation(cast)
    page = sven.get(PEOPLE)
    assert [membership.person.name for membership in page.context["colleagues"]] == ["Alice", "Bob", "Sven"]
    assert [row.name for row in page.context["invitations"]] == ["Dora"]
    assert [row.service.slug for row in page.context["ownerships"]] == ["aurora-kids", "aurora-live"]


def test_a_reader_sees_the_page_without_its_buttons(cast: Cast, client: Client) -> None:
    client.force_login(cast.bob)
    page = client.get(PEOPLE)
    assert page.status_code == 200
    assert "/workspace/people/invite/" not in page.content.decode()


def test_an_invitation_is_sent_from_the_page(cast: Cast, sven: Client) -> None:
    response = sven.post("/workspace/people/invite/", DORA)
    assert response["Location"] == PEOPLE
    run_all_jobs()
    assert sent.outbox[0].to == ["dora@aurora.example"]


def test_another_spelling_of_a_member_s_address_invites_nobody(cast: Cast, sven: Client) -> None:
    spelling = cast.bob.email.upper().replace("@", "＠") + "."
    page = sven.post("/workspace/people/invite/", DORA | {"email": spelling})
    assert page.context["form"].errors == {"email": ["This person already belongs to the organisation."]}


@pytest.mark.parametrize("act", ["end", "grant", "freeze", "retry-mail"])
def test_an_ended_membership_is_named_to_a_late_administrator(cast: Cast, sven: Client, act: str) -> None:
    membership = of(cast.bob)
    with acting_as(cast.actor("mona")) as mona:
        end_membership(mona, membership)
    url = f"{PEOPLE}{membership.pk}/{act}/"
    posted = sven.post(url, follow=True)
    opened = posted if act == "retry-mail" else sven.get(url, headers={"referer": url}, follow=True)
    for answer in (posted, opened):
        assert answer.redirect_chain == [(PEOPLE, 302)]
        sentence = "The membership of Bob has ended already. Membership ended: the secretariat, "
        assert sentence in words_of(answer)


def test_a_form_posted_twice_invites_once(cast: Cast, sven: Client) -> None:
    key = {"once": "6f1d5f5e-8d1f-4c0e-9b52-0c6b9f0f8d11"}
    answers = [sven.post("/workspace/people/invite/", DORA | key) for _post in range(2)]
    assert [answer["Location"] for answer in answers] == [PEOPLE, PEOPLE]
    assert Invitation.objects.count() == 1


def test_a_refusal_stands_at_its_field(cast: Cast, sven: Client) -> None:
    page = sven.post("/workspace/people/invite/", DORA | {"email": cast.bob.email})
    assert list(page.context["form"].errors) == ["email"]
    page = sven.post("/workspace/people/invite/", DORA | {"roles": ["manager"]})
    assert list(page.context["form"].errors) == ["roles"]


def test_grants_are_changed_on_the_page(cast: Cast, sven: Client) -> None:
    url = f"/workspace/people/{of(cast.bob).pk}/grant/"
    assert sven.get(url).context["form"].initial["roles"] == ["reader"]
    assert sven.post(url, {"roles": ["editor"], "office": "Lead"})["Location"] == PEOPLE
    assert (of(cast.bob).roles, of(cast.bob).office) == (["editor"], "Lead")


def test_ending_shows_what_will_happen_and_then_does_it(cast: Cast, sven: Client) -> None:
    url = f"/workspace/people/{of(cast.bob).pk}/end/"
    assert sven.get(url).context["blocked"] == ""
    assert Membership.objects.current().filter(person=cast.bob).exists()
    assert sven.post(url)["Location"] == PEOPLE
    assert not Membership.objects.current().filter(person=cast.bob).exists()


def test_the_page_says_beforehand_that_the_last_signatory_stays(cast: Cast, sven: Client) -> None:
    page = sven.get(f"/workspace/people/{of(cast.sven).pk}/end/")
    assert page.context["blocked"].startswith("This is the last signatory and administrator of Aurora Video")


def test_a_session_that_is_open_ends_with_the_membership(cast: Cast, sven: Client) -> None:
    bob = Client()
    bob.force_login(cast.bob)
    assert bob.get(PEOPLE).status_code == 200
    sven.post(f"/workspace/people/{of(cast.bob).pk}/end/")
    assert bob.get(PEOPLE).status_code == 404


def test_invitations_are_sent_again_and_revoked(cast: Cast, sven: Client) -> None:
    invited = invitation(cast)
    sven.post(f"/workspace/invitations/{invited.pk}/resend/")
    run_all_jobs()
    assert len(sent.outbox) == 1  # the first was replaced before it was sent
    sven.get(f"/workspace/invitations/{invited.pk}/revoke/")
    invited.refresh_from_db()
    assert invited.state == "open"
    sven.post(f"/workspace/invitations/{invited.pk}/revoke/")
    invited.refresh_from_db()
    assert invited.state == "revoked"


@pytest.mark.parametrize(
    "act", ["people/{membership}/grant/", "people/{membership}/end/", "invitations/{invited}/revoke/"]
)
def test_what_one_may_see_but_not_do_is_forbidden(cast: Cast, client: Client, act: str) -> None:
    url = "/workspace/" + act.format(membership=of(cast.bob).pk, invited=invitation(cast).pk)
    client.force_login(cast.alice)
    assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)


@pytest.mark.parametrize(
    "act", ["people/{membership}/grant/", "people/{membership}/end/", "invitations/{invited}/revoke/"]
)
def test_a_rivals_people_are_not_found_with_the_same_bytes(cast: Cast, client: Client, act: str) -> None:
    invited = invitation(cast)
    client.force_login(cast.carol)
    foreign = client.get("/workspace/" + act.format(membership=of(cast.bob).pk, invited=invited.pk))
    missing = client.get("/workspace/" + act.format(membership=987654, invited=987654))
    assert (foreign.status_code, foreign.content) == (404, missing.content)


def test_the_organisation_says_what_it_does(cast: Cast, sven: Client) -> None:
    facts = {"sector_en": "Video", "sector_ru": "Видео", "website": "aurora.example", "four_eyes": "on"}
    assert sven.post("/workspace/organisation/change/", facts)["Location"] == PEOPLE
    cast.aurora.refresh_from_db()
    assert (cast.aurora.website, cast.aurora.four_eyes) == ("https://aurora.example", True)


def test_a_service_is_added(cast: Cast, sven: Client) -> None:
    facts = {"name_en": "Aurora Music", "name_ru": "Аврора Музыка", "starts_on": "2026-01-01"}
    assert sven.post("/workspace/services/add/", facts)["Location"] == PEOPLE
    response = sven.post("/workspace/services/add/", facts)
    assert list(response.context["form"].errors) == ["slug"]


def test_as_many_queries_for_many_colleagues(cast: Cast, sven: Client) -> None:
    few = queries_of(sven, PEOPLE)
    for number in range(30):
        make_person(f"Person{number}", cast.aurora, Role.READER)

    assert queries_of(sven, PEOPLE) == few <= 21


# --- Who gets which e-mails ------------------------------------------------------------------

RECIPIENTS = "/workspace/people/notifications/"


def test_administrators_see_what_colleagues_have_turned_off(cast: Cast, sven: Client) -> None:
    save_notice_paces(cast.alice, {"deadlines": Pace.OFF, "review": Pace.DAILY})

    assert "Turned off e-mails: Deadlines</span>" in " ".join(sven.get(PEOPLE).text.split())
    assert "Turned off e-mails" not in signed_in(cast.bob).get(PEOPLE).text


def test_the_table_warns_of_what_nobody_receives(cast: Cast, sven: Client) -> None:
    save_notice_paces(cast.alice, {ALL_GROUPS: Pace.WEEKLY, "deadlines": Pace.OFF})
    rows = {row.group.key: row for row in sven.get(RECIPIENTS).context["rows"]}
    by_pace = {pace: [each.person.name for each in people] for pace, people in rows["review"].by_pace}
    assert by_pace == {Pace.AT_ONCE: ["Sven"], Pace.WEEKLY: ["Alice"]}  # Bob only reads
    assert [each.person.name for each in rows["deadlines"].off] == ["Alice"]

    record_address_fault(cast.sven.pk, address_fingerprint(cast.sven.email), AddressFault("5.1.1", True))
    page = sven.get(RECIPIENTS)
    # letters of the secretariat go to Sven alone, who signs and administers
    assert [row.group.key for row in page.context["empty"]] == ["deadlines", "letters"]
    assert "Nobody receives this" in page.text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_table_of_notices_uses_no_second_person(language: str) -> None:
    """Its rows are about colleagues, or read by the secretariat."""
    with translation.override(language):
        texts = [
            str(text)
            for group in [*groups_for((True, False)), SECURITY_GROUP]
            for text in (group.name, group.about, group.always, group.remains)
        ]
    assert [text for text in texts if re.search(r"\b(?:you|your|вы|вас|вам|вами|ваш\w*)\b", text, re.I)] == []


def test_a_right_that_nobody_can_act_on_stands_above_the_people(cast: Cast, sven: Client) -> None:
    sentence = "Nobody is left with a right that the organisation needs"
    assert sentence not in sven.get(PEOPLE).text
    record_address_fault(cast.sven.pk, address_fingerprint(cast.sven.email), AddressFault("5.1.1", True))
    assert sentence in sven.get(PEOPLE).text
    assert sentence in signed_in(cast.mona).get(f"/secretariat/members/{cast.aurora.pk}/").text
