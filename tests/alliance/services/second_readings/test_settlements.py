"""A second reader who differs: settled with reasons, and what a settlement binds to when verdicts are changed."""

import pytest

from alliance.enums import Role
from alliance.models import (
    InternalNote,
    Person,
    Report,
    SecondOpinion,
    SecondReading,
    Verdict,
)
from alliance.queries.review_state import review_state
from alliance.queries.second_readings import ReadingRow, changed_since_read, reading_rows
from alliance.services.interests import declare_interest
from alliance.services.reviews import conclude_report, give_verdict, request_changes
from alliance.services.second_readings import (
    Settlement,
    give_opinion,
    send_reading,
    settle_reading,
)
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError, WrongState
from tests.factories import Cast, actor_of, make_person
from tests.support.pages import signed_in, words_of
from tests.support.second_readings import ask, measure_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


def test_a_difference_is_settled_before_the_conclusion(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(rita, report, roy, "search", "speed")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    give_opinion(actor_of(roy), reading, measure_of(report, "speed"), value="not_started", reason="Nothing.")
    assert send_reading(actor_of(roy), reading).state == "differs"
    with pytest.raises(DomainError, match="Roy differs as the second reader"):
        conclude_report(rita, report)

    settled = settle_reading(
        rita,
        reading,
        [Settlement("search", "adopted", "Roy is right."), Settlement("speed", "kept", "It has begun.")],
    )

    verdicts = dict(Verdict.objects.filter(measure__isnull=False).values_list("measure__key", "value"))
    adopted = Verdict.objects.get(measure__key="search")
    assert (settled.state, verdicts["search"], verdicts["speed"]) == ("settled", "complete", "limited")
    assert (adopted.given_by, adopted.reason, adopted.version) == (roy, "All is there.", 2)
    assert conclude_report(rita, report).state == "concluded"


def test_every_difference_needs_a_decision_with_its_reason(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)

    for settlements in ([], [Settlement("search", "kept", " ")], [Settlement("search", "split", "So.")]):
        with pytest.raises(DomainError):
            settle_reading(rita, reading, settlements)

    assert SecondReading.objects.get().state == "differs"


def test_a_verdict_that_was_taken_back_is_not_replaced(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)
    Verdict.objects.filter(measure__key="search").delete()

    with pytest.raises(DomainError, match=r"The reviewer has not judged 1\.1 yet"):
        settle_reading(rita, reading, [Settlement("search", "adopted", "Roy is right.")])


def test_a_verdict_of_a_reader_with_an_interest_needs_a_second_look(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)
    declare_interest(actor_of(roy), cast.aurora, "I own shares.")

    settle_reading(rita, reading, [Settlement("search", "adopted", "Roy is right.")])

    assert Verdict.objects.get(measure__key="search").needs_second_look


def test_a_reading_cannot_be_settled_while_the_report_is_with_the_member(
    rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)
    request_changes(rita, report, "Count the nights.")

    with pytest.raises(WrongState, match="This report is with the member"):
        settle_reading(rita, reading, [Settlement("search", "adopted", "Roy is right.")])

    assert Verdict.objects.get(measure__key="search").value == "limited"


@pytest.mark.parametrize(
    ("value", "outcome"), [("limited", ""), ("complete", "adopted"), ("complete", "kept")]
)
def test_a_verdict_that_is_changed_after_its_reading_is_named_before_the_conclusion(
    rita: Actor, roy: Person, report: Report, value: str, outcome: str
) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value=value, reason="So I read it.")
    send_reading(actor_of(roy), reading)
    if outcome:
        settle_reading(rita, reading, [Settlement("search", outcome, "We spoke.")])
    before = _changed_since_read(rita, report)

    version = Verdict.objects.get(measure__key="search").version
    measure = measure_of(report)
    give_verdict(rita, report, measure=measure, value="not_started", reason="Nothing.", version=version)

    assert (before, _changed_since_read(rita, report)) == ([], ["search"])


def test_a_conclusion_against_a_settlement_has_its_reason(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    reading, measure = ask(rita, report, roy, "search"), measure_of(report)
    give_opinion(actor_of(roy), reading, measure, value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)
    settle_reading(rita, reading, [Settlement("search", "adopted", "Roy is right.")])
    version = Verdict.objects.get(measure__key="search").version
    give_verdict(rita, report, measure=measure, value="limited", reason="Begun.", version=version)
    desk, url = signed_in(cast.rita), f"/secretariat/reviews/{report.pk}/conclude/"

    page, refused = words_of(desk.get(url)), desk.post(url, {"reason": " "})
    concluded = desk.post(url, {"reason": "One service has no log."})

    assert "Complete → Limited (Roy)" in page
    assert (refused.status_code, concluded.status_code) == (422, 302)
    assert "Give a reason." in words_of(refused)
    note = InternalNote.objects.get(report=report, measure=measure)
    assert note.text == (
        "Concluded with “Limited”, where the second reading by Roy had left “Complete”. One service has no log."
    )
    shown = words_of(signed_in(roy).get(f"/secretariat/readings/{reading.pk}/"))
    assert "The verdict was changed after that. Concluded with “Limited”" in shown


def _settled(rita: Actor, roy: Person, report: Report, *between: str) -> SecondReading:
    """A reading that differs, of which the verdict was kept as it was then: “limited”, or the last of those between."""
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)
    for value in between:
        _give(rita, report, value)
    return settle_reading(rita, reading, [Settlement("search", "kept", "We spoke.")])


