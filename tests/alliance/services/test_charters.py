"""Loading charters and putting them in force: all or nothing, and what is in force stays as it is."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import alliance
from alliance.charter_file import CharterFaults
from alliance.enums import CharterState
from alliance.models import Charter, Indicator
from alliance.services.charters import LoadOutcome, check_charter, load_charter, put_charter_in_force
from portal.kernel import publishing
from portal.kernel.access import ANYONE, SYSTEM, Actor, ActorKind
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from tests.support.charter_files import SMALL, line_of

pytestmark = pytest.mark.django_db

BUNDLED = Path(alliance.__file__).parent / "data" / "charters" / "alliance.yaml"
FIRST = (
    SMALL.replace("version: 2", "version: 1").split("supersedes:")[0] + "harms:" + SMALL.split("harms:", 1)[1]
)
FIRST = FIRST.replace("key: complaints", "key: old-count").replace(
    "part_of: complaints", "part_of: old-count"
)

MONA = Actor(ActorKind.PERSON, is_host=True, roles=frozenset({"manager"}))
RITA = Actor(ActorKind.PERSON, is_host=True, roles=frozenset({"reviewer"}))
SVEN = Actor(ActorKind.PERSON, roles=frozenset({"signatory", "administrator"}))


def load(text: str) -> Charter:
    return load_charter(MONA, text.encode()).charter


def in_force(text: str) -> Charter:
    return put_charter_in_force(MONA, check_charter(MONA, load(text)))


# --- Loading -------------------------------------------------------------------------------------


def test_load_charter_writes_the_whole_text_as_a_draft() -> None:
    result = load_charter(MONA, SMALL.encode())
    charter = result.charter
    assert (result.outcome, charter.state) == (LoadOutcome.CREATED, CharterState.DRAFT)
    assert (charter.title_en, charter.title_ru, charter.note_ru) == ("Small charter", "Малая хартия", "")
    assert list(charter.indicators.values_list("position", "key", "measure__commitment__key")) == [
        (1, "how", "answer"),
        (2, "complaints", "answer"),
        (3, "answered", "answer"),
    ]
    assert list(charter.mappings.values_list("earlier_key", "key")) == [("old-count", "complaints")]


def test_load_charter_writes_an_indicator_as_the_file_says() -> None:
    load(SMALL)
    indicator = Indicator.objects.get(key="complaints")
    assert (indicator.value, indicator.unit, indicator.scope) == ("count", "complaints", "service")
    assert (indicator.breakdowns, indicator.exclusive, indicator.minimum) == (["harm"], True, Decimal(0))
    assert (indicator.title_en, indicator.title_ru, indicator.guidance_ru) == ("Complaints", "Жалобы", "")


def test_load_charter_writes_out_the_cells_of_a_breakdown_by_harm() -> None:
    assert load(SMALL).breakdowns == [
        {
            "key": "harm",
            "title": {"en": "Harm", "ru": "Вред"},
            "cells": [{"key": "bullying", "title": {"en": "Bullying", "ru": "Травля"}}],
        }
    ]


def test_load_charter_twice_changes_nothing() -> None:
    first = load(SMALL)
    again = load_charter(MONA, ("# a comment is no change\n" + SMALL).encode())
    assert (again.outcome, again.charter.pk) == (LoadOutcome.UNCHANGED, first.pk)
    assert list(Indicator.objects.filter(charter=first)) == list(first.indicators.all())
    assert Event.objects.filter(kind="charter.load").count() == 1


def test_load_charter_replaces_a_draft() -> None:
    first = load(SMALL)
    result = load_charter(MONA, SMALL.replace("key: answered", "key: done").encode())
    assert (result.outcome, result.charter.pk) == (LoadOutcome.UPDATED, first.pk)
    assert list(first.indicators.values_list("key", flat=True)) == ["how", "complaints", "done"]


def test_load_charter_with_a_fault_loads_nothing() -> None:
    with pytest.raises(CharterFaults):
        load_charter(MONA, SMALL.replace("part_of: complaints", "part_of: nothing").encode())
    assert (list(Charter.objects.exclude(key="test-charter")), Event.objects.count()) == ([], 0)


def test_load_charter_checks_a_mapping_against_the_version_that_is_there() -> None:
    load(FIRST.replace("old-count", "other-count"))
    with pytest.raises(CharterFaults) as refusal:
        load(SMALL)
    assert [(fault.line, fault.path) for fault in refusal.value.faults] == [(8, "mapping[0].from")]


def test_load_charter_refuses_to_change_what_is_in_force() -> None:
    charter = in_force(SMALL)
    with pytest.raises(WrongState) as refusal:
        load(SMALL.replace("Малая", "Большая"))
    charter.refresh_from_db()
    assert charter.title_ru == "Малая хартия"
    assert str(refusal.value) == (
        "Version 2 of the charter “small” can no longer change (In force), and this file differs. "
        "Give the changed text version 3."
    )


def test_load_charter_again_when_it_is_in_force_is_no_change() -> None:
    in_force(SMALL)
    assert load_charter(MONA, SMALL.encode()).outcome == LoadOutcome.UNCHANGED


@pytest.mark.parametrize("actor", [RITA, SVEN, ANYONE], ids=["Rita", "Sven", "Vera"])
def test_load_charter_is_the_managers(actor: Actor) -> None:
    with pytest.raises(Forbidden):
        load_charter(actor, SMALL.encode())


# --- In force ------------------------------------------------------------------------------------


def test_put_charter_in_force_dates_it_and_publishes_its_text() -> None:
    charter = in_force(SMALL)
    publication = Publication.objects.get()
    document = publishing.read_publication(publication)
    (commitment,) = document["chapters"][0]["commitments"]
    assert (charter.state, charter.in_force_on is not None) == (CharterState.IN_FORCE, True)
    assert (publication.type, publication.record, publication.revision) == ("charter", "small/2", 1)
    assert document["title"] == {"en": "Small charter", "ru": "Малая хартия"}
    assert (commitment["key"], commitment["title"]) == ("answer", {"en": "Answer", "ru": "Отвечать"})
    assert commitment["measures"][0]["indicators"][1]["minimum"] == "0"


def test_put_charter_in_force_supersedes_the_version_before() -> None:
    first = in_force(FIRST)
    in_force(SMALL)
    first.refresh_from_db()
    assert first.state == CharterState.SUPERSEDED


def test_put_charter_in_force_refuses_an_earlier_version_after_a_later_one() -> None:
    first = load(FIRST)
    in_force(SMALL)
    with pytest.raises(DomainError, match="Version 2 is in force already"):
        put_charter_in_force(MONA, first)


def test_put_charter_in_force_twice_is_refused() -> None:
    charter = in_force(SMALL)
    with pytest.raises(WrongState):
        put_charter_in_force(MONA, charter)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("actor", [RITA, SVEN, ANYONE], ids=["Rita", "Sven", "Vera"])
def test_put_charter_in_force_is_the_managers(actor: Actor) -> None:
    charter = load(SMALL)
    with pytest.raises(Forbidden):
        put_charter_in_force(actor, charter)


# --- The command ---------------------------------------------------------------------------------


def test_the_command_loads_the_bundled_charter_and_says_what_it_holds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("load_charter", str(BUNDLED), "--in-force")
    assert capsys.readouterr().out == (
        "voluntary-commitments, version 1: created, in force. "
        "10 commitments, 31 measures, 86 indicators (55 figures), 11 harms.\n"
    )


def test_the_command_counts_one_file_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_charter", str(BUNDLED.with_name("disclosures.yaml")))
    assert capsys.readouterr().out.endswith("1 commitment, 1 measure, 1 indicator (1 figure), 0 harms.\n")


def test_the_command_run_again_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_charter", str(BUNDLED), "--in-force")
    call_command("load_charter", str(BUNDLED), "--in-force")
    assert capsys.readouterr().out.count("version 1: unchanged, in force.") == 1
    assert Publication.objects.count() == 1


def test_the_command_names_every_fault_and_loads_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "хартия one.yaml"
    file.write_text(
        SMALL.replace("version: 2", "version: x").replace("core: true", "core: 1"), encoding="utf-8"
    )
    with pytest.raises(CommandError, match="The file has 2 errors"):
        call_command("load_charter", str(file))
    assert [line.split(": ")[:2] for line in capsys.readouterr().err.splitlines()] == [
        [f"{file}:3", "version"],
        [f"{file}:{line_of('core: true')}", "chapters[0].commitments[0].measures[0].core"],
    ]
    assert not Charter.objects.exclude(key="test-charter").exists()


def test_the_command_says_when_there_is_no_file() -> None:
    with pytest.raises(CommandError, match=r"nowhere\.yaml: No such file or directory"):
        call_command("load_charter", "nowhere.yaml")


def test_the_system_may_load() -> None:
    assert load_charter(SYSTEM, SMALL.encode()).outcome == LoadOutcome.CREATED
