"""The request board and what one follows, as pages."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alliance.models import Person
from portal.kernel.access import SYSTEM, acting_as
from practices.access import person_token
from practices.audiences import audience
from practices.enums import Label, RequestState
from practices.models import Follow, Offer, Post, Request
from practices.queries.requests import open_requests, requests
from practices.services.following import follow
from practices.services.requests import RequestDraft, close_request, edit_request, make_offer
from tests.factories import Cast
from tests.factories.discussion import (
    REQUEST_DRAFT,
    make_request,
    make_request_with_label,
    set_label_directly,
)
from tests.factories.practices import CONTENT, call_as, make_draft, make_shared
from tests.factories.relations import ReaderRelations
from tests.support.forms import FormClient, forms_in
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


def get(person: Person, route: str, *args: Any, query: str = "") -> str:
    client = Client()
    client.force_login(person)
    response = client.get(reverse(route, args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_sentence_is_asked_offered_and_answered(cast: Cast) -> None:
    alice, carol = FormClient(cast.alice), FormClient(cast.carol)
    alice.open(reverse("workspace:request-ask"))
    page = alice.send(
        {"title": "hear how old somebody is?", "service_kinds": "game", "text": "We **try**."}, field="title"
    )
    assert "hear how old somebody is?</h1>" in page
    assert "<strong>try</strong>" in page
    with acting_as(SYSTEM):
        request = Request.objects.get()
    assert (request.title, request.service_kinds, request.label) == (
        "hear how old somebody is",
        ["game"],
        Label.GREEN,
    )

    page = carol.open(reverse("workspace:offer-make", args=[request.key]))
    assert ("Address of a practice" in page, "or its address" in page) == (
        True,
        False,
    )  # she sees none to offer
    carol.send({"text": "We have one."}, field="text")
    alice.open(reverse("workspace:request", args=[request.key]))
    page = alice.send(action=reverse("workspace:request-answer", args=[request.key]))
    assert "data-accepted" in page
    with acting_as(SYSTEM):
        assert Request.objects.get().state == RequestState.ANSWERED


def test_what_was_begun_before_a_request_was_widened_is_not_sent_to_its_new_readers(cast: Cast) -> None:
    """A message and an offer on pages that were open: the first sending is refused, the second is taken."""
    readers = audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk])
    request, carol = make_request(cast.actor("alice"), readers), FormClient(cast.carol)
    urls = [reverse(f"workspace:{name}", args=[request.key]) for name in ("request-discussion", "offer-make")]
    forms = {url: (carol.open(url), carol.form(field="text"))[1] for url in urls}
    call_as(
        cast.actor("alice"), edit_request, request, REQUEST_DRAFT,
        replace(readers, organisations=frozenset({cast.beacon.pk, cast.secretariat.pk})), version=1,
    )  # fmt: skip

    for url, form in forms.items():
        answer = carol.client.post(url, form.filled({"text": "For Aurora alone"}))
        assert answer.status_code == 422
        refusal = "the readers of the request have changed: its label is TLP:AMBER+STRICT now"
        assert refusal in words_of(answer)
        with acting_as(SYSTEM):
            assert not Post.objects.exists()
            assert not Offer.objects.exists()
        (forms[url],) = [each for each in forms_in(answer.content) if "text" in each.names]
    for url, form in forms.items():
        assert form.values["text"] == ["For Aurora alone"]
        assert carol.client.post(url, form.values).status_code == 302


def test_a_request_and_an_offer_posted_twice_are_there_once(cast: Cast) -> None:
    alice, carol = FormClient(cast.alice), FormClient(cast.carol)
    alice.open(reverse("workspace:request-ask"))
    twice(alice, {"title": "hear how old somebody is"}, "title")
    with acting_as(SYSTEM):
        request = Request.objects.get()
    carol.open(reverse("workspace:offer-make", args=[request.key]))
    twice(carol, {"text": "We have one."}, "text")

    with acting_as(SYSTEM):
        assert Offer.objects.count() == 1


def twice(client: FormClient, entries: dict[str, str], having: str) -> None:
    form = client.form(field=having)
    for _again in range(2):
        assert client.client.post(client.url, form.filled(entries)).status_code == 302


def test_readers_are_looked_for_and_named_without_a_script(cast: Cast) -> None:
    alice = FormClient(cast.alice)
    alice.open(reverse("workspace:request-ask"))
    form = alice.form(field="title")
    typed = {"title": "hear how old somebody is", "label": "red", "words": "Carol", "find": "1"}
    page = alice.client.post(alice.url, form.filled(typed)).content.decode()
    key = person_token(cast.carol.pk, cast.beacon.pk)
    assert f'value="{key}"' in page
    assert 'value="hear how old somebody is"' in page
    assert 'name="words" value="Carol"' in page
    typed = {"title": "hear how old somebody is", "label": "red", "people": key}
    response = alice.client.post(alice.url, {**form.values, **typed})

    assert response.status_code == 302
    with acting_as(SYSTEM):
        request = Request.objects.get()
    assert (request.label, request.reader_people) == (Label.RED, [key])


@pytest.fixture
def in_conflict(cast: Cast) -> tuple[FormClient, dict[str, list[str]]]:
    """Alice has the form open with words of hers; Sven has saved his meanwhile. Both changed the title."""
    request = make_request(cast.actor("alice"), draft=replace(REQUEST_DRAFT, text="By voice. In calls."))
    alice, sven = FormClient(cast.alice), FormClient(cast.sven)
    for client in (alice, sven):
        client.open(reverse("workspace:request-edit", args=[request.key]))
    mine = alice.form(field="title").filled(
        {"title": "mine", "text": "By voice. In long calls.", "harms": ""}
    )
    sven.send({"title": "theirs", "text": "By their voice. In calls."}, field="title")
    return alice, mine


def stored_request() -> Request:
    with acting_as(SYSTEM):
        return Request.objects.get()


def test_two_at_once_are_both_shown_and_one_chooses(
    in_conflict: tuple[FormClient, dict[str, list[str]]],
) -> None:
    alice, mine = in_conflict
    response = alice.client.post(alice.url, mine)
    conflict = response.context["conflict"]
    assert (response.status_code, conflict["who"]) == (409, "Sven")
    assert [pair in conflict[side] for side, pair in (("stored", ": theirs"), ("sent", ": mine"))] == [
        True,
        True,
    ]

    after = {**mine, "version": "2", "conflict": "request", "started_from": "1"}
    assert alice.client.post(alice.url, after).status_code == 409  # saving alone settles nothing
    looked_for = alice.client.post(alice.url, {**after, "find": "1", "words": "Carol"})
    assert looked_for.context["form"]["version"].value() == "1"  # nor does looking for people
    assert alice.client.post(alice.url, {**after, "resolve": "sent"}).status_code == 302
    assert stored_request().title == "mine"


def test_two_requests_are_merged_from_the_version_that_both_began_with(
    in_conflict: tuple[FormClient, dict[str, list[str]]],
) -> None:
    alice, mine = in_conflict
    both = {**mine, "version": "2", "conflict": "request", "started_from": "1", "resolve": "join"}
    response = alice.client.post(alice.url, both)
    form = response.context["form"]

    assert form["text"].value() == "By their voice. In long calls."
    assert (form["title"].value(), form["harms"].value(), form["version"].value()) == ("mine", "", 2)
    assert [(each.theirs, each.mine) for each in response.context["overlaps"]] == [("theirs", "mine")]
    assert (response.status_code, stored_request().title) == (409, "theirs")  # a person reads it first


def test_a_merge_never_reaches_more_readers_than_a_colleague_has_chosen(
    cast: Cast, in_conflict: tuple[FormClient, dict[str, list[str]]]
) -> None:
    alice, mine = in_conflict
    set_label_directly(stored_request(), Label.AMBER, reader_organisations=[cast.beacon.pk])
    page = alice.client.post(alice.url, mine)
    assert "TLP: TLP:AMBER" in page.context["conflict"]["stored"]

    merged = alice.client.post(
        alice.url, {**mine, "conflict": "request", "started_from": "1", "resolve": "join"}
    )
    assert merged.context["form"]["label"].value() == Label.AMBER


def test_a_merge_names_the_readers_that_its_writer_had_chosen(
    cast: Cast, in_conflict: tuple[FormClient, dict[str, list[str]]]
) -> None:
    alice, mine = in_conflict
    both = {**mine, "conflict": "request", "started_from": "1", "resolve": "join"}
    key = person_token(cast.carol.pk, cast.beacon.pk)

    narrowed = alice.client.post(alice.url, {**both, "label": "red", "people": key})
    form = narrowed.context["form"]
    assert (form["label"].value(), form["people"].value()) == (Label.GREEN, [])
    assert f'value="{key}"' in narrowed.text  # to be ticked again
    assert narrowed.context["sent_readers"].startswith("TLP:RED: Carol")
    assert "You had chosen TLP:RED: Carol" in words_of(narrowed)

    assert alice.client.post(alice.url, both).context["sent_readers"] == ""


def history_of(person: Person, request: Request, data: dict[str, Any] | None = None) -> Any:
    client, url = Client(), reverse("workspace:request-history", args=[request.key])
    client.force_login(person)
    return client.post(url, data) if data else client.get(url)


def test_a_request_goes_back_to_an_earlier_version(
    cast: Cast, in_conflict: tuple[FormClient, dict[str, list[str]]]
) -> None:
    changes = history_of(cast.alice, stored_request()).context["changes"]
    assert [(each.writer.name, len(each.changes)) for each in changes] == [("Sven", 2), ("Alice", 4)]

    for version, title in ((1, "theirs"), (2, REQUEST_DRAFT.title)):  # the first one has been overtaken
        history_of(cast.alice, stored_request(), {"number": changes[-1].number, "version": version})
        assert stored_request().title == title
    assert stored_request().harms == REQUEST_DRAFT.harms


def test_with_red_go_the_earlier_versions_of_a_request(cast: Cast) -> None:
    red = audience(Label.RED, [person_token(cast.carol.pk, cast.beacon.pk)])
    request = make_request(cast.actor("alice"), red)
    assert history_of(cast.sven, request).status_code == 404
    call_as(cast.actor("alice"), edit_request, request, REQUEST_DRAFT, audience(Label.GREEN), version=1)

    assert [each.writer.name for each in history_of(cast.sven, request).context["changes"]] == ["Alice"]


def test_an_offered_practice_is_named_to_those_alone_who_may_see_it(cast: Cast) -> None:
    hidden = make_draft(cast, Label.AMBER_STRICT, title="Canary title")
    request = make_request(cast.actor("carol"))
    call_as(cast.actor("alice"), make_offer, request, "Plain words.", practice=hidden)

    pages = {
        name: get(getattr(cast, name), "workspace:request", request.key) for name in ("alice", "bob", "carol")
    }
    assert {name: "Canary title" in page for name, page in pages.items()} == {
        "alice": True, "bob": True, "carol": False,
    }  # fmt: skip
    assert all("Plain words." in page for page in pages.values())
    bare = request_with_words_alone(cast)
    assert offer_in(pages["carol"]) == offer_in(get(cast.carol, "workspace:request", bare.key))


def request_with_words_alone(cast: Cast) -> Request:
    request = make_request(cast.actor("carol"))
    call_as(cast.actor("alice"), make_offer, request, "Plain words.")
    return request


def offer_in(page: str) -> list[str]:
    """The lines of the offer, without its own keys and its time."""
    offer = page.split('id="offer-')[1].split("</li>")[0]
    own = ("token", "<time", "/requests/")
    return [line for line in offer.splitlines()[1:] if not any(part in line for part in own)]


def test_only_what_one_sees_can_be_offered_and_its_address_reveals_nothing(cast: Cast) -> None:
    hidden, request = make_draft(cast, Label.AMBER_STRICT), make_request(cast.actor("alice"))
    client = Client()
    client.force_login(cast.carol)
    url = reverse("workspace:offer-make", args=[request.key])
    pages = []
    for key in (hidden.key, "00000000-0000-4000-8000-000000000000"):
        response = client.post(url, {"text": "See.", "address": f"https://portal.example/practices/{key}/"})
        assert response.status_code == 422
        pages.append("There is no such practice." in response.content.decode())

    assert pages == [True, True]


def test_the_list_narrows_by_state_harm_and_service(cast: Cast) -> None:
    first = make_request(cast.actor("alice"))
    make_request(cast.actor("carol"), draft=RequestDraft(title="sort reports", service_kinds=["forum"]))
    closed = make_request(cast.actor("carol"), draft=RequestDraft(title="count words"))
    call_as(cast.actor("carol"), close_request, closed)

    carol = cast.actor("carol")
    with acting_as(carol):
        titles = {
            name: [row.title for row in requests(carol, **query)]
            for name, query in (
                ("open", {"tab": "open"}),
                ("closed", {"tab": "closed"}),
                ("mine", {"tab": "mine"}),
                ("harm", {"harm": "grooming"}),
                ("service", {"service": "forum"}),
            )
        }
    assert titles == {
        "open": ["sort reports", REQUEST_DRAFT.title],
        "closed": ["count words"],
        "mine": ["count words", "sort reports"],
        "harm": [first.title],
        "service": ["sort reports"],
    }


def test_the_newest_open_ones_come_with_how_many_want_to_know(cast: Cast) -> None:
    request = make_request(cast.actor("alice"))
    for name in ("carol", "mona"):
        call_as(cast.actor(name), follow, request)
    for number in range(6):
        make_request(cast.actor("carol"), draft=RequestDraft(title=f"number {number}"))
    mona = cast.actor("mona")
    with acting_as(mona):
        assert [row.request.title for row in open_requests(mona)] == [f"number {n}" for n in (5, 4, 3, 2, 1)]
        assert open_requests(mona, 7)[-1].follower_count == 2


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_a_request_is_on_nobodys_board_whom_it_does_not_name(label: str, relations: ReaderRelations) -> None:
    make_request_with_label(relations, label)
    mei = Person.objects.get(pk=relations.actors["other"].person_id)
    for query in ("?show=open", "?show=mine", "?harm=grooming"):
        assert "Canary" not in get(mei, "workspace:request-list", query=query)


# --- Following -------------------------------------------------------------------------------


def test_one_follows_and_stops_by_button_and_twice_is_once(cast: Cast) -> None:
    request, carol = make_request(cast.actor("alice")), FormClient(cast.carol)
    page = reverse("workspace:request", args=[request.key])
    for route, follows in (("follow", True), ("unfollow", False)):
        carol.open(page)
        action = reverse(f"workspace:request-{route}", args=[request.key])
        form = carol.form(action)
        for _again in range(2):
            carol.client.post(action, form.values)
        with acting_as(SYSTEM):
            assert Follow.objects.filter(person=cast.carol).count() == follows


def test_the_list_of_what_one_follows_forgets_what_one_may_not_see(cast: Cast) -> None:
    practice = make_shared(cast)
    call_as(cast.actor("carol"), follow, practice)
    assert CONTENT["title"] in get(cast.carol, "workspace:practice-following")
    set_label_directly(practice, Label.RED)
    page = get(cast.carol, "workspace:practice-following")

    assert CONTENT["title"] not in page
    assert str(practice.key) not in page


def test_a_closed_request_is_reopened_by_button(cast: Cast) -> None:
    request, alice = make_request(cast.actor("alice")), FormClient(cast.alice)
    assert "label-band" in alice.open(reverse("workspace:request-close", args=[request.key]))
    alice.send()
    alice.open(reverse("workspace:request", args=[request.key]))
    alice.send(action=reverse("workspace:request-reopen", args=[request.key]))
    with acting_as(SYSTEM):
        assert Request.objects.get().state == RequestState.OPEN


def test_readers_of_a_request_stay_narrow_on_its_form(cast: Cast) -> None:
    few = audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk])
    request = make_request(cast.actor("alice"), few)
    alice = FormClient(cast.alice)
    alice.open(reverse("workspace:request-edit", args=[request.key]))
    alice.send({"title": "hear how old somebody is"}, field="title")
    with acting_as(SYSTEM):
        edited = Request.objects.get()

    assert (edited.label, edited.reader_organisations) == (Label.AMBER_STRICT, [cast.beacon.pk])
