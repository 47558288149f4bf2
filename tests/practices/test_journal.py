"""The journal and the list of failed work: the secretariat reads them, and learns of no practice that is not for it."""

from dataclasses import replace

import pytest
from django.db.models import Q

from alliance.models import Cycle
from alliance.queries.journal import JournalFilter, journal_events, journal_rows
from alliance.queries.journal_export import export_batches
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.documents import Document
from portal.kernel.jobs import Job, JobState
from portal.kernel.operations import subject_texts
from practices.enums import Label, PracticeState
from practices.services.documents import BRIEF_KIND
from tests.factories.discussion import make_post
from tests.factories.relations import ReaderRelations

pytestmark = pytest.mark.django_db

HIDDEN_FROM_THE_HOST = (Label.AMBER, Label.AMBER_STRICT, Label.RED)


def sentences(actor: Actor) -> list[str]:
    with acting_as(actor):
        return [event.kind for event in journal_events(actor)]


def auditor(relations: ReaderRelations, relation: str = "host") -> Actor:
    return replace(relations.actors[relation], roles=frozenset({"auditor"}))


@pytest.mark.parametrize("label", HIDDEN_FROM_THE_HOST)
def test_the_journal_knows_of_no_practice_that_the_reader_may_not_see(
    relations: ReaderRelations, label: str
) -> None:
    practice = relations.practice(label)
    journal.record(SYSTEM, "practice.update", practice)

    assert sentences(auditor(relations)) == []
    assert sentences(auditor(relations, "host_named")) == ["practice.update"]


@pytest.mark.parametrize("label", [Label.CLEAR, Label.GREEN])
def test_the_journal_shows_what_is_for_the_community(relations: ReaderRelations, label: str) -> None:
    journal.record(SYSTEM, "practice.update", relations.practice(label))

    assert sentences(auditor(relations)) == ["practice.update"]


def test_nobody_asks_for_the_lines_of_a_practice_by_its_number(relations: ReaderRelations) -> None:
    practice, actor = relations.practice(Label.GREEN), auditor(relations)
    journal.record(SYSTEM, "practice.update", practice)

    with acting_as(actor):
        assert journal_events(actor, JournalFilter(group="practice")).count() == 1
        assert not journal_events(actor, JournalFilter(target=f"practices.practice:{practice.pk}")).exists()


def test_a_line_does_not_number_the_practices(relations: ReaderRelations) -> None:
    journal.record(SYSTEM, "practice.update", relations.practice(Label.GREEN))
    actor = auditor(relations)

    with acting_as(actor):
        assert [line.target_number for line in journal_rows(actor, list(journal_events(actor)))] == [""]


def test_the_details_of_a_line_number_nothing_and_name_no_reader(relations: ReaderRelations) -> None:
    practice, actor = relations.practice(Label.GREEN), auditor(relations)
    make_post(relations.actors["author"], practice, "See below, @Bob.")
    journal.record(SYSTEM, "practice.narrow", practice, label="green", offer=7, added=["staff:7"])

    with acting_as(actor):
        details = {
            line.event.kind: line.details_text for line in journal_rows(actor, list(journal_events(actor)))
        }
    assert details == {"post.write": "", "practice.narrow": "Label: TLP:GREEN"}


def test_the_file_of_the_journal_numbers_no_practice_and_names_no_reader(relations: ReaderRelations) -> None:
    practice, actor = relations.practice(Label.GREEN), auditor(relations)
    journal.record(SYSTEM, "practice.narrow", practice, label="green", offer=7, added=["staff:7"])
    journal.record(SYSTEM, "practice.update", relations.practice(Label.RED))

    entries = [entry for portion in export_batches(actor, JournalFilter(), "en") for entry in portion]

    assert [(entry.kind, entry.target_number, entry.details) for entry in entries] == [
        ("practice.narrow", None, "Label: TLP:GREEN")
    ]


def test_a_draft_leaves_the_secretariat_no_line(relations: ReaderRelations) -> None:
    journal.record(SYSTEM, "practice.draft", relations.practice(Label.GREEN, PracticeState.DRAFT))

    assert sentences(auditor(relations)) == []


def test_a_reader_of_a_journal_without_practices_is_compared_with_none(relations: ReaderRelations) -> None:
    """Each condition is planned for each part of the journal, whether anything in it is about a practice or not."""
    journal.record(SYSTEM, "cycle.open", Cycle(pk=1))
    actor = auditor(relations)
    with acting_as(actor):
        assert "practices_" not in str(journal.entries_visible_to(actor).query)

    journal.record(SYSTEM, "practice.update", relations.practice(Label.GREEN))

    with acting_as(actor):
        query = str(journal.entries_visible_to(actor).query)
    assert ("practices_practice" in query, "practices_attachment" in query) == (True, False)


def test_entries_are_hidden_only_where_they_are_restricted() -> None:
    with pytest.raises(ValueError, match=r"alliance\.Cycle are not restricted"):
        journal.hide_entries(Cycle, lambda actor: Q())


def test_failed_work_does_not_say_what_it_is_about(relations: ReaderRelations) -> None:
    event = journal.record(SYSTEM, "practice.share_directly", relations.practice(Label.RED))
    job = Job.objects.create(
        kind="route_event", dedupe_key="failed", payload={"event": event.pk}, state=JobState.DEAD
    )

    assert subject_texts(auditor(relations), [job]) == ["confidential"]


def test_a_document_about_a_practice_notifies_its_requester_alone(relations: ReaderRelations) -> None:
    document = Document.objects.create(
        kind=BRIEF_KIND, target_id=1, language="en", title="", requested_by=relations.people["staff"],
        tenant_id=relations.actors["staff"].tenant_id,
    )  # fmt: skip
    journal.record(relations.actors["staff"], "document.request", document, document_kind=BRIEF_KIND)
    other = Document.objects.create(kind="report.pdf", target_id=1, language="en", title="")
    journal.record(SYSTEM, "document.ready", other)

    assert sentences(auditor(relations)) == ["document.ready"]
    known = journal.entries_visible_to(relations.actors["staff"]).filter(target_type="portal.document")
    assert [event.kind for event in known] == ["document.ready", "document.request"]
