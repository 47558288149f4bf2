"""Two windows of one person with one draft: nothing is written over unread, and both texts are shown."""

import re
from typing import Any

import pytest
from django.test import Client

from alliance.models import Report, ReviewDraft
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.web.secretariat.test_verdicts import give, measure_url, verdicts
from tests.support.pages import words_of
from tests.support.review_desk import TYPED, drafts, review_url, shown, typed_reason

pytestmark = pytest.mark.django_db
ALL_OF_IT = {"value": "complete", "reason": "All of it.", "language": "en", "version": "1"}


@pytest.fixture
def old_window(rita: Client, report: Report) -> Any:
    """The page as it was before the verdict was taken back in another window."""
    give(rita, measure_url(report))
    page = rita.get(measure_url(report))
    rita.post(measure_url(report), {"act": "take_back", "version": "1"})
    return page


def test_a_script_is_refused_and_the_reason_that_was_taken_back_stays(
    rita: Client, report: Report, old_window: Any
) -> None:
    answer = rita.post(measure_url(report), {**ALL_OF_IT, **shown(old_window), "autosave": "1"})

    assert answer.status_code == 422
    assert "Other words of yours are saved here: from another tab or device" in answer.json()["refused"]
    assert typed_reason(rita, report) == "Begun."


@pytest.mark.parametrize("act", ["go:measure:speed", "verdict", "undo:verdict", "last", "take_back"])
def test_every_button_of_an_old_window_shows_both_texts_first(
    rita: Client, report: Report, old_window: Any, act: str
) -> None:
    page = rita.post(measure_url(report), {**ALL_OF_IT, **shown(old_window), "act": act})

    words = words_of(page)
    assert page.status_code == 409
    assert "You saved this in another tab or on another device while you were editing it here." in words
    assert "You took this verdict back in another tab or on another device" in words
    assert "Keep what is typed here Keep what is saved" in words
    assert "heirs" not in words
    assert [text for text in ("Begun.", "All of it.") if text not in words] == []
    assert page.context["form"]["reason"].value() == "All of it."
    assert (typed_reason(rita, report), verdicts()) == ("Begun.", [])


@pytest.mark.parametrize(
    ("choice", "reason"),
    [("sent", "All of it."), ("stored", "Begun."), ("join", "Begun.\n\nAll of it.")],
)
def test_their_writer_chooses_and_goes_on_from_there(
    rita: Client, report: Report, old_window: Any, choice: str, reason: str
) -> None:
    page = rita.post(measure_url(report), {**ALL_OF_IT, **shown(old_window), "act": "go"})
    chosen = {
        **shown(page),
        "conflict": "verdict",
        "conflict_digest-verdict": page.context["desk"].posted.conflicts["verdict"].stored.digest,
        "resolve": choice,
        "version": page.context["form"]["version"].value(),
    }

    again = rita.post(measure_url(report), {**ALL_OF_IT, **chosen})

    assert again.url == measure_url(report)
    page = rita.get(measure_url(report))
    form = page.context["form"]
    assert form["reason"].value() == reason
    sent = {"reason": reason, **shown(page)}
    assert give(rita, measure_url(report), "complete", form["version"].value(), **sent).status_code == 302
    assert (verdicts(), drafts()) == ([("complete", reason, 2)], [])


def test_a_third_window_that_saved_meanwhile_is_not_written_over_by_the_choice(
    rita: Client, report: Report, old_window: Any
) -> None:
    page = rita.post(measure_url(report), {**ALL_OF_IT, **shown(old_window), "act": "go"})
    digest = page.context["desk"].posted.conflicts["verdict"].stored.digest
    third = rita.get(measure_url(report))
    rita.post(measure_url(report), {**TYPED, **shown(third), "reason": "Begun in spring.", "autosave": "1"})

    chosen = {"conflict": "verdict", "conflict_digest-verdict": digest, "resolve": "sent"}
    again = rita.post(measure_url(report), {**ALL_OF_IT, **shown(page), **chosen})

    assert again.status_code == 409
    assert "Begun in spring." in words_of(again)
    assert typed_reason(rita, report) == "Begun in spring."


