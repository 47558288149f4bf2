"""A member's pages of its pledges: the list, the form, and who reads a pledge."""

from decimal import Decimal

import pytest
from django.test import Client

from alliance.models import Charter, Measure, Pledge
from alliance.services.pledges import PledgeDraft, TargetDraft, draft_pledge
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.pages import queries_of, signed_in, words_of
from tests.support.pledge_pages import FORM, changed, drafted, published

pytestmark = pytest.mark.django_db


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
              "target-0-indicator_key": "found-proactively", "target-0-value": "1,234.5"}  # fmt: skip

    response = alice.post(
        "/workspace/pledges/new/?commitment=find", {**FORM, **target, "services": [service.pk]}
    )

    pledge = Pledge.objects.get()
    assert response.url == f"/workspace/pledges/{pledge.pk}/"
    assert [(row.text, row.value) for row in pledge.targets.all()] == [("Half of it", Decimal("1234.5"))]
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


def test_a_figure_that_cannot_decide_is_not_offered_and_refused_with_the_way_on(alice: Client) -> None:
    url = "/workspace/pledges/new/?commitment=find"
    offered = alice.get(url).context["targets"][0].fields["indicator_key"].choices
    target = {"target-0-text": "Half", "target-0-indicator_key": "content-actioned", "target-0-value": "5"}

    refused = alice.post(url, {**FORM, **target})

    assert [key for key, _name in offered] == ["", "found-proactively", "time-to-removal"]
    assert "leave indicator and value empty: then the secretariat decides" in words_of(refused)
    assert "content-actioned" in dict(refused.context["targets"][0].fields["indicator_key"].choices)
    assert Pledge.objects.count() == 0


@pytest.mark.parametrize("value", ["about half", "1,23,4"])
def test_a_target_that_is_no_number_is_refused_at_its_place(alice: Client, value: str) -> None:
    target = {"target-0-text": "Half", "target-0-indicator_key": "found-proactively", "target-0-value": value}

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
        "target-0-indicator_key": "found-proactively",
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
    target = TargetDraft("Half", None, "found-proactively", Decimal(value))
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


def test_two_editors_at_once_see_both_texts(cast: Cast, alice: Client, sven: Client) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")

    response = changed(alice, pledge, "Alice’s words")

    page = words_of(response)
    assert response.status_code == 409
    assert ("Sven’s words" in page, "Alice’s words" in page) == (True, True)
    assert Pledge.objects.get().text == "Sven’s words"


def test_enter_in_a_field_decides_no_conflict(cast: Cast, alice: Client, sven: Client) -> None:
    """A browser takes the first button of the form, which must not keep one of the two texts."""
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")

    page = changed(alice, pledge, "Alice’s words").content.decode()

    form = page[page.index('id="pledge-form"') :]
    first = form[form.index('<button type="submit"') :]
    assert "name=" not in first[: first.index(">")]


def test_after_a_conflict_ones_own_text_can_replace_the_stored_one(
    cast: Cast, alice: Client, sven: Client
) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")

    changed(alice, pledge, "Alice’s words", version="2", resolve="sent")

    assert Pledge.objects.get().text == "Alice’s words"


def test_a_fault_settles_no_conflict(cast: Cast, alice: Client, sven: Client) -> None:
    pledge = drafted(cast)
    changed(sven, pledge, "Sven’s words")
    shown = {"version": "2", "started_from": "1", "conflict": "pledge"}

    wrong = changed(alice, pledge, "Alice’s words", **shown, language="xx")

    assert wrong.status_code == 422
    version = str(wrong.context["form"]["version"].value())
    assert changed(alice, pledge, "Alice’s words", version=version).status_code == 409
    assert Pledge.objects.get().text == "Sven’s words"


# --- Who reads it -------------------------------------------------------------------------------


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
