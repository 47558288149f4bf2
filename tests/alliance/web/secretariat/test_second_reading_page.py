"""The desk of a second reader: what the reviewer sees beside a measure, without the verdicts while it is blind."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Finding, Measure, Person, Question, Report, SecondOpinion, SecondReading, Verdict
from alliance.services.interests import declare_interest
from alliance.services.second_readings import send_reading, withdraw_reading
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from tests.alliance.web.secretariat.test_verdicts import give, measure_url
from tests.factories import Cast, actor_of, make_cycle, make_report
from tests.support.pages import signed_in, words_of
from tests.support.review_desk import TYPED, drafts, resubmit, shown
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


def reading_url(cast: Cast, report: Report, reader: Person, *, is_blind: bool = False) -> str:
    """The page of the first measure of a reading that somebody is asked for."""
    with acting_as(SYSTEM):
        reading = SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=reader, asked_by=cast.rita, is_blind=is_blind
        )
    return f"/secretariat/readings/{reading.pk}/measures/search/"


def make_finding(cast: Cast, report: Report, text: str) -> None:
    Finding.objects.create(
        report=report, organisation=cast.aurora, text=text, language="en", written_by=cast.rita,
        measure=Measure.objects.get(charter=report.charter, key="search"),
        due_on=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip


@pytest.fixture
def beside(cast: Cast, rita: Client, report: Report) -> None:
    """A verdict, a finding and a question of the review; a verdict and a finding of the period before."""
    give(rita, measure_url(report), reason="Begun this spring.")
    earlier = make_report(make_cycle(report.cycle.charter, "2025-h2", CycleState.PUBLISHED), cast.aurora)
    submission = make_submission(earlier, ReportState.PUBLISHED)
    measure = Measure.objects.get(charter=report.charter, key="search")
    with acting_as(SYSTEM):
        Verdict.objects.create(
            report=earlier, organisation=cast.aurora, submission=submission, commitment=measure.commitment,
            measure=measure, value="limited", reason="Half of it.", given_by=cast.rita,
        )  # fmt: skip
        make_finding(cast, earlier, "Count the live service.")
        make_finding(cast, report, "Search at night.")
        Question.objects.create(
            report=report, organisation=cast.aurora, measure=measure, text="Which list?", asked_by=cast.rita
        )


def test_a_second_reader_sees_what_changed_since_the_submission_before(
    cast: Cast, report: Report, roy: Person
) -> None:
    resubmit(report, "170000")

    response = signed_in(roy).get(reading_url(cast, report, roy))

    assert response.context["differences"].changed_figures == 1
    assert "Since submission 1" in words_of(response)


def test_who_asked_is_named_only_while_they_may_withdraw_it(cast: Cast, report: Report, roy: Person) -> None:
    url = reading_url(cast, report, roy).removesuffix("measures/search/")

    def pages() -> tuple[str, str]:
        return words_of(signed_in(roy).get(url)), words_of(signed_in(cast.mona).get(f"{url}withdraw/"))

    before = pages()
    with acting_as(cast.actor("rita")) as rita:
        declare_interest(rita, cast.aurora, "My sister works there.")
    after = pages()

    assert "Rita, who asked for it, or a manager can withdraw this reading." in before[0]
    assert "Rita, who asked for it, is notified" in before[1]
    assert "A manager can withdraw this reading." in after[0]
    assert [page for page in after if "who asked for it" in page] == []


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("is_blind", [False, True])
def test_a_second_reader_sees_all_that_stands_beside_the_answer_but_no_verdict_while_blind(
    cast: Cast, report: Report, roy: Person, is_blind: bool
) -> None:
    page = words_of(signed_in(roy).get(reading_url(cast, report, roy, is_blind=is_blind)))

    shown = ["Half of it.", "Count the live service.", "Which list?"]
    assert [words for words in shown if words not in page] == []
    of_this_review = ["Begun this spring." in page, "Search at night." in page]
    assert of_this_review == [not is_blind] * 2


@pytest.mark.parametrize(("is_blind", "number"), [(False, 1), (True, 2)])
def test_a_blind_reader_does_not_read_which_submission_was_judged(
    cast: Cast, rita: Client, report: Report, roy: Person, is_blind: bool, number: int
) -> None:
    give(rita, measure_url(report))
    for each in (2, 3):
        resubmit(report, "170000", number=each)

    page = words_of(signed_in(roy).get(reading_url(cast, report, roy, is_blind=is_blind)))

    assert f"Since submission {number}" in page


def test_a_verdict_that_changed_after_it_was_agreed_with_is_not_sent_as_a_difference_without_a_reason(
    cast: Cast, rita: Client, report: Report, roy: Person
) -> None:
    give(rita, measure_url(report))
    with acting_as(SYSTEM):
        reading = SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=roy, asked_by=cast.rita, measure_keys=["search"]
        )
    reader, url = signed_in(roy), f"/secretariat/readings/{reading.pk}/"
    agreed = {"value": "limited", "reason": "", "language": "en"}
    reader.post(f"{url}measures/search/", agreed)
    before = words_of(reader.get(f"{url}send/"))

    give(rita, measure_url(report), "complete", version=1)

    after = words_of(reader.get(f"{url}send/"))
    refused = reader.post(f"{url}send/")
    assert "You agree with the reviewer on: 1.1." in before
    assert "You differ on: 1.1: yours is “Limited”, the reviewer’s “Complete”." in after
    assert refused.status_code == 422
    assert "changed the verdict on 1.1 Search to “Complete” since you agreed" in words_of(refused)
    reader.post(f"{url}measures/search/", {**agreed, "reason": "One service is missing."})
    assert reader.post(f"{url}send/").status_code == 302


# --- Nothing typed is lost -----------------------------------------------------------------------

OPINION = {name: TYPED[name] for name in ("value", "reason", "language")}


def typed(client: Client, url: str) -> tuple[str, str]:
    form = client.get(url).context["form"]
    return form["value"].value(), form["reason"].value()


def test_words_of_a_second_reader_are_a_draft_until_they_are_saved(
    cast: Cast, report: Report, roy: Person
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)

    answer = reader.post(url, {**OPINION, "autosave": "1"})

    assert list(answer.json()["kept"]) == ["verdict"]
    assert typed(reader, url) == ("substantial", "Most of it,\nnearly.")
    assert "a draft, yours alone" in words_of(reader.get(url))
    assert reader.post(url, {**OPINION, "act": "verdict"}).status_code == 302
    assert drafts() == []
    assert typed(reader, url) == ("substantial", "Most of it,\nnearly.")


def test_a_verdict_that_is_refused_leaves_its_words_in_the_draft(
    cast: Cast, report: Report, roy: Person
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)

    refused = reader.post(url, {"reason": "Half of it."})

    assert refused.status_code == 422
    assert typed(reader, url)[1] == "Half of it."


def test_a_draft_of_a_second_reader_can_be_undone_and_is_no_draft_of_the_review(
    cast: Cast, report: Report, roy: Person
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)
    reader.post(url, {**OPINION, "autosave": "1"})
    Report.objects.update(reviewer=roy)
    assert reader.get(measure_url(report)).context["form"]["reason"].value() == ""

    undone = reader.post(url, {**OPINION, "act": "undo:verdict"})

    assert undone.url == url
    assert drafts() == []


def test_an_old_window_of_a_second_reader_writes_over_nothing(
    cast: Cast, report: Report, roy: Person
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)
    old = reader.get(url)
    reader.post(url, {**OPINION, **shown(old), "autosave": "1"})
    other = {**OPINION, "reason": "Half of it.", **shown(old)}

    saved = reader.post(url, {**other, "autosave": "1"})
    given = reader.post(url, {**other, "act": "verdict"})

    assert (saved.status_code, given.status_code) == (422, 409)
    assert [text for text in ("Most of it,", "Half of it.") if text not in words_of(given)] == []
    assert typed(reader, url)[1] == "Most of it,\nnearly."
    digest = given.context["posted"].conflicts["verdict"].stored.digest
    choice = {"conflict": "verdict", "conflict_digest-verdict": digest, "resolve": "sent"}
    assert reader.post(url, {**other, **choice}).url == url
    assert typed(reader, url)[1] == "Half of it."


def test_a_text_too_long_to_be_kept_is_refused_with_the_reason(
    cast: Cast, report: Report, roy: Person
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)

    response = reader.post(url, {**OPINION, "reason": "x" * 30_000, "autosave": "1"})

    assert response.status_code == 422
    assert "characters, at most 20000 allowed" in response.json()["refused"]


def read_and_typed_anew(rita: Client, report: Report, reader: Client, url: str) -> SecondReading:
    """A reading of one measure whose reader has saved a verdict, and typed another reason since."""
    give(rita, measure_url(report))
    with acting_as(SYSTEM):
        SecondReading.objects.update(measure_keys=["search"])
    reader.post(url, {**OPINION, "act": "verdict"})
    reader.post(url, {**OPINION, "reason": "Half of it.", "autosave": "1"})
    with acting_as(SYSTEM):
        return SecondReading.objects.get()


def test_a_reading_is_not_sent_over_words_that_are_a_draft(
    cast: Cast, rita: Client, report: Report, roy: Person
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)
    reading = read_and_typed_anew(rita, report, reader, url)
    home = f"/secretariat/readings/{reading.pk}/"

    overview, before = reader.get(home), reader.get(f"{home}send/")
    refused = reader.post(f"{home}send/")

    refusal = "What you have typed on 1.1 Search is a draft, not your verdict yet."
    assert [page for page in (overview, before, refused) if refusal not in words_of(page)] == []
    assert (refused.status_code, f"{home}send/" in overview.content.decode()) == (422, False)
    assert "1.1 Search draft" in words_of(overview)
    with acting_as(actor_of(roy)) as actor, pytest.raises(DomainError, match="Search is a draft"):
        send_reading(actor, reading)
    assert typed(reader, url)[1] == "Half of it."
    reader.post(url, {**OPINION, **shown(reader.get(url)), "reason": "Half of it.", "act": "verdict"})
    assert reader.post(f"{home}send/").status_code == 302
    with acting_as(SYSTEM):
        assert SecondOpinion.objects.get().reason == "Half of it."


def test_a_draft_that_is_undone_is_no_obstacle(cast: Cast, rita: Client, report: Report, roy: Person) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)
    reading = read_and_typed_anew(rita, report, reader, url)

    reader.post(url, {**OPINION, "act": "undo:verdict"})

    assert reader.post(f"/secretariat/readings/{reading.pk}/send/").status_code == 302


def withdraw_as_manager(cast: Cast, reading: SecondReading) -> None:
    with acting_as(cast.actor("mona")) as manager:
        withdraw_reading(manager, reading, "It is not needed.")


def declare_own_interest(cast: Cast, reading: SecondReading) -> None:
    with acting_as(actor_of(reading.reader)) as reader:
        declare_interest(reader, cast.aurora, "My sister works there.")


@pytest.mark.parametrize("end", [withdraw_as_manager, declare_own_interest])
def test_what_was_typed_in_a_reading_that_was_withdrawn_stays_readable_for_its_writer(
    cast: Cast, rita: Client, report: Report, roy: Person, end: Callable[[Cast, SecondReading], None]
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)
    reading = read_and_typed_anew(rita, report, reader, url)
    home = f"/secretariat/readings/{reading.pk}/"

    end(cast, reading)

    assert drafts() == [(f"reading{reading.pk}:search", "verdict")]
    own = words_of(reader.get(home))
    assert [words for words in ("Your drafts", "1.1 Search", "Half of it.") if words not in own] == []
    assert "Half of it." not in words_of(signed_in(cast.mona).get(home))


def test_nothing_more_is_typed_into_a_reading_that_is_over(
    cast: Cast, rita: Client, report: Report, roy: Person
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy)
    reading = read_and_typed_anew(rita, report, reader, url)
    withdraw_as_manager(cast, reading)

    page = reader.get(url)
    answer = reader.post(url, {**OPINION, "reason": "None of it.", "autosave": "1"})
    sent = reader.post(url, {**OPINION, "reason": "None of it.", "act": "verdict"})

    assert "verdict-form" not in page.content.decode()
    assert "Half of it." in words_of(page)
    refusal = "This reading is over: it was sent or withdrawn."
    assert (answer.status_code, answer.json()["refused"]) == (422, refusal)
    assert [words for words in (refusal, "None of it.") if words not in words_of(sent)] == []


# --- Settling ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (ReportState.CHANGES_REQUESTED, "it can be judged again once it is submitted."),
        (ReportState.SUBMITTED, "This report is not in review."),
    ],
)
def test_differences_are_settled_only_while_the_report_is_in_review(
    cast: Cast, rita: Client, report: Report, roy: Person, state: ReportState, refusal: str
) -> None:
    give(rita, measure_url(report))
    with acting_as(SYSTEM):
        reading = SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=roy, asked_by=cast.rita, measure_keys=["search"]
        )
    reader, url = signed_in(roy), f"/secretariat/readings/{reading.pk}/"
    reader.post(f"{url}measures/search/", {**OPINION, "act": "verdict"})
    reader.post(f"{url}send/")
    offered = rita.get(url).content.decode()
    Report.objects.update(state=state)

    overview, page = rita.get(url), rita.get(f"{url}settle/")
    typed_words = {"outcome-search": "kept", "reason-search": "It has begun.", "verdict-search": "limited"}
    refused = rita.post(f"{url}settle/", typed_words)

    assert f"{url}settle/" in offered
    assert f"{url}settle/" not in overview.content.decode()
    assert [each for each in (overview, page, refused) if refusal not in words_of(each)] == []
    assert 'name="outcome-search"' not in page.content.decode()
    assert (refused.status_code, "It has begun." in refused.content.decode()) == (422, True)


def test_a_blind_reader_learns_before_saving_that_a_reason_is_needed(
    cast: Cast, report: Report, roy: Person
) -> None:
    reader, url = signed_in(roy), reading_url(cast, report, roy, is_blind=True)
    page = words_of(reader.get(url))
    refused = reader.post(url, {"value": "limited", "act": "verdict"})
    with acting_as(SYSTEM):
        SecondReading.objects.update(is_blind=False)
    open_page = words_of(reader.get(url))

    assert "Reason (optional)" not in page
    assert (refused.status_code, "Give a reason: you judge blind." in words_of(refused)) == (422, True)
    assert "Needed where you differ from the reviewer." in open_page


def test_a_settled_reading_still_says_what_the_first_verdict_was(
    cast: Cast, report: Report, rita: Client, roy: Person
) -> None:
    give(rita, measure_url(report), value="limited", reason="Begun this spring.")
    url = reading_url(cast, report, roy).removesuffix("measures/search/")
    reader = signed_in(roy)
    reader.post(f"{url}measures/search/", {"value": "complete", "reason": "All is there.", "act": "verdict"})
    with acting_as(SYSTEM):
        reading = SecondReading.objects.get()
        SecondReading.objects.update(measure_keys=["search"])
        reading.refresh_from_db()
    with acting_as(actor_of(roy)) as actor:
        send_reading(actor, reading)
    settling = rita.get(f"{url}settle/")
    sent = {"outcome-search": "adopted", "reason-search": "Right.", "verdict-search": "limited"}
    rita.post(f"{url}settle/", sent)
    again = rita.post(f"{url}settle/", sent)

    assert f'href="{url}">Cancel' in settling.text
    assert "it was “Limited” when the reading was sent" in words_of(rita.get(url))
    shown = words_of(again)
    assert [words for words in ("the state is “Settled”", "Right.") if words not in shown] == []
    assert 'name="outcome-search"' not in again.text