def test_an_old_window_that_nobody_typed_in_leaves_the_draft_alone(
    rita: Client, report: Report, old_window: Any
) -> None:
    untouched = {"value": "limited", "reason": "Begun.", "language": "en", "version": "1"}

    answer = rita.post(measure_url(report), {**untouched, **shown(old_window), "act": "go:measure:speed"})

    assert answer.url == measure_url(report, "speed")
    form = rita.get(measure_url(report)).context["form"]
    assert (form["reason"].value(), form["value"].value(), form["version"].value()) == ("Begun.", None, "0")


@pytest.mark.parametrize("post", [{"autosave": "1"}, {"act": "go"}])
def test_a_verdict_chosen_in_an_old_window_beside_the_reason_that_was_taken_back_is_kept(
    rita: Client, report: Report, old_window: Any, post: dict[str, str]
) -> None:
    chosen = {"value": "complete", "reason": "Begun.", "language": "en", "version": "1"}

    rita.post(measure_url(report), {**chosen, **shown(old_window), **post})

    form = rita.get(measure_url(report)).context["form"]
    assert (form["reason"].value(), form["value"].value()) == ("Begun.", "complete")


def test_an_old_window_makes_no_draft_of_a_verdict_that_was_changed_since(
    rita: Client, report: Report
) -> None:
    give(rita, measure_url(report))
    old = rita.get(measure_url(report))
    give(rita, measure_url(report), "complete", version=1)

    untouched = {"value": "limited", "reason": "Begun.", "language": "en", "version": "1"}
    rita.post(measure_url(report), {**untouched, **shown(old), "act": "go"})

    assert (drafts(), verdicts()) == ([], [("complete", "Begun.", 2)])


def test_an_old_window_does_not_bring_back_a_draft_that_was_dropped_since(
    rita: Client, report: Report
) -> None:
    rita.post(measure_url(report), {**TYPED, "autosave": "1"})
    old = rita.get(measure_url(report))
    rita.post(measure_url(report), {**TYPED, **shown(old), "act": "undo:verdict"})

    rita.post(measure_url(report), {**TYPED, **shown(old), "act": "go"})

    assert drafts() == []


def test_what_is_emptied_in_an_old_window_is_shown_beside_what_another_has_typed(
    rita: Client, report: Report
) -> None:
    rita.post(measure_url(report), {"note-text": "Ask.", "note-language": "en", "autosave": "1"})
    old = rita.get(measure_url(report))
    more = {"note-text": "Ask Mona.", "note-language": "en"}
    rita.post(measure_url(report), {**more, **shown(old), "autosave": "1"})

    page = rita.post(measure_url(report), {"note-text": "", "note-language": "en", **shown(old), "act": "go"})

    assert page.status_code == 409
    assert "Ask Mona." in words_of(page)


def test_a_page_posts_its_drafts_as_it_has_shown_them(rita: Client, report: Report) -> None:
    """With every kind of field: a form that nobody touches must be known again."""
    finding = {"finding-text": "Show it.", "finding-due_on": "2027-03-01", "finding-public": "on"}
    question = {"question-text": "Which?", "question-language": "ru"}
    rita.post(measure_url(report), {**TYPED, **finding, **question, "note-text": "Ask.", "act": "go"})
    page = rita.get(measure_url(report))
    with acting_as(SYSTEM):
        before = list(ReviewDraft.objects.order_by("pk").values_list("kind", "texts", "updated_at"))
    assert len(before) == 4

    forms = page.context["desk"].forms.values()
    fields = {field.html_name: field.value() for form in forms for field in form}
    posted = {name: value.replace("\n", "\r\n") for name, value in fields.items() if value is not None}
    answer = rita.post(measure_url(report), {**posted, **shown(page), "act": "go"})

    assert answer.status_code == 302
    with acting_as(SYSTEM):
        assert list(ReviewDraft.objects.order_by("pk").values_list("kind", "texts", "updated_at")) == before


def test_an_empty_form_of_an_old_window_does_not_drop_a_draft(rita: Client, report: Report) -> None:
    old = rita.get(measure_url(report))
    rita.post(measure_url(report), {**TYPED, **shown(old), "autosave": "1"})

    empty = {"reason": "", "language": "en", "version": "0", "note-text": "Ask."}
    rita.post(measure_url(report), {**empty, **shown(old), "act": "go"})

    assert typed_reason(rita, report) == "Most of it,\nnearly."
    assert drafts() == [("measure:search", "verdict"), ("measure:search", "note")]


