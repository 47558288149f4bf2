"""An archive whose requester gets other rights while it is built: read anew with those, or refused; never mixed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.functions import Now

from alliance.documents import archives, member_archive, own_archive
from alliance.models import Membership, Person, Report
from alliance.services.documents import request_member_archive
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.documents import Built, DocumentState
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.own_archives import ARCHIVE, files_of, request_archive, run_steps, state_of, steps_of

pytestmark = pytest.mark.django_db

MAY_NOT_HAVE_IT = "Only signatories and administrators of the organisation can create this archive."
LOSSES: list[dict[str, Any]] = [{"roles": ["reader"]}, {"ended_at": Now()}]


def do_once(act: Callable[[], object]) -> Callable[..., Any]:
    """Lays out a workbook, and does this before the first one."""
    acts = [act]

    def render(*_facts: Any) -> Built:
        while acts:
            acts.pop()()
        return Built(b"laid out", "", "")

    return render


def change(person: Person, **values: Any) -> Callable[[], None]:
    def change_it() -> None:
        with acting_as(SYSTEM):
            assert Membership.objects.filter(person=person).update(**values) == 1

    return change_it


@pytest.fixture
def roles_of_readings(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """With which roles reports and their submissions are read, one after the other."""
    roles: list[list[str]] = []

    def noting(read: Callable[..., Any]) -> Callable[..., Any]:
        def read_it(actor: Actor, *subjects: Any) -> Any:
            roles.append(sorted(actor.roles))
            return read(actor, *subjects)

        return read_it

    for name in ("report_to_archive", "filed_submission"):
        monkeypatch.setattr(f"{ARCHIVE}.{name}", noting(getattr(own_archive, name)))
    return roles


@pytest.mark.parametrize("loss", LOSSES, ids=["role", "membership"])
@pytest.mark.usefixtures("quick")
def test_a_right_that_is_lost_in_the_middle_of_a_step_ends_it_in_words(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch, loss: dict[str, Any]
) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.workbook.render", do_once(change(cast.sven, **loss)))
    document = request_archive(cast)
    run_all_jobs()

    assert (state_of(document), document.error, document.file) == (DocumentState.FAILED, MAY_NOT_HAVE_IT, "")
    assert [job.last_error for job in steps_of(document)] == ["", ""]


@pytest.mark.usefixtures("quick")
def test_a_right_that_is_lost_while_the_files_are_packed_ends_it(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, lose = archives.load_site(), [change(cast.sven, roles=["reader"])]

    def load_site() -> Any:
        while lose:
            lose.pop()()
        return site

    monkeypatch.setattr(archives, "load_site", load_site)
    document = request_archive(cast)
    run_all_jobs()

    assert (state_of(document), document.error) == (DocumentState.FAILED, MAY_NOT_HAVE_IT)


@pytest.mark.usefixtures("quick")
def test_other_rights_in_the_middle_of_a_step_are_those_of_the_whole_archive(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch, roles_of_readings: list[list[str]]
) -> None:
    monkeypatch.setattr(f"{ARCHIVE}.workbook.render", do_once(change(cast.sven, roles=["administrator"])))
    document = request_archive(cast)
    run_all_jobs()

    assert state_of(document) == DocumentState.READY
    # the report and its first submission, then all of it anew
    assert roles_of_readings == [["administrator", "signatory"]] * 2 + [["administrator"]] * 3
    assert {"reports/2026-h1/submission-1.xlsx", "reports/2026-h1/report.pdf"} <= files_of(document).keys()


@pytest.mark.usefixtures("quick", "step_by_step")
def test_other_rights_between_two_steps_are_those_of_the_whole_archive(
    cast: Cast, report: Report, roles_of_readings: list[list[str]]
) -> None:
    document = request_archive(cast)
    run_steps(document, 4)
    assert {*map(tuple, roles_of_readings)} == {("administrator", "signatory")}
    roles_of_readings.clear()
    change(cast.sven, roles=["administrator"])()
    run_all_jobs()

    assert state_of(document) == DocumentState.READY
    assert {*map(tuple, roles_of_readings)} == {("administrator",)}
    assert "reports/2026-h1/submission-1.json" in files_of(document)


def test_the_secretariat_loses_an_archive_with_its_right_in_the_middle(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, lose = member_archive.report_json, [change(cast.mona, ended_at=Now())]

    def report_json(*facts: Any) -> Any:
        while lose:
            lose.pop()()
        return read(*facts)

    monkeypatch.setattr(member_archive, "report_json", report_json)
    with acting_as(cast.actor("mona")) as mona:
        document = request_member_archive(mona, cast.aurora, "en")
    run_all_jobs()

    assert state_of(document) == DocumentState.FAILED
    assert document.error == "Only the secretariat can create this archive."
