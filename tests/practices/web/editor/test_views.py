"""Writing a practice in the workspace: begun, written group by group, nothing lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from practices.access import person_token
from practices.content import group_of
from practices.enums import Label
from practices.fields import FieldGroup
from practices.models import Draft, Practice
from practices.services.attachments import add_attachment
from practices.services.practices import submit_practice
from tests.factories import Cast, read_cast
from tests.factories.practices import CONTENT, call_as, make_draft, make_shared
from tests.support.pages import queries_of, signed_in, words_of

pytestmark = pytest.mark.django_db

IDENTITY = {"title": "Slow it", "kind": "technique", "stage": "idea", "language": "ru"}
NO_ROWS = {f"{key}-{form}": "0" for key in ("effects", "scores") for form in ("TOTAL_FORMS", "INITIAL_FORMS")}
STEPS = {"steps-TOTAL_FORMS": "3", "steps-INITIAL_FORMS": "0"}


@pytest.fixture
def cast() -> Cast:
    made = read_cast()
    return made


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def address(practice: Practice, group: str = "identity") -> str:
    return reverse("workspace:practice-edit-group", args=[practice.key, group])


def content(practice: Practice) -> dict[str, Any]:
    with acting_as(SYSTEM):
        draft_content: dict[str, Any] = Draft.objects.get(practice=practice).content
    return draft_content


def digest_of(client: Client, practice: Practice, group: str) -> str:
    page = client.get(address(practice, group))
    value: str = page.context["editor"].form["expected_digest"].value()
    return value


def test_authors_that_somebody_has_chosen_meanwhile_are_not_replaced_unseen(
    cast: Cast, alice: Client
) -> None:
    practice = make_draft(cast)
    url = reverse("workspace:practice-authors", args=[practice.key])
    me, sven, bob = (person_token(each.pk, cast.aurora.pk) for each in (cast.alice, cast.sven, cast.bob))
    seen = alice.get(url).context["form"]["seen"].value()
    assert signed_in(cast.sven).post(url, {"authors": [me, sven], "seen": seen}).status_code == 302

    refused = alice.post(url, {"authors": [me, bob], "seen": seen})

    assert refused.status_code == 409
    assert "Sven changed this on " in words_of(refused)
    assert "Authors Alice, Aurora Video, Sven, Aurora Video" in words_of(refused)
    with acting_as(SYSTEM):
        assert Practice.objects.get(pk=practice.pk).author_people == [me, sven]
    form = refused.context["form"]
    assert form["authors"].value() == [me, bob]
    assert alice.post(url, {"authors": [me, bob], "seen": form["seen"].value()}).status_code == 302
    with acting_as(SYSTEM):
        assert Practice.objects.get(pk=practice.pk).author_people == [me, bob]


def test_a_practice_begins_with_what_it_is_and_goes_on(alice: Client) -> None:
    begun = alice.post(reverse("workspace:practice-draft"), IDENTITY)
    with acting_as(SYSTEM):
        practice = Practice.objects.get()

    assert (begun.status_code, begun["Location"]) == (302, address(practice, "problem"))
    assert (practice.language, practice.label, content(practice)["title"]) == (
        "ru",
        Label.AMBER_STRICT,
        "Slow it",
    )


def test_without_a_title_nothing_is_begun_and_nothing_typed_is_lost(alice: Client) -> None:
    page = alice.post(reverse("workspace:practice-draft"), {**IDENTITY, "title": "", "licence": "CC BY 4.0"})

    assert (page.status_code, "Give it a title" in words_of(page)) == (422, True)
    assert b'value="CC BY 4.0"' in page.content
    with acting_as(SYSTEM):
        assert not Practice.objects.exists()


def test_a_copy_says_all_that_ones_own_named_practice_says(cast: Cast, alice: Client) -> None:
    own = make_shared(cast, Label.AMBER)
    url = reverse("workspace:practice-draft")
    assert b"Slow the first message" in alice.get(f"{url}?from={own.key}").content
    alice.post(f"{url}?from={own.key}", {**IDENTITY, "title": "For all"})
    with acting_as(SYSTEM):
        copy = Practice.objects.exclude(pk=own.pk).get()
    assert (content(copy)["summary"], copy.label) == (CONTENT["summary"], Label.AMBER_STRICT)

    for practice in (make_shared(cast), Practice(key="00000000-0000-0000-0000-000000000000")):
        assert alice.get(f"{url}?from={practice.key}").status_code == 404
    assert signed_in(cast.carol).get(f"{url}?from={own.key}").status_code == 403


def test_every_group_is_written_and_the_others_stay(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    posted = {
        "expected_digest": digest_of(alice, practice, "method"),
        "summary": "A first message *waits*.",
        **STEPS,
        "steps-0-text": "It waits.", "steps-0-by": "automatic", "steps-0-ORDER": "2",
        "steps-1-text": "It is sent.", "steps-1-by": "starts", "steps-1-ORDER": "1",
        "steps-2-text": "", "steps-2-by": "automatic",
        "go_on": "1",
    }  # fmt: skip
    saved = alice.post(address(practice, "method"), posted)

    assert saved["Location"] == address(practice, "policy")
    assert content(practice)["steps"] == [
        {"text": "It is sent.", "by": "starts"},
        {"text": "It waits.", "by": "automatic"},
    ]
    assert content(practice)["title"] == CONTENT["title"]


def test_numbers_are_read_as_the_writer_writes_them(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    cast.alice.language = "ru"
    cast.alice.save()
    posted = {
        "expected_digest": digest_of(alice, practice, "results"),
        "grade": "likely", "precision": "0,83", "sample_size": "1 900",
        **NO_ROWS, "effects-TOTAL_FORMS": "1",
        "effects-0-what": "Unwanted contact", "effects-0-before": "4,1", "effects-0-after": "0",
    }  # fmt: skip
    assert alice.post(address(practice, "results"), posted).status_code == 302
    draft_content = content(practice)

    assert (draft_content["precision"], draft_content["sample_size"]) == ("0.83", "1900")
    assert draft_content["effects"] == [{"what": "Unwanted contact", "before": "4.1", "after": "0"}]
    assert "0,83" in alice.get(address(practice, "results")).content.decode()


@pytest.mark.parametrize(
    ("group", "posted", "sentence", "anchor"),
    [
        ("identity", {**IDENTITY, "title": "Slow \u202eit"}, "invisible character", "#id_title"),
        ("method", {**STEPS, "summary": "x" * 1201}, "Shorten the text", "#id_summary"),
        ("method", {**STEPS, "steps-0-text": "x" * 1001, "steps-0-by": "person"}, "Shorten", "#rows-steps"),
        ("results", {**NO_ROWS, "precision": "2"}, "from 0 to 1",
         "#id_precision"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    cast: Cast, alice: Client, group: str, posted: dict[str, str], sentence: str, anchor: str
) -> None:
    practice = make_draft(cast)
    before = content(practice)
    page = alice.post(
        address(practice, group), {"expected_digest": digest_of(alice, practice, group), **posted}
    )

    assert (page.status_code, sentence in words_of(page)) == (422, True)
    assert f'href="{anchor}"' in page.content.decode()
    assert content(practice) == before


def test_a_script_in_markdown_is_shown_as_words(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    text = "<script>alert(1)</script> [x](javascript:alert(2)) ![p](https://elsewhere.example/p.png)"
    page = alice.post(address(practice, "method"), {**STEPS, "summary": text, "preview": "summary"})
    fragment = alice.post(
        address(practice, "method"),
        {**STEPS, "summary": text, "preview": "summary"},
        headers={"HX-Request": "true"},
    )

    for answer in (page, fragment):
        preview = answer.content.decode().split("As readers will see it")[1].split("</div>")[0]
        assert "<script" not in preview
        assert 'href="javascript' not in preview
        assert "<img" not in preview
    assert content(practice)["summary"] == CONTENT["summary"]
    assert len(fragment.content) < 2000


def test_two_people_in_one_group_are_both_shown_and_choose(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    posted = {"expected_digest": digest_of(alice, practice, "risks"), "rights": "Mine."}
    signed_in(cast.sven).post(address(practice, "risks"), {**posted, "rights": "Theirs."})
    conflict = alice.post(address(practice, "risks"), posted)

    assert conflict.status_code == 409
    assert all(words in words_of(conflict) for words in ("Sven saved this", "Theirs.", "Mine."))
    again = {
        **posted,
        "expected_digest": conflict.context["editor"].form["expected_digest"].value(),
        "started_from": posted["expected_digest"],
        "conflict": "1",
    }
    assert alice.post(address(practice, "risks"), again).status_code == 409  # nobody has chosen yet
    # nor does a fault choose: the conflict stays where it stands, or comes back with the next save
    too_long = {**again, "rights": "x" * 5000}
    by_itself = alice.post(address(practice, "risks"), {**too_long, "autosave": "1"})
    assert 'id="group-conflict"' not in by_itself.content.decode()
    wrong = alice.post(address(practice, "risks"), too_long)
    assert wrong.status_code == 422
    digest = wrong.context["editor"].form["expected_digest"].value()
    assert alice.post(address(practice, "risks"), {**posted, "expected_digest": digest}).status_code == 409
    joined = alice.post(address(practice, "risks"), {**again, "resolve": "join"})
    assert joined.context["editor"].form["rights"].value() == "Theirs.\n\nMine."
    assert alice.post(address(practice, "risks"), {**again, "resolve": "stored"}).status_code == 302
    assert content(practice)["rights"] == "Theirs."
    assert alice.post(address(practice, "risks"), {**again, "resolve": "sent"}).status_code == 302
    assert content(practice)["rights"] == "Mine."


def test_a_merge_has_both_changes_in_place_in_each_field_of_the_group(cast: Cast, alice: Client) -> None:
    text = "We search with two tools. People look at each hit."
    practice = make_draft(cast, limits=text, steps=[{"text": "It waits.", "by": "automatic"}])
    began = digest_of(alice, practice, "method")
    steps = {**STEPS, "steps-0-text": "It waits.", "steps-0-by": "automatic"}
    added = {"steps-1-text": "A person looks.", "steps-1-by": "person"}
    theirs = {**steps, **added, "limits": text.replace("two", "three"), "expected_digest": began}
    signed_in(cast.sven).post(address(practice, "method"), theirs)
    mine = {**steps, "limits": text.replace("People", "Trained people"), "expected_digest": began}
    posted = {**mine, "started_from": began, "conflict": "group", "resolve": "join"}

    page = alice.post(address(practice, "method"), posted)

    editor = page.context["editor"]
    assert (page.status_code, editor.overlaps) == (409, [])
    assert editor.form["limits"].value() == "We search with three tools. Trained people look at each hit."
    assert [row["text"].value() for row in editor.rows[0] if row["text"].value()] == [
        "It waits.",
        "A person looks.",
    ]
    assert editor.form["expected_digest"].value() == digest_of(alice, practice, "method")


def test_a_language_and_a_last_day_that_a_colleague_has_set_are_not_written_over(
    cast: Cast, alice: Client
) -> None:
    practice = make_draft(cast, kind="alert")
    began = digest_of(alice, practice, "identity")
    stored = group_of(content(practice), FieldGroup.IDENTITY)
    stored |= {"language": "en", "expected_digest": began}
    day = today() + timedelta(days=30)
    theirs = {**stored, "language": "ru", "expires_on": day.isoformat()}
    assert signed_in(cast.sven).post(address(practice), theirs).status_code == 302
    mine = {**stored, "title": "Slow it", "expires_on": (day + timedelta(days=1)).isoformat()}

    autosaved = alice.post(address(practice), {**mine, "autosave": "1"})
    conflict = alice.post(address(practice), mine)

    assert "Sven saved this" in words_of(autosaved)
    assert conflict.status_code == 409
    assert all(
        words in words_of(conflict)
        for words in ("Sven saved this", "Language of the text: Russian", "Language of the text: English")
    )
    editor = conflict.context["editor"]
    assert (editor.practice_form["language"].value(), editor.form["title"].value()) == ("en", "Slow it")
    with acting_as(SYSTEM):
        practice.refresh_from_db()
    assert (practice.language, practice.expires_on) == ("ru", day)
    again = {**mine, "expected_digest": editor.form["expected_digest"].value(), "started_from": began}
    merged = alice.post(address(practice), {**again, "conflict": "group", "resolve": "join"})
    form = merged.context["editor"].practice_form
    assert (form["language"].value(), form["expires_on"].value()) == ("ru", day + timedelta(days=1))
    assert len(merged.context["editor"].overlaps) == 1
    assert alice.post(address(practice), {**again, "conflict": "group", "resolve": "sent"}).status_code == 302
    with acting_as(SYSTEM):
        practice.refresh_from_db()
    assert (practice.language, content(practice)["title"]) == ("en", "Slow it")


def test_an_autosave_of_a_language_is_what_the_next_one_starts_from(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    posted = {**IDENTITY, "expected_digest": digest_of(alice, practice, "identity"), "autosave": "1"}

    first = alice.post(address(practice), posted)
    started = first.context["editor"].form["expected_digest"].value()
    second = alice.post(address(practice), {**posted, "language": "en", "expected_digest": started})

    assert [answer.context["whole"] for answer in (first, second)] == [True, True]
    assert started == digest_of(alice, practice, "identity").replace(".en.", ".ru.")


def test_two_people_in_two_groups_are_in_nobodys_way(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    posted = {"expected_digest": digest_of(alice, practice, "risks"), "rights": "Mine."}
    sven = signed_in(cast.sven)
    sven.post(
        address(practice, "handling"),
        {"expected_digest": digest_of(sven, practice, "handling"), "permitted_use": "read"},
    )

    assert alice.post(address(practice, "risks"), posted).status_code == 302
    assert (content(practice)["permitted_use"], content(practice)["rights"]) == ("read", "Mine.")


def test_what_is_typed_is_kept_by_itself(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    posted = {"expected_digest": digest_of(alice, practice, "risks"), "rights": "Typed.", "autosave": "1"}
    answer = alice.post(address(practice, "risks"), posted)

    assert (answer.status_code, content(practice)["rights"]) == (200, "Typed.")
    digest_input = f'id="id_expected_digest" value="{digest_of(alice, practice, "risks")}" hx-swap-oob="true"'
    assert digest_input in answer.content.decode()
    wrong = alice.post(address(practice, "risks"), {**posted, "rights": "x" * 5000})
    assert "Not everything is saved" in words_of(wrong)
    assert "Effect on rights: Shorten the text" in words_of(wrong)


def test_an_alert_says_until_when_it_holds(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast, kind="alert")
    check = reverse("workspace:practice-check", args=[practice.key])
    assert "Valid until" in words_of(alice.get(check))
    submit = reverse("workspace:practice-submit", args=[practice.key])
    assert "Enter the date until which the alert is valid" in words_of(alice.get(submit))

    posted = {
        "expected_digest": digest_of(alice, practice, "identity"),
        **IDENTITY,
        "kind": "alert",
        "expires_on": "2001-01-01",
    }
    alice.post(address(practice), posted)
    assert "The alert has expired" in words_of(alice.get(submit))
    posted |= {"expires_on": "2101-01-01", "expected_digest": digest_of(alice, practice, "identity")}
    alice.post(address(practice), posted)
    assert "Valid until" not in words_of(alice.get(check))


def test_while_it_waits_it_is_read_and_not_written(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast)
    call_as(cast.actor("alice"), submit_practice, practice)
    page = alice.get(address(practice, "risks"))
    assert "Waiting for the secretariat" in words_of(page)
    assert b"Save and continue" not in page.content
    late = words_of(alice.post(address(practice, "risks"), {"rights": "Written too late."}))
    assert "cannot be changed now" in late
    assert "What you typed" in late
    assert "Written too late." in late


def test_the_check_shows_it_as_readers_will_and_names_them(cast: Cast, alice: Client) -> None:
    practice = make_draft(cast, Label.AMBER)
    upload = SimpleUploadedFile("n.csv", b"a,b\n1,2\n")
    call_as(cast.actor("alice"), add_attachment, practice, upload, "Numbers of March")
    page = alice.get(reverse("workspace:practice-check", args=[practice.key]))
    words = words_of(page)

    assert re.findall(r'<strong class="tlp"[^>]*>([^<]+)', page.text) == ["TLP:AMBER"]
    assert words.count("Numbers of March") == 1
    assert "everybody at Beacon Search" in words
    assert "A first message waits." in words
    assert "A signatory of your organisation shares it" in words


def test_ours_says_what_comes_next(cast: Cast, alice: Client) -> None:
    make_draft(cast, harms=[])
    make_shared(cast)
    waiting = make_draft(cast, title="Waits")
    call_as(cast.actor("alice"), submit_practice, waiting)
    url = reverse("workspace:practice-ours")
    words = words_of(alice.get(url))

    for sentence in ("Still missing: “Kinds of harm”.", "Waiting for the secretariat", "Shared practices"):
        assert sentence in words
    few = queries_of(alice, url)
    make_draft(cast)
    make_shared(cast, Label.AMBER)
    assert queries_of(alice, url) == few
    assert "Nothing here yet" in words_of(signed_in(cast.carol).get(url))