def test_a_verdict_chosen_beside_another_windows_reason_is_refused_and_not_said_to_be_kept(
    rita: Client, report: Report
) -> None:
    old = rita.get(measure_url(report))
    begun = {"value": "", "reason": "Begun.", "language": "en", "version": "0"}
    rita.post(measure_url(report), {**begun, **shown(old), "autosave": "1"})

    chosen = {**begun, "value": "complete", "reason": ""}
    answer = rita.post(measure_url(report), {**chosen, **shown(old), "autosave": "1"})
    page = rita.post(measure_url(report), {**chosen, **shown(old), "act": "go:measure:speed"})

    assert (answer.status_code, "kept" in answer.json()) == (422, False)
    assert (page.status_code, page.context["form"]["value"].value()) == (409, "complete")
    assert typed_reason(rita, report) == "Begun."


@pytest.mark.parametrize("choice", [{"finding-due_on": "2027-03-01"}, {"finding-public": "on"}])
@pytest.mark.parametrize("words", ["", "Show the list."])
def test_what_is_chosen_beside_a_finding_that_another_window_changed_is_refused(
    rita: Client, report: Report, choice: dict[str, str], words: str
) -> None:
    plain = {"finding-language": "en", "autosave": "1"}
    first = rita.get(measure_url(report))
    if words:
        rita.post(measure_url(report), {**shown(first), **plain, "finding-text": words})
    old = rita.get(measure_url(report))
    rita.post(measure_url(report), {**shown(old), **plain, "finding-text": "Show both lists."})

    posted = {**shown(old), **plain, "finding-text": words}
    untouched = rita.post(measure_url(report), posted)
    answer = rita.post(measure_url(report), {**posted, **choice})

    assert (untouched.status_code, answer.status_code) == (200, 422)
    form = rita.get(measure_url(report)).context["desk"].forms["finding"]
    assert form["text"].value() == "Show both lists."


def test_a_page_of_an_earlier_version_which_posts_no_digests_saves_as_it_did(
    rita: Client, report: Report
) -> None:
    rita.post(measure_url(report), {**TYPED, "autosave": "1"})

    answer = rita.post(measure_url(report), {**TYPED, "reason": "Less.", "autosave": "1"})

    assert (answer.status_code, typed_reason(rita, report)) == (200, "Less.")


@pytest.mark.parametrize("kind", ["question", "note", "finding"])
def test_questions_notes_and_findings_are_kept_alike(rita: Client, report: Report, kind: str) -> None:
    old = rita.get(measure_url(report))
    rita.post(measure_url(report), {**shown(old), f"{kind}-text": "Which list?", "act": "go"})

    page = rita.post(measure_url(report), {**shown(old), f"{kind}-text": "Whose list?", "act": kind})

    assert page.status_code == 409
    assert [text for text in ("Which list?", "Whose list?") if text not in words_of(page)] == []
    assert drafts() == [("measure:search", kind)]
    joined = rita.post(
        measure_url(report),
        {**shown(page), f"{kind}-text": "Whose list?", "conflict": kind, "resolve": "join"},
    )
    text = rita.get(joined.url).context["desk"].forms[kind]["text"].value()
    assert text == "Which list?\n\nWhose list?"


@pytest.fixture
def two_conflicts(rita: Client, report: Report) -> Any:
    """The page on which both the reason and the note were typed in two windows."""
    note = {"note-language": "en"}
    old = rita.get(measure_url(report))
    rita.post(measure_url(report), {**TYPED, **note, **shown(old), "note-text": "Ask Mona.", "autosave": "1"})
    posted = {**ALL_OF_IT, **note, "version": "0", "note-text": "Ask Bob.", "act": "go"}
    return rita.post(measure_url(report), {**posted, **shown(old)})


def choose(client: Client, report: Report, page: Any, resolve: str, **words: str) -> Any:
    """Press a button of a conflict, with all that its page posts."""
    conflicts = page.context["desk"].posted.conflicts
    forms = page.context["desk"].forms.values()
    fields = {field.html_name: str(field.value() or "") for form in forms for field in form}
    digests = {f"conflict_digest-{kind}": conflict.stored.digest for kind, conflict in conflicts.items()}
    chosen = {"conflict": [kind.value for kind in conflicts], "resolve": resolve}
    return client.post(measure_url(report), {**fields, **shown(page), **digests, **chosen, **words})


