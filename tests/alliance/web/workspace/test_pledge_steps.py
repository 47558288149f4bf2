"""The pages before a step of a pledge: a draft is discarded, a pledge signed, revised, withdrawn."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import PledgeState
from alliance.models import Pledge
from alliance.services.pledges import return_pledge, revise_pledge, sign_pledge
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.pages import words_of
from tests.support.pledge_pages import acceded, changed, drafted, published

pytestmark = pytest.mark.django_db


# --- Discarding ----------------------------------------------------------------------------------


def discarded(client: Client, pledge: Pledge, version: int = 1) -> Any:
    return client.post(f"/workspace/pledges/{pledge.pk}/discard/", {"version": str(version)})


def test_a_draft_is_discarded_after_a_page_that_says_what_is_lost(cast: Cast, alice: Client) -> None:
    pledge = drafted(cast)

    page = words_of(alice.get(f"/workspace/pledges/{pledge.pk}/discard/"))
    response = discarded(alice, pledge)

    assert "text: “We will find more.”" in page
    assert response.url == "/workspace/pledges/"
    assert [row.key for row in alice.get("/workspace/pledges/").context["open_commitments"]] == [
        "find",
        "answer",
    ]
    event = Event.objects.get(kind="pledge.discard")
    assert (event.target_id, event.person_id) == (pledge.pk, cast.alice.pk)


def test_discarding_a_revision_leads_back_to_what_is_public(cast: Cast, alice: Client) -> None:
    public = published(cast)
    with acting_as(SYSTEM):
        revision = revise_pledge(cast.actor("alice"), public)

    response = discarded(alice, revision)

    assert response.url == f"/workspace/pledges/{public.pk}/"
    assert list(Pledge.objects.values_list("revision", "state")) == [(1, PledgeState.PUBLISHED)]


def test_a_draft_that_somebody_changed_since_is_not_discarded_unread(
    cast: Cast, alice: Client, sven: Client
) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")

    response = discarded(alice, pledge)

    assert response.status_code == 422
    assert Pledge.objects.get().text == "Sven’s words"


def test_discarding_is_offered_for_a_draft_that_was_never_signed(cast: Cast, alice: Client) -> None:
    acceded(cast)
    pledge = drafted(cast)
    url = f"/workspace/pledges/{pledge.pk}/"
    before = alice.get(url).content.decode()
    with acting_as(SYSTEM):
        return_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), pledge), "Name a date.")

    assert f'href="{url}discard/"' in before
    assert f'href="{url}discard/"' not in alice.get(url).content.decode()


# --- Signing, revising, withdrawing --------------------------------------------------------------


def test_signing_shows_what_is_signed(cast: Cast, sven: Client) -> None:
    acceded(cast)
    url = f"/workspace/pledges/{drafted(cast).pk}/sign/"

    page = sven.get(url)
    sven.post(url, {"version": "1"})

    assert page.context["page"].items[0] == "text: “We will find more.”"
    assert Pledge.objects.get().state == PledgeState.SIGNED


def test_a_pledge_that_was_changed_since_is_not_signed_unread(
    cast: Cast, alice: Client, sven: Client
) -> None:
    acceded(cast)
    pledge = drafted(cast)
    url = f"/workspace/pledges/{pledge.pk}/sign/"
    seen = sven.get(url).context["form"]["version"].value()
    changed(alice, pledge, "Alice’s words")

    stale = sven.post(url, {"version": seen})
    states = [Pledge.objects.get().state]
    sven.post(url, {"version": stale.context["form"]["version"].value()})

    assert stale.status_code == 422
    assert "This was saved elsewhere while you were editing it." in words_of(stale)
    assert stale.context["page"].items[0] == "text: “Alice’s words”"
    assert [*states, Pledge.objects.get().state] == [PledgeState.DRAFT, PledgeState.SIGNED]


def test_signing_before_the_charter_is_refused_in_words(cast: Cast, sven: Client) -> None:
    response = sven.post(f"/workspace/pledges/{drafted(cast).pk}/sign/", {"version": "1"})

    assert response.status_code == 422
    assert "Your organisation has not signed this charter yet: sign it first." in words_of(response)


def test_revising_begins_a_draft(cast: Cast, alice: Client) -> None:
    pledge = published(cast)

    alice.post(f"/workspace/pledges/{pledge.pk}/revise/")

    assert Pledge.objects.get(revision=2).state == PledgeState.DRAFT


def test_withdrawing_asks_for_the_reason_that_everyone_reads(cast: Cast, sven: Client) -> None:
    pledge = published(cast)
    url = f"/workspace/pledges/{pledge.pk}/withdraw/"

    refused = sven.post(url, {"reason": ""})
    sven.post(url, {"reason": "The service closed."})

    assert refused.status_code == 422
    assert Pledge.objects.get().ended_reason == "The service closed."


@pytest.mark.parametrize("action", ["sign", "withdraw"])
def test_an_editor_neither_signs_nor_withdraws(cast: Cast, alice: Client, action: str) -> None:
    pledge = published(cast)

    assert alice.post(f"/workspace/pledges/{pledge.pk}/{action}/", {"reason": "No."}).status_code == 403
