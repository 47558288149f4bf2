"""A member's pages of its accession and its pledges."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.enums import AccessionState, PledgeState
from alliance.models import Accession, Charter, Measure, Pledge
from alliance.services.pledges import (
    PledgeDraft,
    TargetDraft,
    draft_accession,
    draft_pledge,
    publish_accession,
    publish_pledge,
    return_pledge,
    revise_pledge,
    sign_accession,
    sign_pledge,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.pages import queries_of, signed_in, words_of

pytestmark = pytest.mark.django_db

ROWS = {
    "target-TOTAL_FORMS": "2",
    "target-INITIAL_FORMS": "0",
    "target-MIN_NUM_FORMS": "0",
    "target-MAX_NUM_FORMS": "20",
}
FORM = {"text": "We will find more.", "language": "en", "version": "0", **ROWS}


@pytest.fixture
def alice(cast: Cast, charter: Charter) -> Client:
    return signed_in(cast.alice)


@pytest.fixture
def sven(cast: Cast, charter: Charter) -> Client:
    return signed_in(cast.sven)


def acceded(cast: Cast) -> None:
    charter = Charter.objects.get()
    accession = draft_accession(cast.actor("sven"), cast.aurora, charter)
    publish_accession(cast.actor("mona"), sign_accession(cast.actor("sven"), accession))


def drafted(cast: Cast, text: str = "We will find more.") -> Pledge:
    draft = PledgeDraft(text=text, language="en", commitment_key="find")
    with acting_as(SYSTEM):
        return draft_pledge(cast.actor("alice"), cast.aurora, draft)


def published(cast: Cast) -> Pledge:
    acceded(cast)
    with acting_as(SYSTEM):
        return publish_pledge(cast.actor("mona"), sign_pledge(cast.actor("sven"), drafted(cast)))


# --- Accession -----------------------------------------------------------------------------------


def test_the_charter_is_read_and_signed(cast: Cast, sven: Client) -> None:
    page = words_of(sven.get("/workspace/charters/test-charter/1/"))
    confirmation = sven.get("/workspace/charters/test-charter/1/sign/")
    statement = confirmation.context["page"].title
    sven.post("/workspace/charters/test-charter/1/sign/")

    accession = Accession.objects.get()
    assert "1 Find" in page
    assert statement == "Aurora Video accedes to “Test charter”, version 1, and undertakes to comply with it."
    assert "and undertakes to comply with it;" in words_of(confirmation)  # the text under it says the same
    assert (accession.state, accession.signatory_name) == (AccessionState.SIGNED, "Sven")


def test_home_names_the_charter_to_sign_until_it_is_signed(alice: Client, sven: Client) -> None:
    assert "Charter to sign" in words_of(sven.get("/workspace/"))
    assert "Charter to sign" not in words_of(alice.get("/workspace/"))

    sven.post("/workspace/charters/test-charter/1/sign/")

    assert "Charter to sign" not in words_of(sven.get("/workspace/"))
    again = words_of(sven.get("/workspace/charters/test-charter/1/sign/"))
    assert "Your organisation has already acceded to this charter." in again
    assert "undertakes to comply with it" not in again


def test_an_editor_reads_the_charter_and_does_not_sign(alice: Client) -> None:
    assert alice.get("/workspace/charters/test-charter/1/").context["may_sign"] is False
    assert alice.post("/workspace/charters/test-charter/1/sign/").status_code == 403


# --- Drafting ------------------------------------------------------------------------------------


def test_the_list_offers_commitments_without_a_pledge(cast: Cast, alice: Client) -> None:
    drafted(cast)

    page = alice.get("/workspace/pledges/")

    assert [row.commitment.key for row in page.context["current_pledges"]] == ["find"]
    assert [row.key for row in page.context["open_commitments"]] == ["answer"]


def test_the_list_follows_the_charter_and_ends_beyond_it(cast: Cast, alice: Client) -> None:
    own = PledgeDraft(text="We teach.", language="en", title="A school")
    for draft in (own, PledgeDraft(text="We answer.", language="en", commitment_key="answer")):
        with acting_as(SYSTEM):
            draft_pledge(cast.actor("alice"), cast.aurora, draft)
    drafted(cast)

    in_hand = alice.get("/workspace/pledges/").context["current_pledges"]

    assert [row.commitment_key or row.title for row in in_hand] == ["find", "answer", "A school"]


def test_a_pledge_is_drafted_with_services_and_targets(cast: Cast, alice: Client) -> None:
    service = cast.aurora.ownerships.first().service
    target = {"target-0-text": "Half of it", "target-0-due_on": "2027-01-01",
              "target-0-indicator_key": "content-actioned", "target-0-value": "1,234.5"}  # fmt: skip

    response = alice.post(
        "/workspace/pledges/new/?commitment=find", {**FORM, **target, "services": [service.pk]}
    )

    pledge = Pledge.objects.get()
    assert response.url == f"/workspace/pledges/{pledge.pk}/"
    assert [(row.text, str(row.value)) for row in pledge.targets.all()] == [("Half of it", "1234.500000")]
    assert list(pledge.services.all()) == [service]


def test_a_pledge_beyond_the_charter_needs_a_title(alice: Client) -> None:
    refused = alice.post("/workspace/pledges/new/", FORM)
    alice.post("/workspace/pledges/new/", {**FORM, "title": "Summer school"})

    assert refused.context["form"].errors == {"title": ["This field is required."]}
    assert Pledge.objects.get().title == "Summer school"


def test_nothing_is_asked_for_that_there_is_not_to_choose(cast: Cast, alice: Client) -> None:
    cast.aurora.ownerships.all().delete()

    page = alice.get("/workspace/pledges/new/")
    saved = alice.post("/workspace/pledges/new/", {**FORM, "title": "A school", "target-0-text": "Open it"})

    assert "services" not in page.context["form"].fields
    assert list(page.context["targets"][0].fields) == ["text", "due_on"]
    assert saved.status_code == 302
    assert Pledge.objects.get().targets.get().text == "Open it"


def test_opt_in_measures_can_be_taken_on(alice: Client) -> None:
    Measure.objects.filter(key="speed").update(core=False)

    alice.post("/workspace/pledges/new/?commitment=find", {**FORM, "measure_keys": ["speed"]})

    assert Pledge.objects.get().measure_keys == ["speed"]


@pytest.mark.parametrize("value", ["about half", "1,23,4"])
def test_a_target_that_is_no_number_is_refused_at_its_place(alice: Client, value: str) -> None:
    target = {"target-0-text": "Half", "target-0-indicator_key": "content-actioned", "target-0-value": value}

    response = alice.post("/workspace/pledges/new/?commitment=find", {**FORM, **target})

    assert response.status_code == 422
    assert list(response.context["targets"][0].errors) == ["value"]
    assert Pledge.objects.count() == 0


def test_a_number_that_russian_reads_in_two_ways_is_refused_and_shown_again(
    cast: Cast, alice: Client
) -> None:
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(language="ru")
    target = {
        "target-0-text": "Half",
        "target-0-indicator_key": "content-actioned",
        "target-0-value": "1,234",
    }

    response = signed_in(cast.alice).post("/workspace/pledges/new/?commitment=find", {**FORM, **target})

    row = response.context["targets"][0]
    assert response.status_code == 422
    assert (list(row.errors), row["value"].value()) == (["value"], "1,234")


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("ru", "1.234", "1,2340"),
        ("ru", "1234567.5", "1 234 567,5"),
        ("en", "1234567.5", "1,234,567.5"),
    ],
)
def test_a_number_is_shown_so_that_saving_reads_the_same(
    cast: Cast, charter: Charter, language: str, value: str, expected: str
) -> None:
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(language=language)
    target = TargetDraft("Half", None, "content-actioned", Decimal(value))
    draft = PledgeDraft(text="Words", language="en", commitment_key="find", targets=[target])
    with acting_as(SYSTEM):
        pledge = draft_pledge(cast.actor("alice"), cast.aurora, draft)
    alice, url = signed_in(cast.alice), f"/workspace/pledges/{pledge.pk}/edit/"

    row = alice.get(url).context["targets"][0]
    typed = {f"target-0-{name}": row[name].value() or "" for name in ("text", "indicator_key", "value")}
    saved = alice.post(url, {**FORM, **typed, "version": "1"})

    assert (row["value"].value(), saved.status_code) == (expected, 302)
    assert pledge.targets.get().value == Decimal(value)


def test_a_commitment_that_there_is_not_is_not_found(alice: Client) -> None:
    assert alice.get("/workspace/pledges/new/?commitment=unheard-of").status_code == 404


def test_changing_begins_with_what_stands(cast: Cast, alice: Client) -> None:
    pledge = drafted(cast)

    form = alice.get(f"/workspace/pledges/{pledge.pk}/edit/").context["form"]
    alice.post(f"/workspace/pledges/{pledge.pk}/edit/", {**FORM, "text": "More still.", "version": "1"})

    assert (form["text"].value(), form["version"].value()) == ("We will find more.", 1)
    assert Pledge.objects.get().text == "More still."


def changed(client: Client, pledge: Pledge, text: str, **others: str) -> Any:
    url = f"/workspace/pledges/{pledge.pk}/edit/"
    return client.post(url, {**FORM, "text": text, "version": "1", **others})


def test_two_editors_at_once_see_both_texts(cast: Cast, alice: Client, sven: Client) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")

    response = changed(alice, pledge, "Alice’s words")

    page = words_of(response)
    assert response.status_code == 409
    assert ("Sven’s words" in page, "Alice’s words" in page) == (True, True)
    assert Pledge.objects.get().text == "Sven’s words"


def test_after_a_conflict_ones_own_text_can_replace_the_stored_one(
    cast: Cast, alice: Client, sven: Client
) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")

    changed(alice, pledge, "Alice’s words", version="2", resolve="sent")

    assert Pledge.objects.get().text == "Alice’s words"


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
    sven.post(url)

    assert page.context["page"].items[0] == "text: “We will find more.”"
    assert Pledge.objects.get().state == PledgeState.SIGNED


def test_signing_before_the_charter_is_refused_in_words(cast: Cast, sven: Client) -> None:
    response = sven.post(f"/workspace/pledges/{drafted(cast).pk}/sign/")

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


@pytest.mark.parametrize("action", ["", "edit/", "discard/", "sign/", "revise/", "withdraw/"])
def test_another_members_pledge_does_not_exist(cast: Cast, charter: Charter, action: str) -> None:
    pledge = published(cast)
    carol = signed_in(cast.carol)

    assert carol.get(f"/workspace/pledges/{pledge.pk}/{action}").status_code == 404
    assert carol.post(f"/workspace/pledges/{pledge.pk}/{action}", FORM).status_code in (404, 405)


def test_a_reader_reads_a_draft_and_changes_nothing(cast: Cast, charter: Charter) -> None:
    pledge = drafted(cast)
    bob = signed_in(cast.bob)

    assert bob.get(f"/workspace/pledges/{pledge.pk}/").status_code == 200
    assert bob.post(f"/workspace/pledges/{pledge.pk}/edit/", FORM).status_code == 403


def test_row_security_keeps_a_draft_for_its_organisation(cast: Cast, charter: Charter) -> None:
    drafted(cast)
    seen = {}
    for name in ("alice", "bob", "carol", "mona"):
        with acting_as(cast.actor(name)):
            seen[name] = Pledge.objects.count()

    assert seen == {"alice": 1, "bob": 1, "carol": 0, "mona": 0}


def test_the_list_takes_as_many_queries_for_more_pledges(cast: Cast, alice: Client) -> None:
    drafted(cast)
    few = queries_of(alice, "/workspace/pledges/")
    for number in range(40):
        draft = PledgeDraft(text=f"Words {number}", language="en", title=f"Own {number}")
        draft_pledge(cast.actor("alice"), cast.aurora, draft)

    assert queries_of(alice, "/workspace/pledges/") == few
