"""Blind second readings: neither verdicts nor findings and notes of the review are shown before the reading is sent."""

from datetime import timedelta

import pytest

from alliance.documents.report.facts import preview_report_facts
from alliance.enums import Role
from alliance.models import (
    Commitment,
    Finding,
    Person,
    Report,
    ReportDecision,
)
from alliance.queries.cycle_submissions import verdicts_so_far
from alliance.queries.findings import findings
from alliance.queries.journal import NO_FILTER, JournalFilter, journal_page
from alliance.queries.journal_export import export_batches
from alliance.queries.local_dates import today
from alliance.queries.report_history import earlier_conclusion, replies_to_earlier
from alliance.queries.report_moves import last_moves
from alliance.queries.report_previews import report_preview
from alliance.queries.report_story import story_entries, story_events
from alliance.queries.review_context import findings_on, notes_on
from alliance.queries.review_queue import queue_rows
from alliance.queries.review_state import review_state
from alliance.services.findings import open_finding
from alliance.services.responses import respond_to_verdicts
from alliance.services.review_decisions import reopen_review
from alliance.services.review_notes import write_note
from alliance.services.reviews import conclude_report
from alliance.services.second_readings import (
    Settlement,
    give_opinion,
    send_reading,
    settle_reading,
)
from portal.kernel import journal
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.notices import notice_of
from tests.factories import Cast, actor_of, make_person
from tests.support.second_readings import ask, measure_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("row_security_open")]


def test_a_blind_reader_sees_no_verdict_before_sending(rita: Actor, roy: Person, report: Report) -> None:
    reading = ask(rita, report, roy, "search", is_blind=True)
    reader = actor_of(roy)

    hidden = review_state(reader, report)
    with pytest.raises(DomainError, match="Give a reason"):
        give_opinion(reader, reading, measure_of(report), value="limited")
    give_opinion(reader, reading, measure_of(report), value="limited", reason="I find so too.")
    send_reading(reader, reading)

    shown = review_state(reader, report)
    assert hidden is not None
    assert shown is not None
    assert [step.verdict for step in hidden.steps] == [None] * 5
    assert all(step.verdict for step in shown.steps)


