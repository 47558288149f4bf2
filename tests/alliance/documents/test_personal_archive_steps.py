"""The archive of a person's data is built in steps: long, interrupted, given up."""

import json
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest

from alliance.documents import personal_data
from alliance.documents.zip_writer import ZipWriter
from alliance.enums import Role
from alliance.models import Membership, Person
from alliance.queries.personal_data import actors_of_person
from alliance.services.answers import save_answer
from alliance.services.personal_data import request_personal_data
from portal.kernel import documents, files, privacy
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.documents.parts import read_parts
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.own_archives import files_of, run_steps, state_of, steps_of, two_minutes_pass
from tests.support.personal_data import all_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each job stops after one file."""
    monkeypatch.setattr(documents, "STEP_SECONDS", -1)


LISTS = ("profile", "memberships", "inbox", "journal", "answers", "figures", "notes")


@pytest.fixture(autouse=True)
def few_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the ninety lists these, so that a step for each is soon done."""
    parts = [part for part in privacy.personal_data_parts() if part.name in LISTS]
    monkeypatch.setattr(personal_data, "personal_data_parts", lambda: parts)


@pytest.fixture
def short_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve rows in a file, four read at once."""
    monkeypatch.setattr(personal_data, "FILE_ROWS", 12)
    monkeypatch.setattr(personal_data, "PAGE_ROWS", 4)


def acts(person: Person, count: int) -> None:
    """So many entries of the journal."""
    with acting_as(SYSTEM):
        Event.objects.bulk_create(
            Event(
                kind="organisation.change", actor_kind="person", person_id=person.pk,
                target_type="alliance.organisation", target_id=number + 1,
            )
            for number in range(count)
        )  # fmt: skip


def belongs_to_both(cast: Cast) -> None:
    """Alice acts for Beacon, too."""
    Membership.objects.create(person=cast.alice, organisation=cast.beacon, roles=[Role.READER])


def write_answer(cast: Cast) -> None:
    """In the draft of Aurora's report, which who leaves it cannot read any more."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    story = report.charter.indicators.get(key="search-story")
    with acting_as(cast.actor("alice")) as alice:
        save_answer(alice, report, story, text="We search.", language="en", version=0)


def written_rows(document: Document, name: str) -> int:
    """How many rows of a list the steps so far have written."""
    state_of(document)
    with acting_as(SYSTEM):
        positions = read_parts(document).state.get("positions", {})
    return int(positions[name]["rows"]) if name in positions else 0


def journal_of(archive: dict[str, bytes]) -> list[dict[str, Any]]:
    names = sorted(
        (name for name in archive if name.startswith("journal") and name.endswith(".json")), key=len
    )
    return [row for name in names for row in json.loads(archive[name])]


@pytest.mark.usefixtures("short_files")
def test_a_long_list_is_divided_and_nothing_is_lost_or_there_twice(cast: Cast) -> None:
    belongs_to_both(cast)
    acts(cast.alice, 30)
    document = request_personal_data(cast.alice)

    run_all_jobs()

    archive = files_of(document)
    rows = journal_of(archive)
    numbers = [row["target_id"] for row in rows if row["kind"] == "organisation.change"]
    assert numbers == list(range(1, 31))
    assert len(rows) == 31  # with the request itself
    assert {"journal-1.json", "journal-3.html", "profile.json"} <= archive.keys()
    assert "journal.json" not in archive
    assert 'rel="next" href="journal-2.html"' in archive["journal-1.html"].decode()
    last = max(name for name in archive if name.startswith("journal-") and name.endswith(".html"))
    assert 'rel="next"' not in archive[last].decode()
    assert f'href="{last}"' in archive["index.html"].decode()


@pytest.mark.parametrize("count", [11, 12, 13, 24, 25])
@pytest.mark.usefixtures("short_files")
def test_no_file_is_empty_and_no_page_leads_to_one(cast: Cast, count: int) -> None:
    acts(cast.alice, count - 1)
    document = request_personal_data(cast.alice)
    run_all_jobs()
    archive = files_of(document)
    pages = sorted(name for name in archive if name.startswith("journal") and name.endswith(".html"))
    assert len(journal_of(archive)) == count
    assert sum('rel="next"' in archive[name].decode() for name in pages) == len(pages) - 1