def _give(rita: Actor, report: Report, value: str) -> None:
    version = Verdict.objects.get(measure__key="search").version
    give_verdict(rita, report, measure=measure_of(report), value=value, reason="Read anew.", version=version)


def _row(rita: Actor, reading: SecondReading) -> ReadingRow:
    return next(row for row in reading_rows(rita, reading) if row.step.key == "search")


def test_a_settlement_binds_to_the_verdict_that_it_upheld_and_not_to_the_one_that_was_read(
    rita: Actor, roy: Person, report: Report
) -> None:
    reading = _settled(rita, roy, report, "substantial")
    upheld = _row(rita, reading)
    _give(rita, report, "limited")  # as it was when the reading was sent

    row = _row(rita, reading)
    assert (upheld.upheld_value, upheld.was_changed) == ("substantial", False)
    assert (row.upheld_value, row.was_changed) == ("substantial", True)
    with pytest.raises(DomainError, match="Give a reason"):
        conclude_report(rita, report)
    assert conclude_report(rita, report, "One service has begun.").state == "concluded"
    note = InternalNote.objects.get().text
    assert note.startswith(
        "Concluded with “Limited”, where the second reading by Roy had left “Substantial”."
    )


def test_a_verdict_that_was_changed_after_it_was_read_is_not_upheld_unread(
    rita: Actor, roy: Person, report: Report
) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)
    client, url = (
        signed_in(Person.objects.get(name="Rita")),
        f"/secretariat/readings/{reading.pk}/settle/",
    )
    shown = client.get(url).content.decode()
    assert '<input type="hidden" name="verdict-search" value="limited">' in shown
    _give(rita, report, "substantial")
    answers = {"outcome-search": "kept", "reason-search": "It is so.", "verdict-search": "limited"}

    refused = client.post(url, answers)

    assert refused.status_code == 422
    assert "is “Substantial” by now. Read it, and choose again." in words_of(refused)
    assert "It is so." in words_of(refused)
    assert '<input type="hidden" name="verdict-search" value="substantial">' in refused.content.decode()
    assert SecondReading.objects.get().state == "differs"
    assert client.post(url, {**answers, "verdict-search": "substantial"}).status_code == 302
    assert SecondReading.objects.get().state == "settled"


def test_a_verdict_that_is_given_anew_as_it_was_upheld_needs_no_reason(
    rita: Actor, roy: Person, report: Report
) -> None:
    _settled(rita, roy, report, "substantial")
    _give(rita, report, "substantial")

    assert conclude_report(rita, report).state == "concluded"


@pytest.mark.parametrize("outcome", ["adopted", "kept"])
def test_a_settlement_of_the_version_before_upheld_what_is_still_known(
    rita: Actor, roy: Person, report: Report, outcome: str
) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)
    _give(rita, report, "substantial")
    settle_reading(rita, reading, [Settlement("search", outcome, "We spoke.")])
    SecondOpinion.objects.update(upheld_value=None)

    row = _row(rita, reading)

    assert row.upheld_value == {"adopted": "complete", "kept": "substantial"}[outcome]
    assert not row.was_changed


@pytest.mark.parametrize("value", ["limited", "complete", "substantial"])
def test_what_the_version_before_upheld_is_not_guessed_once_the_verdict_is_given_anew(
    cast: Cast, rita: Actor, roy: Person, report: Report, value: str
) -> None:
    reading = _settled(rita, roy, report, "substantial")
    SecondOpinion.objects.update(upheld_value=None)
    _give(rita, report, value)

    row, page = _row(rita, reading), signed_in(cast.rita)
    assert (row.upheld_value, row.was_changed) == (None, True)
    assert "which verdict was upheld then is not known" in words_of(
        page.get(f"/secretariat/reviews/{report.pk}/conclude/")
    )
    assert "Which one was upheld is not known" in words_of(page.get(f"/secretariat/readings/{reading.pk}/"))
    conclude_report(rita, report, "We spoke again.")
    assert "had been settled; which verdict was upheld then is not known. We spoke again." in (
        InternalNote.objects.get().text
    )


def test_of_two_readings_the_one_that_was_settled_last_binds(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    ruth, measure = make_person("Ruth", cast.secretariat, Role.REVIEWER), measure_of(report)
    first, second = ask(rita, report, roy, "search"), ask(rita, report, ruth, "search")
    give_opinion(actor_of(roy), first, measure, value="complete", reason="All is there.")
    send_reading(actor_of(roy), first)
    give_opinion(actor_of(ruth), second, measure, value="limited")
    send_reading(actor_of(ruth), second)
    settle_reading(rita, first, [Settlement("search", "adopted", "Roy is right.")])
    settled = _changed_since_read(rita, report)

    _give(rita, report, "limited")  # as Ruth has agreed to before

    assert (settled, _changed_since_read(rita, report)) == ([], ["search"])


def test_a_verdict_that_was_taken_back_is_not_kept_either(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search")
    give_opinion(actor_of(roy), reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(actor_of(roy), reading)
    Verdict.objects.filter(measure__key="search").delete()

    with pytest.raises(DomainError, match=r"The reviewer has not judged 1\.1 yet"):
        settle_reading(rita, reading, [Settlement("search", "kept", "It has begun.")])


def _changed_since_read(actor: Actor, report: Report) -> list[str]:
    state = review_state(actor, report)
    assert state is not None
    return [row.step.key for row in changed_since_read(actor, report, state)]
