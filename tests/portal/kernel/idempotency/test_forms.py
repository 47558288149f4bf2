"""A form posted twice acts once; one that was refused did nothing, and acts when it is sent again."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alliance.enums import ReportState
from alliance.models import Evidence, InternalNote, Membership, Report
from alliance.services import evidence
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.idempotency import FormToken
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.factories.cast import PASSWORD
from tests.support.pages import outlast_confirmation, signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def files_of(report: Report) -> int:
    with acting_as(SYSTEM):
        return Evidence.objects.filter(report=report).count()


def form_with_file() -> dict[str, Any]:
    return {"title": "Counts", "file": SimpleUploadedFile("counts.csv", b"a,b\n1,2\n"), "public": "on"}


def test_a_form_posted_twice_acts_once(cast: Cast, report: Report) -> None:
    alice, address, key = (
        signed_in(cast.alice),
        f"/workspace/reports/{report.pk}/measures/search/files/",
        str(uuid4()),
    )

    answers = [alice.post(address, {**form_with_file(), "once": key}) for _turn in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert files_of(report) == 1


def test_other_contents_under_the_same_key_are_another_post(cast: Cast, report: Report) -> None:
    """Somebody went back to the form, and changed it."""
    make_submission(report, ReportState.IN_REVIEW)
    rita, address, key = signed_in(cast.rita), f"/secretariat/reviews/{report.pk}/", str(uuid4())

    for text in ("Ask for the tables.", "Ask for the tables of 2025.", "Ask for the tables of 2025."):
        rita.post(address, {"act": "note", "note-text": text, "once": key})

    with acting_as(SYSTEM):
        notes = InternalNote.objects.order_by("pk").values_list("text", flat=True)
        assert list(notes) == ["Ask for the tables.", "Ask for the tables of 2025."]


def test_who_belongs_nowhere_any_more_posts_forms_of_their_own_account(cast: Cast) -> None:
    Membership.objects.filter(person=cast.alice).update(ended_at=timezone.now())
    alice, key = signed_in(cast.alice), str(uuid4())

    answers = [alice.post("/accounts/data/", {"once": key}) for _turn in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    with acting_as(SYSTEM):
        assert [token.person_id for token in FormToken.objects.filter(key=key)] == [cast.alice.pk]


def test_what_was_refused_beside_its_page_is_done_when_the_same_form_comes_again(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, address, key = (
        signed_in(cast.alice),
        f"/workspace/reports/{report.pk}/measures/search/files/",
        str(uuid4()),
    )
    with monkeypatch.context() as limit:
        limit.setattr(evidence, "MAX_EVIDENCE", 0)
        refused = alice.post(address, {**form_with_file(), "once": key}, follow=True)
    assert "The limit of 0 is reached" in words_of(refused)
    assert files_of(report) == 0

    done = alice.post(address, {**form_with_file(), "once": key}, follow=True)

    assert "Evidence added" in words_of(done)
    assert files_of(report) == 1


def test_what_a_service_refused_is_done_when_the_same_form_comes_again(cast: Cast, report: Report) -> None:
    alice, key = signed_in(cast.alice), str(uuid4())
    alice.post(f"/workspace/reports/{report.pk}/measures/search/files/", form_with_file())
    with acting_as(SYSTEM):
        (row,) = Evidence.objects.filter(report=report)
        Report.objects.update(state=ReportState.SUBMITTED)
    page, address = (
        f"/workspace/reports/{report.pk}/measures/search/",
        f"/workspace/evidence/{row.pk}/remove/",
    )
    alice.post(address, {"once": key}, headers={"referer": f"http://testserver{page}"}, follow=True)
    with acting_as(SYSTEM):
        assert Evidence.objects.filter(pk=row.pk).exists()
        Report.objects.update(state=ReportState.DRAFT)

    done = alice.post(address, {"once": key}, follow=True)

    assert "Evidence removed" in words_of(done)
    assert files_of(report) == 0


def test_an_empty_note_is_written_when_the_same_form_comes_again_with_words(
    cast: Cast, report: Report
) -> None:
    make_submission(report, ReportState.IN_REVIEW)
    rita, address, key = signed_in(cast.rita), f"/secretariat/reviews/{report.pk}/", str(uuid4())
    refused = rita.post(address, {"act": "note", "note-text": "", "once": key})
    assert refused.status_code == 422

    rita.post(address, {"act": "note", "note-text": "Ask for the tables.", "once": key})

    with acting_as(SYSTEM):
        assert [note.text for note in InternalNote.objects.all()] == ["Ask for the tables."]


def test_what_asked_for_the_password_first_is_done_when_the_same_form_comes_again(cast: Cast) -> None:
    alice, other, key = signed_in(cast.alice), signed_in(cast.alice), str(uuid4())
    address = "/accounts/sessions/end-others/"
    outlast_confirmation(alice)
    assert alice.post(address, {"once": key}).status_code == 403

    done = alice.post(address, {"once": key, "confirm_password": PASSWORD}, follow=True)

    assert "Other sessions ended" in words_of(done)
    assert other.get("/accounts/profile/").status_code == 302


@pytest.mark.parametrize(
    ("refused", "is_kept"),
    [("Chapter 4 first.", False), ("12", False), (" ", True), ("on", True), ("1", True)],
)
def test_the_words_of_a_field_that_the_form_has_no_more_are_given_back_and_not_taken_for_saved(
    cast: Cast, report: Report, refused: str, is_kept: bool
) -> None:
    """The device forgets what was sent with a key that was taken; a switch of an extension is nobody's words."""
    make_submission(report, ReportState.IN_REVIEW)
    rita, key = signed_in(cast.rita), str(uuid4())
    address = f"/secretariat/reviews/{report.pk}/"

    page = rita.post(address, {"act": "note", "note-text": "Ask.", "once": key, "outcome-search": refused})

    assert page.status_code == 422
    typed = {field.name: field.values for field in page.context["typed"]}
    assert typed.get("outcome-search", []) == ([refused] if refused.strip() else [])
    sent_again = dict(page.context["repeated"])
    assert sent_again.keys() == {"act", "note-text", "once"}
    assert (sent_again["once"] == key) == is_kept
    assert rita.post(address, sent_again).status_code == 302
    assert rita.post(address, sent_again).status_code == 302
    with acting_as(SYSTEM):
        assert [note.text for note in InternalNote.objects.all()] == ["Ask."]
        assert FormToken.objects.filter(key=sent_again["once"]).exists()