@pytest.mark.usefixtures("short_files", "step_by_step")
def test_a_file_whose_rows_are_purged_before_its_turn_has_a_page_that_links_lead_to(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    [journal] = [part for part in privacy.personal_data_parts() if part.name == "journal"]
    monkeypatch.setattr(personal_data, "personal_data_parts", lambda: [journal])
    acts(cast.alice, 30)
    document = request_personal_data(cast.alice)
    run_steps(document, 1)

    def read_nothing(*_facts: Any) -> privacy.PersonalDataPage:
        return privacy.PersonalDataPage([], None)

    monkeypatch.setattr(personal_data, "read_page", read_nothing)
    run_all_jobs()
    archive = files_of(document)
    assert json.loads(archive["journal-2.json"]) == []
    assert 'rel="next" href="journal-2.html"' in archive["journal-1.html"].decode()
    assert "Entries: 0" in archive["journal-2.html"].decode()


def test_a_file_ends_soon_after_its_bytes_are_full(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    acts(cast.alice, 600)
    [journal] = [part for part in privacy.personal_data_parts() if part.name == "journal"]
    monkeypatch.setattr(personal_data, "FILE_BYTES", 1_000)
    file = personal_data._read_file(actors_of_person(cast.alice.pk), journal, 0)
    assert len(file.texts) == 250


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_several_memberships_show_each_row_once_however_few_are_read_at_once(cast: Cast, limit: int) -> None:
    belongs_to_both(cast)
    acts(cast.alice, 7)
    actors = actors_of_person(cast.alice.pk)
    [journal] = [part for part in privacy.personal_data_parts() if part.name == "journal"]
    assert len(actors) == 2
    assert [row["target_id"] for row in all_rows(journal, actors, limit)] == list(range(1, 8))


@pytest.mark.usefixtures("short_files")
def test_in_steps_it_is_the_same_as_in_one_go(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    acts(cast.alice, 30)
    whole = request_personal_data(cast.alice)
    run_all_jobs()
    in_one_go = files_of(whole)
    monkeypatch.setattr(documents, "STEP_SECONDS", -1)
    stepped = request_personal_data(cast.alice)
    run_all_jobs()
    step_by_step = files_of(stepped)
    assert (len(steps_of(whole)), len(steps_of(stepped)) > 9) == (1, True)
    assert in_one_go.keys() == step_by_step.keys()
    # the journal and the list of documents have the second request besides
    assert in_one_go["profile.json"] == step_by_step["profile.json"]
    assert journal_of(step_by_step)[: len(journal_of(in_one_go))] == journal_of(in_one_go)


@pytest.mark.usefixtures("short_files", "step_by_step")
def test_the_page_says_which_list_is_written_and_the_bar_never_goes_back(cast: Cast) -> None:
    acts(cast.alice, 30)
    document, seen = request_personal_data(cast.alice), []
    while state_of(document) != DocumentState.READY:
        run_steps(document, 1)
        state_of(document)
        seen.append((document.progress, document.step))
    percents = [percent for percent, _step in seen]
    steps = [step for _percent, step in seen]
    assert percents == sorted(percents)
    assert len(set(percents)) > 5
    assert "Your actions in the journal" in steps
    assert "Your actions in the journal. Entries so far: 12" in steps


@pytest.mark.usefixtures("short_files", "step_by_step")
def test_a_worker_that_is_killed_loses_one_file_and_makes_none_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts(cast.alice, 30)
    read: list[tuple[str, int]] = []
    read_file = personal_data._read_file

    def read_or_die(actors: Sequence[Actor], part: privacy.PersonalDataPart, after: int) -> Any:
        read.append((part.name, after))
        if len([name for name, _after in read if name == "journal"]) == 2 and len(read) == len(set(read)):
            raise KeyboardInterrupt  # as a signal ends it: nothing is written down
        return read_file(actors, part, after)

    monkeypatch.setattr(personal_data, "_read_file", read_or_die)
    document = request_personal_data(cast.alice)
    with pytest.raises(KeyboardInterrupt):
        run_steps(document, 200)
    assert (state_of(document), steps_of(document)[-1].state) == (DocumentState.BUILDING, JobState.LEASED)

    with acting_as(SYSTEM):  # two minutes pass
        Job.objects.filter(state=JobState.LEASED).update(lease_until="2026-01-01T00:00:00Z")
    run_all_jobs()

    assert state_of(document) == DocumentState.READY
    assert len(read) == len(set(read)) + 1  # what the killed one had begun
    assert len(journal_of(files_of(document))) == 31


@pytest.mark.usefixtures("short_files", "step_by_step")
def test_parts_go_with_an_archive_that_is_given_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_facts: Any) -> None:
        raise RuntimeError

    document = request_personal_data(cast.alice)
    run_steps(document, 5)
    assert len(files.paths_below(f"documents/{document.key}")) > 5
    monkeypatch.setattr(personal_data, "_read_file", fail)
    with acting_as(SYSTEM):  # it has failed seven times
        Job.objects.filter(pk=steps_of(document)[-1].pk).update(attempts=7)
    run_steps(document, 1)
    two_minutes_pass()
    assert (state_of(document), document.error) == (
        DocumentState.FAILED,
        "It failed. The error has been recorded; you can try again.",
    )
    assert files.paths_below(f"documents/{document.key}") == []


@pytest.mark.usefixtures("short_files", "step_by_step")
def test_a_person_who_may_not_sign_in_any_more_gets_nothing_and_reads_why(cast: Cast) -> None:
    document = request_personal_data(cast.alice)
    run_steps(document, 5)
    Person.objects.filter(pk=cast.alice.pk).update(is_active=False)
    run_all_jobs()
    assert state_of(document) == DocumentState.FAILED
    assert document.error == "Only the person concerned can request their data."


@pytest.mark.usefixtures("short_files", "step_by_step")
def test_of_rights_that_change_between_two_steps_the_later_ones_hold_for_all_lists(cast: Cast) -> None:
    write_answer(cast)
    document = request_personal_data(cast.alice)
    while written_rows(document, "answers") == 0:
        run_steps(document, 1)
    Membership.objects.filter(person=cast.alice).update(ended_at="2026-01-01T00:00:00Z")
    run_all_jobs()
    archive = files_of(document)
    assert json.loads(archive["profile.json"])[0]["name"] == "Alice"
    assert json.loads(archive["answers.json"]) == []


def test_rights_that_change_in_the_last_step_have_it_built_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_answer(cast)
    finish, zips = ZipWriter.finish, []

    def finish_and_lose(archive: ZipWriter, *facts: Any, **more: Any) -> Any:
        zips.append(finish(archive, *facts, **more))
        with acting_as(SYSTEM):
            Membership.objects.filter(person=cast.alice).update(ended_at="2026-01-01T00:00:00Z")
        return zips[-1]

    monkeypatch.setattr(ZipWriter, "finish", finish_and_lose)
    document = request_personal_data(cast.alice)
    run_all_jobs()

    assert json.loads(files_of(document)["answers.json"]) == []
    assert (len(zips), zips[0].closed) == (2, True)


def test_the_memory_does_not_grow_with_the_journal(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_data, "FILE_ROWS", 100)
    monkeypatch.setattr(personal_data, "PAGE_ROWS", 50)
    peaks, counts = [], []
    for more in (200, 1_800):
        acts(cast.alice, more)
        document = request_personal_data(cast.alice)
        tracemalloc.start()
        run_all_jobs()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        counts.append(len(journal_of(files_of(document))))
    assert counts[1] > 9 * counts[0]
    assert peaks[1] < 1.5 * peaks[0]