def stored_texts(client: Client, report: Report) -> tuple[str, str]:
    """The reason and the note that another page shows."""
    forms = client.get(measure_url(report)).context["desk"].forms
    return str(forms["verdict"]["reason"].value()), str(forms["note"]["text"].value())


def test_each_button_names_the_draft_that_it_decides(two_conflicts: Any) -> None:
    values = re.findall(r'name="resolve" value="([^"]+)"', two_conflicts.content.decode())

    choices = ("sent", "stored", "join")
    assert values == [f"{choice}:{kind}" for kind in ("verdict", "note") for choice in choices]


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ("sent", "All of it."),
        ("stored", "Most of it,\nnearly."),
        ("join", "Most of it,\nnearly.\n\nAll of it."),
    ],
)
def test_a_choice_between_two_reasons_leaves_the_notes_in_conflict(
    rita: Client, report: Report, two_conflicts: Any, choice: str, reason: str
) -> None:
    page = choose(rita, report, two_conflicts, f"{choice}:verdict")

    desk = page.context["desk"]
    assert (page.status_code, list(desk.posted.conflicts)) == (409, ["note"])
    assert (desk.form["reason"].value(), desk.forms["note"]["text"].value()) == (reason, "Ask Bob.")
    assert stored_texts(rita, report) == (reason, "Ask Mona.")
    assert choose(rita, report, page, "join:note").url == measure_url(report)
    assert stored_texts(rita, report) == (reason, "Ask Mona.\n\nAsk Bob.")


def test_what_was_typed_on_beside_the_other_choice_is_shown_again(
    rita: Client, report: Report, two_conflicts: Any
) -> None:
    page = choose(rita, report, two_conflicts, "stored:verdict", **{"note-text": "Ask Bob in May."})

    assert page.context["desk"].forms["note"]["text"].value() == "Ask Bob in May."
    assert stored_texts(rita, report) == ("Most of it,\nnearly.", "Ask Mona.")


def test_a_choice_that_names_no_conflict_of_the_page_decides_none(
    rita: Client, report: Report, two_conflicts: Any
) -> None:
    page = choose(rita, report, two_conflicts, "stored:finding")

    assert (page.status_code, list(page.context["desk"].posted.conflicts)) == (409, ["verdict", "note"])


@pytest.mark.parametrize(
    ("choice", "texts"),
    [("sent", ("All of it.", "Ask Bob.")), ("stored", ("Most of it,\nnearly.", "Ask Mona."))],
)
def test_a_button_of_a_page_of_an_earlier_version_decides_all(
    rita: Client, report: Report, two_conflicts: Any, choice: str, texts: tuple[str, str]
) -> None:
    assert choose(rita, report, two_conflicts, choice).status_code == 302
    assert stored_texts(rita, report) == texts


def test_notes_on_the_whole_report_too(rita: Client, report: Report) -> None:
    old = rita.get(review_url(report))
    rita.post(review_url(report), {**shown(old), "note-text": "Look at 2025.", "act": "go"})

    page = rita.post(review_url(report), {**shown(old), "note-text": "Ask Mona.", "act": "go"})

    assert page.status_code == 409
    assert [text for text in ("Look at 2025.", "Ask Mona.") if text not in words_of(page)] == []


def test_words_that_go_on_from_the_stored_ones_are_no_conflict(rita: Client, report: Report) -> None:
    """The answer to an earlier save was lost on its way: the window does not know that the portal has its words."""
    old = rita.get(measure_url(report))
    rita.post(measure_url(report), {**TYPED, **shown(old), "autosave": "1"})

    more = {**TYPED, "reason": "Most of it,\r\nnearly. In May.", **shown(old), "autosave": "1"}
    answer = rita.post(measure_url(report), more)

    assert answer.status_code == 200
    other = {**TYPED, "reason": "Less.", **shown(old), **answer.json()["digests"], "autosave": "1"}
    assert rita.post(measure_url(report), other).status_code == 200
    assert typed_reason(rita, report) == "Less."


def test_a_page_with_a_refused_question_shows_the_reason_typed_beside_it(
    rita: Client, report: Report
) -> None:
    """Else the next button would send the form as it was before, over the draft that was just kept."""
    refused = rita.post(measure_url(report), {**TYPED, "question-text": "x" * 5000, "act": "question"})

    assert refused.status_code == 422
    assert refused.context["form"]["reason"].value() == "Most of it,\nnearly."
