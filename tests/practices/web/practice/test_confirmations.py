"""The life of a practice: submitted, moderated, shared, taken back, retired, recalled; files; groups; settings."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label, PracticeState
from practices.models import (
    AccessLog,
    Attachment,
    Draft,
    LabelPolicy,
    Practice,
    Version,
    WorkingGroup,
)
from practices.services.access_log import log_access
from practices.services.attachments import add_attachment
from practices.services.practices import edit_practice, submit_practice
from practices.services.updates import propose_update
from practices.web.practice.page import PracticePage
from practices.web.practice.steps import steps_for
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_draft, make_next_version, make_shared
from tests.support.pages import queries_of, signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


@pytest.fixture
def sven(cast: Cast) -> Client:
    return signed_in(cast.sven)


@pytest.fixture
def mona(cast: Cast) -> Client:
    return signed_in(cast.mona)


def at(name: str, practice: Practice, area: str = "workspace") -> str:
    return reverse(f"{area}:{name}", args=[practice.key])


def state(practice: Practice) -> str:
    with acting_as(SYSTEM):
        return str(Practice.objects.get(pk=practice.pk).state)


def buttons(cast: Cast, name: str, practice: Practice, area: str = "workspace") -> list[str]:
    actor = cast.actor(name)
    with acting_as(actor):
        visible_practice = Practice.objects.get(pk=practice.pk)
        return [
            step.label for step in steps_for(PracticePage(actor, visible_practice), area, in_sidebar=False)
        ]


def test_an_open_practice_goes_to_the_secretariat_and_through(
    cast: Cast, alice: Client, mona: Client
) -> None:
    practice = make_draft(cast, licence="CC BY 4.0")
    file = call_as(
        cast.actor("alice"), add_attachment, practice, SimpleUploadedFile("a.csv", b"a,b\n"), "Counts"
    )
    assert "all 3 organisations of the community" in words_of(alice.get(at("practice-submit", practice)))
    alice.post(at("practice-submit", practice))
    assert state(practice) == PracticeState.IN_MODERATION
    assert buttons(cast, "alice", practice) == ["Withdraw from moderation"]
    words = words_of(alice.get(at("practice", practice)))
    assert ("In moderation" in words, "A newer version is proposed" in words) == (True, False)
    assert buttons(cast, "mona", practice, "secretariat") == ["Share the practice", "Return"]

    assert "Slow the first message" in words_of(mona.get(reverse("secretariat:moderation-list")))
    page = mona.get(at("moderation", practice, "secretariat"))
    assert "A first message waits." in words_of(page)
    assert "no children’s data" in words_of(page)
    assert "Permitted use Use and adapt Licence CC BY 4.0" in words_of(page)
    url = reverse("secretariat:practice-file", args=[practice.key, file.key])
    assert (page.content.decode().count(url), "Counts a.csv, 4" in words_of(page)) == (1, True)
    # its file and its proposal have each made another of it
    mona.post(at("practice-share", practice, "secretariat"), {"version": "2"})
    assert state(practice) == PracticeState.IN_MODERATION
    mona.post(at("practice-share", practice, "secretariat"), {"version": "3"})
    assert state(practice) == PracticeState.SHARED
    assert mona.get(at("moderation", practice, "secretariat")).status_code == 404


def test_who_has_opened_it_is_named_in_the_language_of_the_page(cast: Cast, sven: Client) -> None:
    practice = make_shared(cast)
    call_as(cast.actor("carol"), log_access, practice, "page")
    cast.sven.language = "ru"
    cast.sven.save()
    with translation.override("ru"):
        name = cast.beacon.name

    assert name != "Beacon Search"
    assert f"Carol, {name}" in words_of(sven.get(at("practice-recall", practice)))


def test_it_comes_back_with_a_reason_on_its_page(cast: Cast, alice: Client, mona: Client) -> None:
    practice = make_draft(cast)
    alice.post(at("practice-submit", practice))
    assert mona.post(at("practice-return", practice, "secretariat"), {"reason": " "}).status_code == 422
    mona.post(at("practice-return", practice, "secretariat"), {"reason": "Say what it was tested on."})
    for url in (reverse("workspace:practice-ours"), at("practice-edit", practice)):
        assert "Say what it was tested on." in words_of(alice.get(url))


def test_only_managers_decide_and_others_of_the_secretariat_read(cast: Cast) -> None:
    practice = make_draft(cast)
    call_as(cast.actor("alice"), submit_practice, practice)
    rita = signed_in(cast.rita)
    page = rita.get(at("moderation", practice, "secretariat"))
    assert "Only managers of the secretariat decide" in words_of(page)
    assert rita.post(at("practice-share", practice, "secretariat"), {"version": "1"}).status_code == 403


def test_what_is_decided_or_taken_back_meanwhile_is_said(cast: Cast, alice: Client, mona: Client) -> None:
    practice = make_draft(cast)
    alice.post(at("practice-submit", practice))
    mona.post(at("practice-share", practice, "secretariat"), {"version": "2"})
    again = mona.post(at("practice-share", practice, "secretariat"), {"version": "2"})
    assert (again.status_code, "it was decided or withdrawn" in words_of(again)) == (422, True)


def test_the_next_version_is_read_with_its_note_and_only_as_it_was_read(
    cast: Cast, alice: Client, mona: Client
) -> None:
    practice = make_shared(cast)
    call_as(cast.actor("alice"), edit_practice, practice, {**CONTENT, "title": "Slow it twice"}, version=2)
    assert buttons(cast, "alice", practice) == ["Propose the next version", "Retire"]
    alice.post(at("practice-propose-update", practice), {"note": "Two pauses."})
    page = mona.get(at("moderation", practice, "secretariat"))
    assert all(words in words_of(page) for words in ("Two pauses.", "Slow it twice"))
    assert "next version" in words_of(mona.get(reverse("secretariat:moderation-list")))

    stale = mona.post(at("practice-share", practice, "secretariat"), {"version": "3"})
    assert "Read it again" in words_of(stale)
    mona.post(at("practice-share", practice, "secretariat"), {"version": "4"})
    with acting_as(SYSTEM):
        assert Version.objects.filter(practice=practice).count() == 2
        assert not Draft.objects.get(practice=practice).is_proposed


def test_a_signatory_shares_with_names_and_sees_them_first(cast: Cast, alice: Client, sven: Client) -> None:
    practice = make_draft(cast, Label.AMBER)
    assert alice.get(at("practice-share-directly", practice)).status_code == 403
    assert "everybody at Beacon Search" in words_of(sven.get(at("practice-share-directly", practice)))
    sven.post(at("practice-share-directly", practice))
    assert state(practice) == PracticeState.SHARED
    make_next_version(cast, practice, title="Slow it twice")
    refused = sven.post(at("practice-update", practice), {"note": "The same."})
    assert (refused.status_code, "Nothing has changed" in words_of(refused)) == (422, True)


@pytest.mark.parametrize("page", ["practice-share-directly", "practice-update"])
def test_what_a_colleague_wrote_after_the_page_was_opened_is_not_shared(
    cast: Cast, sven: Client, page: str
) -> None:
    is_next = page == "practice-update"
    practice = make_shared(cast, Label.AMBER) if is_next else make_draft(cast, Label.AMBER)

    def write(summary: str) -> None:
        with acting_as(SYSTEM):
            version = Draft.objects.get(practice=practice).version
        call_as(
            cast.actor("alice"), edit_practice, practice, {**CONTENT, "summary": summary}, version=version
        )

    def fields(answer: Any) -> dict[str, str]:
        form = answer.context["form"]
        shown = {name: str(form[name].value()) for name in ("version", "shown_readers")}
        return {**shown, "note": "Longer."} if is_next else shown

    write("The pause is two hours.")
    before = fields(sven.get(at(page, practice)))
    write("The pause is a day.")
    refused = sven.post(at(page, practice), before)

    assert refused.status_code == 422
    assert "It was changed after you opened this page." in words_of(refused)
    with acting_as(SYSTEM):
        assert Version.objects.count() == int(is_next)
    assert sven.post(at(page, practice), fields(refused)).status_code == 302
    with acting_as(SYSTEM):
        assert Version.objects.count() == 1 + int(is_next)


def test_before_a_recall_those_are_named_who_will_be_notified(cast: Cast, sven: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    call_as(cast.actor("carol"), log_access, practice, "page")
    page = sven.get(at("practice-recall", practice))
    notice = "those who have opened, use or follow it are notified; recorded as having opened it: "
    assert f"{notice}Carol, Beacon Search" in words_of(page)
    sven.post(at("practice-recall", practice), {"reason": "It has a flaw."})
    assert state(practice) == PracticeState.RECALLED
    assert signed_in(cast.carol).get(at("practice", practice)).status_code == 404


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT])
def test_a_page_before_a_step_names_the_practice_under_its_label(
    cast: Cast, sven: Client, label: str
) -> None:
    practice, draft = make_shared(cast, label), make_draft(cast, label)
    pages = {
        name: words_of(sven.get(at(name, subject)))
        for name, subject in (
            ("practice-retire", practice),
            ("practice-recall", practice),
            ("practice-share-directly", draft),
        )
    }
    assert [name for name, words in pages.items() if CONTENT["title"] not in words] == []
    assert [name for name, words in pages.items() if f"{Label(label).label} " not in words] == []


def test_a_form_that_is_posted_twice_acts_once(cast: Cast, alice: Client) -> None:
    key = "5f0c1a52-6a43-4b0e-9d0c-2f6f9a8f7a11"
    posted = {"title": "Once", "kind": "technique", "stage": "idea", "language": "en", "once": key}
    places = [alice.post(reverse("workspace:practice-draft"), posted)["Location"] for _turn in range(2)]
    with acting_as(SYSTEM):
        assert (Practice.objects.count(), len(set(places))) == (1, 1)


def test_the_queue_asks_as_often_for_many_as_for_few(cast: Cast, mona: Client) -> None:
    url = reverse("secretariat:moderation-list")
    call_as(cast.actor("alice"), submit_practice, make_draft(cast))
    few = queries_of(mona, url)
    for _turn in range(3):
        call_as(cast.actor("alice"), submit_practice, make_draft(cast))
    practice = make_shared(cast)
    call_as(cast.actor("alice"), edit_practice, practice, {**CONTENT, "title": "Other"}, version=2)
    call_as(cast.actor("alice"), propose_update, practice, note="Other.")
    assert queries_of(mona, url) == few
    assert "Practices to moderate" in words_of(mona.get(reverse("secretariat:home")))


# --- Files -----------------------------------------------------------------------------------


def test_a_file_is_added_refused_in_words_and_taken_out(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    url = at("practice-files", practice)
    svg = SimpleUploadedFile("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    refused = alice.post(url, {"file": svg, "title": "A drawing"})
    assert (refused.status_code, "does not match its name" in words_of(refused)) == (422, True)
    alice.post(url, {"file": SimpleUploadedFile("t.csv", b"a,b\n1,2\n"), "title": "A table"})
    with acting_as(SYSTEM):
        file = Attachment.objects.get()
    alice.post(reverse("workspace:practice-file-remove", args=[practice.key, file.key]))
    assert "No files yet" in words_of(alice.get(url))


def test_a_file_is_fetched_through_a_gate_that_runs_nothing(cast: Cast) -> None:
    practice = make_draft(cast, Label.AMBER)
    call_as(
        cast.actor("alice"), add_attachment, practice, SimpleUploadedFile("t.csv", b"a,b\n1,2\n"), "A table"
    )
    with acting_as(SYSTEM):
        url = reverse("workspace:practice-file", args=[practice.key, Attachment.objects.get().key])
    carol = signed_in(cast.carol)
    assert carol.get(url).status_code == 404
    sven = signed_in(cast.sven)
    sven.post(at("practice-share-directly", practice))
    answer = carol.get(url)

    assert answer.content == b"a,b\n1,2\n"
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    with acting_as(SYSTEM):
        assert AccessLog.objects.filter(channel="attachment", person=cast.carol).count() == 1
    sven.post(at("practice-recall", practice), {"reason": "It has a flaw."})
    assert carol.get(url).status_code == 404
    elsewhere = reverse("workspace:practice-file", args=[make_shared(cast).key, url.rsplit("/", 2)[-2]])
    assert sven.get(elsewhere).status_code == 404


# --- Groups and settings ---------------------------------------------------------------------


def test_a_group_is_made_filled_and_left(cast: Cast, alice: Client) -> None:
    alice.post(reverse("workspace:group-make"), {"name": "Grooming", "purpose": "First messages."})
    group = WorkingGroup.objects.get()
    url = reverse("workspace:group", args=[group.key])
    assert "Carol, Beacon Search" in words_of(alice.get(url, {"words": "carol"}))
    person = f"{cast.carol.pk}.{cast.beacon.pk}"
    bring_in = reverse("workspace:group-bring-in", args=[group.key])
    added = words_of(alice.post(bring_in, {"person": person, "leads": "on"}, follow=True))
    assert "Added to the group; this person can read" in added
    assert "Added to the group" not in words_of(
        alice.post(bring_in, {"person": person, "leads": "on"}, follow=True)
    )
    carol = signed_in(cast.carol)
    assert "2 people" in words_of(carol.get(url))
    assert signed_in(cast.sven).get(url).status_code == 404
    carol.post(reverse("workspace:group-leave", args=[group.key]))
    assert carol.get(url).status_code == 404


def test_a_group_has_its_discussion_on_its_page_and_is_followed_there(alice: Client) -> None:
    alice.post(reverse("workspace:group-make"), {"name": "Grooming", "purpose": ""})
    group = WorkingGroup.objects.get()
    url = reverse("workspace:group", args=[group.key])
    response = alice.post(
        reverse("workspace:group-discussion", args=[group.key]), {"text": "It holds *voice* too."}
    )
    assert response["Location"].startswith(f"{url}?post=")
    page = alice.get(response["Location"])
    assert "It holds voice too." in words_of(page)
    assert f'action="{reverse("workspace:group-unfollow", args=[group.key])}"' in page.content.decode()


def test_the_secretariat_sees_who_is_in_a_group_and_that_its_discussion_is_not_for_them(
    cast: Cast, mona: Client
) -> None:
    alice = signed_in(cast.alice)
    alice.post(reverse("workspace:group-make"), {"name": "Grooming", "purpose": ""})
    group = WorkingGroup.objects.get()
    words = words_of(mona.get(reverse("secretariat:group", args=[group.key])))
    assert ("Alice" in words, "Only members can read the group’s discussion" in words) == (True, True)


def test_a_groups_practices_are_those_that_name_it_and_that_one_may_see(
    cast: Cast, sven: Client, mona: Client
) -> None:
    alice = signed_in(cast.alice)
    alice.post(reverse("workspace:group-make"), {"name": "Grooming", "purpose": ""})
    group = WorkingGroup.objects.get()
    practice = make_draft(cast, Label.AMBER_STRICT)
    alice.post(at("practice-readers", practice), {"label": "amber_strict", "groups": [str(group.key)]})
    for client, page in ((alice, "practice-check"), (sven, "practice-share-directly")):
        words = words_of(client.get(at(page, practice)))
        assert "People who join it later will read it too; its leaders decide who joins: Alice" in words
    sven.post(at("practice-share-directly", practice))
    pages = [
        words_of(client.get(reverse(f"{area}:group", args=[group.key])))
        for client, area in ((alice, "workspace"), (mona, "secretariat"))
    ]
    assert ["Slow the first message" in words for words in pages] == [True, False]
    # before they bring anybody in, each is notified of what they see, and that it may not be all
    warning = (
        "New members will be able to read every practice shared with the group, now or later, "
        "whether or not you can see it"
    )
    assert all(warning in words for words in pages)


def test_an_administrator_chooses_labels(alice: Client, sven: Client) -> None:
    people = reverse("workspace:people")
    labels = reverse("workspace:organisation-labels")
    assert labels not in alice.get(people).content.decode()
    assert labels in sven.get(people).content.decode()
    assert sven.post(reverse("workspace:organisation-labels"), {"labels": []}).status_code == 422
    sven.post(reverse("workspace:organisation-labels"), {"labels": ["amber", "green"]})
    assert LabelPolicy.objects.get().labels == ["green", "amber"]


def test_labels_chosen_in_another_window_are_shown_beside_those_that_are_ticked(sven: Client) -> None:
    address = reverse("workspace:organisation-labels")
    seen = sven.get(address).context["form"]["seen"].value()
    sven.post(address, {"labels": ["amber", "green"], "seen": seen})

    refused = sven.post(address, {"labels": ["clear"], "seen": seen})

    assert refused.status_code == 409
    assert "You changed this in another window" in words_of(refused)
    assert "Labels TLP:GREEN, TLP:AMBER" in words_of(refused)
    assert LabelPolicy.objects.get().labels == ["green", "amber"]
    form = refused.context["form"]
    assert form["labels"].value() == ["clear"]
    assert sven.post(address, {"labels": ["clear"], "seen": form["seen"].value()}).status_code == 302
    assert LabelPolicy.objects.get().labels == ["clear"]
