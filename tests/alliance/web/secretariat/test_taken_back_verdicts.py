"""Taking a verdict back on its page: what the page says before, and what stands in the form after."""

import pytest
from django.test import Client

from alliance.enums import Role
from alliance.models import Report
from tests.alliance.web.secretariat.test_verdicts import commitment_url, give, measure_url, verdicts
from tests.factories import Cast, make_person
from tests.support.pages import signed_in, words_of
from tests.support.review_desk import drafts, review_url, shown, typed_reason

pytestmark = pytest.mark.django_db
BUTTON = 'name="act" value="take_back"'


def test_a_verdict_is_taken_back_and_its_reason_is_in_the_form_as_a_draft(
    rita: Client, report: Report
) -> None:
    give(rita, measure_url(report))

    answer = rita.post(measure_url(report), {"act": "take_back", "version": "1"})

    page = rita.get(measure_url(report))
    assert answer["Location"] == f"{measure_url(report)}#verdict"
    assert verdicts() == []
    assert drafts() == [("measure:search", "verdict")]
    assert typed_reason(rita, report) == "Begun."
    assert "The verdict is taken back." in words_of(page)
    assert "checked" not in page.content.decode().split('class="verdict-choice"')[1].split("</fieldset>")[0]
    assert BUTTON not in page.content.decode()
    missing = [step.name for step in page.context["state"].missing]
    assert "measure:search" in missing


def test_what_is_in_the_form_when_the_button_is_pressed_stays(rita: Client, report: Report) -> None:
    give(rita, measure_url(report))

    rita.post(
        measure_url(report),
        {
            "act": "take_back",
            "version": "1",
            "value": "complete",
            "reason": "Nearly all.",
            "note-text": "Ask.",
        },
    )

    assert typed_reason(rita, report) == "Begun.\n\nNearly all."
    assert drafts() == [("measure:search", "verdict"), ("measure:search", "note")]


def test_a_verdict_that_was_saved_in_another_window_stays(rita: Client, report: Report) -> None:
    give(rita, measure_url(report))
    give(rita, measure_url(report), "complete", version=1)

    answer = rita.post(measure_url(report), {"act": "take_back", "version": "1"}, follow=True)

    assert verdicts() == [("complete", "Begun.", 2)]
    assert "This was saved elsewhere while you were editing it." in words_of(answer)


def test_the_button_is_folded_and_comes_after_the_one_that_saves(rita: Client, report: Report) -> None:
    """Enter in a field, and the keys of a review, press another one."""
    before = rita.get(measure_url(report)).content.decode()
    give(rita, measure_url(report))

    page = rita.get(measure_url(report)).content.decode()

    assert BUTTON not in before
    assert page.index('data-key="Enter"') < page.index('<summary id="take-back">') < page.index(BUTTON)
    assert page.count(BUTTON) == 1


def test_the_page_of_a_commitment_says_what_is_missing_first(rita: Client, report: Report) -> None:
    for key in ("search", "speed"):
        give(rita, measure_url(report, key))
    give(rita, commitment_url(report))
    rita.post(measure_url(report), {"act": "take_back", "version": "1"})
    rita.post(measure_url(report, "speed"), {"act": "take_back", "version": "1"})

    page = words_of(rita.get(commitment_url(report)))

    assert "Give each measure of this commitment its verdict first." in page
    assert "save again" not in page  # nothing could be saved now


@pytest.mark.parametrize(("name", "status"), [("mona", 403), ("alice", 404), ("carol", 404)])
def test_nobody_else_takes_it_back(cast: Cast, rita: Client, report: Report, name: str, status: int) -> None:
    give(rita, measure_url(report))
    client = signed_in(getattr(cast, name))

    answer = client.post(measure_url(report), {"act": "take_back", "version": "1"})

    assert answer.status_code == status
    assert verdicts() == [("limited", "Begun.", 1)]


def test_the_page_of_several_leads_to_each_of_them(rita: Client, report: Report) -> None:
    url = f"{review_url(report)}batch/"
    rita.post(url, {"measures": ["search", "speed"], "value": "not_due", "reason": "Later."})
    page = rita.get(url).content.decode()

    rita.post(measure_url(report), {"act": "take_back", "version": "1"})

    assert f'href="{measure_url(report)}#take-back"' in page
    after = rita.get(url).content.decode()
    assert f'href="{measure_url(report)}#take-back"' not in after
    assert f'href="{measure_url(report, "speed")}#take-back"' in after


def test_what_is_typed_while_the_verdict_is_taken_back_elsewhere_is_kept(
    rita: Client, report: Report
) -> None:
    give(rita, measure_url(report))
    rita.post(measure_url(report), {"act": "take_back", "version": "1"})

    refused = give(rita, measure_url(report), "complete", version=1, reason="Begun. All of it.")

    page = words_of(refused)
    assert refused.status_code == 409
    assert "You took this verdict back in another tab or on another device" in page
    assert "Keep what is typed here" in page
    assert [
        words for words in ("Both versions", "Keep theirs", "Keep mine", "Merge by hand") if words in page
    ] == []
    version = refused.context["form"]["version"].value()

    sent = {"reason": "Begun. All of it.", "resolve": "stored", **shown(refused)}
    left = give(rita, measure_url(report), "complete", version, **sent)
    assert "What you have typed is kept." in words_of(rita.get(left.url))
    assert (verdicts(), typed_reason(rita, report)) == ([], "Begun. All of it.")

    mine = {"reason": "All of it.", "resolve": "sent", **shown(refused)}
    give(rita, measure_url(report), "complete", version, **mine)
    assert verdicts() == [("complete", "All of it.", 2)]


def test_whoever_took_it_back_is_named(cast: Cast, rita: Client, report: Report) -> None:
    give(rita, measure_url(report))
    rita.post(measure_url(report), {"act": "take_back", "version": "1"})
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    Report.objects.update(reviewer=roy)

    page = words_of(give(signed_in(roy), measure_url(report), version=1))

    assert "Rita took this verdict back" in page