def test_a_blind_reader_finds_the_verdicts_nowhere_before_sending(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    concluded = conclude_report(rita, report)
    respond_to_verdicts(cast.actor("sven"), concluded, None, "Limited is too little.", "en")
    reopen_review(rita, report, "A figure was misread.")
    decision = ReportDecision.objects.get()
    reading = ask(rita, report, roy, "search", is_blind=True)
    reader = actor_of(roy)

    def seen() -> tuple[int, int, int, bool, bool, bool]:
        preview, conclusion = (
            report_preview(reader, report.pk),
            earlier_conclusion(reader, report, decision.pk),
        )
        assert preview is not None
        assert conclusion is not None
        details = [row.details_text for row in journal_page(reader, JournalFilter(kind="verdict.give")).rows]
        story = story_entries(reader, report, list(story_events(reader, report)))
        story_words = [words.text for entry in story for words in entry.words]
        exported = [row.details for rows in export_batches(reader, NO_FILTER, "en") for row in rows]
        return (
            len(preview.verdicts),
            len(conclusion.verdicts),
            len(replies_to_earlier(reader, conclusion)),
            any("Limited" in text for text in details),
            any("Limited" in text for text in exported),
            "Limited is too little." in story_words,
        )

    assert seen() == (0, 0, 0, False, False, False)
    assert verdicts_so_far(reader, report.cycle) == {}
    assert len(verdicts_so_far(rita, report.cycle)) == Commitment.objects.count()
    give_opinion(reader, reading, measure_of(report), value="limited", reason="I find so too.")
    send_reading(reader, reading)
    assert seen() == (5, 5, 1, True, True, True)


def test_the_story_of_a_report_has_the_words_of_a_reading_for_whoever_does_not_read_it_blind(
    cast: Cast, rita: Actor, roy: Person, report: Report
) -> None:
    reading, reader = ask(rita, report, roy, "search"), actor_of(roy)
    give_opinion(reader, reading, measure_of(report), value="complete", reason="All is there.")
    send_reading(reader, reading)
    blind = make_person("Zoe", cast.secretariat, Role.REVIEWER)
    ask(rita, report, blind, "speed", is_blind=True)

    def last_of(actor: Actor) -> tuple[list[str], str]:
        (row,) = queue_rows(actor, [report], last_moves(actor, [report.pk]))
        return sorted(each.reader.name for each in row.readings), row.last_move.partition(" · ")[0]

    assert last_of(rita) == (["Roy", "Zoe"], "Last: Second reading asked for")
    assert last_of(actor_of(blind)) == (["Zoe"], "Last: Second reading asked for")
    settle_reading(rita, reading, [Settlement("search", "kept", "Not at night.")])

    def words_for(actor: Actor) -> list[tuple[str, str]]:
        entries = story_entries(actor, report, list(story_events(actor, report)))
        of_readings = (entry for entry in entries if entry.row.event.target_type == "alliance.secondreading")
        return [(str(words.label), words.text) for entry in of_readings for words in entry.words]

    def endings_for(actor: Actor) -> set[str]:
        kinds = {each.kind for each in story_events(actor, report)}
        return kinds & {"second_reading.differ", "second_reading.settle"}

    settled = "1.1: The first verdict was kept"
    assert endings_for(rita) == {"second_reading.differ", "second_reading.settle"}
    assert endings_for(actor_of(blind)) == set()
    assert words_for(rita) == [("1.1: Complete", "All is there."), (settled, "Not at night.")]
    assert words_for(actor_of(blind)) == []
    assert last_of(rita) == (["Zoe"], "Last: Second reading settled")
    assert last_of(actor_of(blind)) == (["Zoe"], "Last: Second reading asked for")


def test_a_blind_reader_reads_findings_and_notes_of_the_review_nowhere_before_sending(
    rita: Actor, roy: Person, report: Report
) -> None:
    measure, reader = measure_of(report), actor_of(roy)
    due_on = today() + timedelta(days=30)
    open_finding(rita, report, measure=measure, text="Search at night.", due_on=due_on, public=True)
    write_note(rita, report, "They search by day.", measure=measure)
    reading = ask(rita, report, roy, "search", is_blind=True)
    write_note(reader, report, "See the log.", measure=measure)
    claim = journal.record(rita, "finding.claim", Finding.objects.get(), report=report.pk)

    def seen() -> dict[str, list[str]]:
        story = story_entries(reader, report, list(story_events(reader, report)))
        document = preview_report_facts(reader, report.pk).document
        letter = notice_of("finding.claim").context(reader, claim)
        return {
            "beside": [row.text for row in findings_on(reader, report, measure)],
            "letter": [letter["finding"].text] if letter else [],
            "list": [row.text for row in findings(reader)],
            "notes": sorted(row.text for row in notes_on(reader, report, measure)),
            "story": [
                words.text for each in story for words in each.words if words.text.startswith("Search")
            ],
            "preview": [row["text"] for each in document["measures"] for row in each["findings"]],
        }

    def opened() -> list[bool]:
        """Whether the story, the journal's file and the queue say that there is a finding."""
        events = [*story_events(reader, report)]
        move = last_moves(reader, [report.pk])[report.pk]
        return [any(each.kind == "finding.open" for each in events), "Finding" in move]

    journal.record(rita, "finding.carry", Finding.objects.get(), report=report.pk)
    assert opened() == [False, False]
    places = ("beside", "letter", "list", "story", "preview")
    assert seen() == {**{place: [] for place in places}, "notes": ["See the log."]}
    give_opinion(reader, reading, measure, value="limited", reason="I find so too.")
    send_reading(reader, reading)
    assert opened()[0]
    notes = ["See the log.", "They search by day."]
    assert seen() == {**{place: ["Search at night."] for place in places}, "notes": notes}
