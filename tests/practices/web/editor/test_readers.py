"""Choosing who reads a practice, and the page before a change that says who gains or loses access."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import OrganisationState
from portal.kernel.access import SYSTEM, acting_as
from practices.access import person_token
from practices.enums import Label
from practices.models import LabelPolicy, Practice
from practices.services.access_log import log_access
from practices.services.groups import bring_in_member, close_group, make_group
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_shared
from tests.support.pages import outlast_confirmation, signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def address(practice: Practice) -> str:
    return reverse("workspace:practice-readers", args=[practice.key])


def fresh(practice: Practice) -> Practice:
    with acting_as(SYSTEM):
        return Practice.objects.get(pk=practice.pk)


def carol(cast: Cast) -> str:
    return person_token(cast.carol.pk, cast.beacon.pk)


def test_a_draft_gets_its_readers_at_once(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    posted = {"label": "red", "people": [carol(cast)], "organisations": [str(cast.beacon.pk)]}
    assert alice.post(address(practice), posted)["Location"] == reverse(
        "workspace:practice-check", args=[practice.key]
    )
    now = fresh(practice)

    assert (now.label, now.reader_people, now.reader_organisations) == (Label.RED, [carol(cast)], [])


@pytest.mark.parametrize(
    ("label", "sentence"),
    [(Label.RED, "Only its authors see it."), (Label.AMBER, "Only your organisation sees it until")],
)
def test_the_page_of_a_draft_says_who_sees_it_now(
    cast: Cast, alice: Client, label: Label, sentence: str
) -> None:
    assert sentence in words_of(alice.get(address(make_draft(cast, label))))


def test_people_are_found_by_name_and_what_was_ticked_stays_ticked(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    sven = person_token(cast.sven.pk, cast.aurora.pk)
    page = alice.post(address(practice), {"label": "red", "people": [sven], "words": "carol", "find": "1"})
    content = page.content.decode()

    assert (page.status_code, fresh(practice).label) == (200, Label.GREEN)
    assert "1 person found" in words_of(page)
    assert content.count("checked") == 2  # Sven and the label
    assert f'value="{carol(cast)}"' in content


def test_a_label_that_the_organisation_does_not_use_is_shown_and_cannot_be_chosen(
    cast: Cast, alice: Client
) -> None:
    practice = make_draft(cast)
    with acting_as(SYSTEM):
        LabelPolicy.objects.create(organisation=cast.aurora, labels=[Label.GREEN])
    page = alice.get(address(practice))
    assert page.content.decode().count(" disabled") == 4
    assert "an administrator can change that" in words_of(page)
    assert "does not use TLP:CLEAR" in words_of(alice.post(address(practice), {"label": "clear"}))


def test_a_person_who_cannot_be_a_reader_is_refused_in_a_sentence(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    group = call_as(cast.actor("alice"), make_group, name="Search", purpose="")
    page = alice.get(address(practice))
    assert "Search" in words_of(page)
    call_as(cast.actor("alice"), close_group, group)
    gone = {"label": "amber", "groups": [str(group.key)]}
    assert alice.post(address(practice), gone).status_code == 422

    cast.beacon.state = OrganisationState.SUSPENDED
    cast.beacon.save()
    for posted in (
        {"organisations": [str(cast.beacon.pk)]},
        {"people": [carol(cast)]},
        {"people": ["1.2; DROP"]},
    ):
        answer = alice.post(address(practice), {"label": "amber", **posted})
        assert (answer.status_code, fresh(practice).label) == (422, Label.GREEN), posted
    assert "Beacon Search" not in words_of(alice.get(address(practice)))


def test_a_group_that_one_is_not_in_is_not_offered(cast: Cast, alice: Client) -> None:
    group = call_as(cast.actor("carol"), make_group, name="Secret of others", purpose="")
    practice = make_draft(cast)
    assert "Secret of others" not in words_of(alice.get(address(practice)))
    assert alice.post(address(practice), {"label": "amber", "groups": [str(group.key)]}).status_code == 422


# --- After sharing ---------------------------------------------------------------------------


def before(answer: Any) -> dict[str, Any]:
    """What the page before the change sends."""
    context = answer.context
    hidden: dict[str, Any] = {
        "label": context["new_label"].value,
        "before": context["before"],
        "confirmed": "1",
    }
    for name, value in context["hidden"]:
        hidden.setdefault(name, []).append(value)
    return hidden


def test_before_a_change_the_page_names_who_loses_access_and_who_has_seen_it(
    cast: Cast, alice: Client
) -> None:
    practice = make_shared(cast)
    call_as(cast.actor("carol"), log_access, practice, "page")
    page = alice.post(address(practice), {"label": "amber_strict", "people": [carol(cast)]})
    words = words_of(page)

    assert (page.status_code, fresh(practice).label) == (200, Label.GREEN)
    assert re.findall(r'<strong class="tlp"[^>]*>([^<]+)', page.text) == ["TLP:GREEN"]
    assert "New readers No one" in words
    assert "Removed readers all 2 other organisations of the community: everybody at Beacon Search" in words
    assert "everybody at Beacon Search, except: Carol everybody at Secretariat" in words
    assert "1 person has opened it already and may have copied it: Carol, Beacon Search" in words

    assert alice.post(address(practice), before(page)).status_code == 302
    assert (fresh(practice).label, fresh(practice).reader_people) == (Label.AMBER_STRICT, [carol(cast)])


def test_only_a_signatory_widens_and_sees_who_begins_to_read(cast: Cast, alice: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    host = cast.secretariat.pk
    wider = {"label": "amber", "organisations": [str(cast.beacon.pk), str(host)]}
    assert "Only a signatory of your organisation" in words_of(alice.post(address(practice), wider))

    sven = signed_in(cast.sven)
    page = sven.post(address(practice), wider)
    assert "New readers everybody at Secretariat" in words_of(page)
    assert "what has been read, copied or saved cannot be taken back" in words_of(page)
    swapped = words_of(sven.post(address(practice), {"label": "amber", "organisations": [str(host)]}))
    letter = "whoever opened or uses it and can no longer read it is notified"
    assert (letter in words_of(page), letter in swapped) == (False, True)
    assert sven.post(address(practice), before(page)).status_code == 302
    assert fresh(practice).reader_organisations == sorted([cast.beacon.pk, host])


def test_widening_the_readers_requires_reauthentication_and_narrowing_does_not(
    cast: Cast,
) -> None:
    practice = make_shared(cast, Label.AMBER)
    wider = {"label": "amber", "organisations": [str(cast.beacon.pk), str(cast.secretariat.pk)]}
    sven = signed_in(cast.sven)
    sent = before(sven.post(address(practice), wider))
    outlast_confirmation(sven)

    for posted in (wider, sent):
        answer = sven.post(address(practice), posted)
        assert (answer.status_code, 'name="confirm_password"' in answer.content.decode()) == (403, True)
    assert fresh(practice).reader_organisations == [cast.beacon.pk]
    narrower = {"label": "amber_strict", "people": [carol(cast)]}
    assert sven.post(address(practice), narrower).status_code == 200


def test_proposing_a_practice_for_everybody_requires_reauthentication(cast: Cast) -> None:
    url = reverse("workspace:practice-propose-update", args=[make_shared(cast).key])
    sven = signed_in(cast.sven)
    outlast_confirmation(sven)
    assert sven.get(url, {"label": "clear"})["Location"].startswith("/accounts/again/password/?next=")


def test_nobody_but_the_source_comes_to_this_page(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    for name, status in (("carol", 403), ("bob", 403)):
        client = signed_in(getattr(cast, name))
        assert client.get(address(practice)).status_code == status
        assert client.post(address(practice), {"label": "clear", "confirmed": "1"}).status_code == status
    assert fresh(practice).label == Label.AMBER


def test_what_no_moderator_has_read_is_proposed_and_not_widened(cast: Cast, alice: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    sven = signed_in(cast.sven)
    answer = sven.post(address(practice), {"label": "green"})
    assert answer["Location"] == reverse("workspace:practice-open", args=[practice.key])
    refused = alice.post(address(practice), {"label": "green"})
    assert (refused.status_code, "Only a signatory" in words_of(refused)) == (422, True)
    everybody = sven.post(address(practice), {"label": "clear"})
    assert (everybody.status_code, "must read it first" in words_of(everybody)) == (422, True)
    assert fresh(practice).label == Label.AMBER


def test_from_green_to_clear_leads_to_a_proposal(cast: Cast) -> None:
    practice = make_shared(cast)
    answer = signed_in(cast.sven).post(address(practice), {"label": "clear"})
    url = reverse("workspace:practice-propose-update", args=[practice.key])
    assert answer["Location"] == f"{url}?label=clear"
    page = signed_in(cast.sven).get(answer["Location"])
    assert "everybody in the world can read it" in words_of(page)
    assert signed_in(cast.alice).get(answer["Location"]).status_code == 403


def test_what_leaves_clear_says_why_to_everybody(cast: Cast, alice: Client) -> None:
    practice = make_shared(cast, Label.CLEAR)
    page = alice.post(address(practice), {"label": "green"})
    assert "Reason (published)" in words_of(page)
    refused = alice.post(address(practice), before(page))
    assert (refused.status_code, fresh(practice).label) == (422, Label.CLEAR)
    assert (
        alice.post(address(practice), {**before(page), "reason": "It gives too much away."}).status_code
        == 302
    )
    assert fresh(practice).label == Label.GREEN


def test_a_colleagues_change_in_between_is_shown_before_anything_is_done(cast: Cast, alice: Client) -> None:
    practice = make_shared(cast)
    page = alice.post(address(practice), {"label": "amber_strict", "people": [carol(cast)]})
    other = alice.post(address(practice), {"label": "amber", "organisations": [str(cast.beacon.pk)]})
    alice.post(address(practice), before(other))
    again = alice.post(address(practice), before(page))

    assert (again.status_code, fresh(practice).label) == (422, Label.AMBER)
    assert "This is what would change now." in words_of(again)


def test_a_group_is_named_with_those_who_are_in_it(cast: Cast, alice: Client) -> None:
    group = call_as(cast.actor("alice"), make_group, name="Grooming", purpose="")
    call_as(cast.actor("alice"), bring_in_member, group, carol(cast))
    practice = make_shared(cast)
    words = words_of(alice.post(address(practice), {"label": "red", "groups": [str(group.key)]}))
    assert "the working group “Grooming”, now: Alice, Aurora Video; Carol, Beacon Search. People who" in words
    assert "will read it too; its leaders decide who joins: Alice, Aurora Video" in words
    chosen = words_of(alice.get(address(practice)))
    assert "Grooming, led by Alice, Aurora Video" in chosen
    assert "People who join a group later will read it too." in chosen
    assert "your colleagues who are neither authors nor named" in words
