"""Sections of a person who can write no more: back to their giver, over to a successor, or nobody's."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from alliance.enums import DelegationState, Role, UploadKind, UploadState
from alliance.models import Measure, Membership, Organisation, Person, Report, ReportUpload
from alliance.queries.delegations import section_title
from alliance.queries.handover import remaining_work
from alliance.queries.journal_drafts import without_drafts_of_others
from alliance.queries.report_frame import report_frame
from alliance.services.account_decisions import close_account
from alliance.services.delegations import finish_delegation, give_sections, reopen_delegation
from alliance.services.extensions import ask_for_extension
from alliance.services.handover import end_membership_with_handover
from alliance.services.people import end_membership, set_roles
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from portal.kernel.registry import WorkPiece, open_work
from tests.factories import Cast, actor_of, make_cycle, make_person, make_report, read_cast, read_charter
from tests.support.delegations import give, in_days, inbox_of, measure_of, stored
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def membership_of(person: Person, organisation: Organisation) -> Membership:
    with acting_as(SYSTEM):
        return Membership.objects.get(person=person, organisation=organisation)


def first_measures(report: Report, count: int) -> list[Measure]:
    with acting_as(SYSTEM):
        return [required.measure for required in report_frame(report).measures[:count]]


@pytest.mark.parametrize("way", ["end", "roles", "close"])
def test_sections_of_a_leaver_return_to_their_assigner(cast: Cast, report: Report, way: str) -> None:
    (section,) = give(cast, report, cast.alice)
    membership = membership_of(cast.alice, cast.aurora)
    if way == "close":
        make_person("Erna", cast.aurora, Role.EDITOR)  # whoever else edits
        with acting_as(cast.actor("mona")) as mona:
            close_account(mona, cast.alice, "Asked by Sven.")
    else:
        with acting_as(cast.actor("sven")) as sven:
            if way == "end":
                end_membership(sven, membership)
            else:
                set_roles(sven, membership, [Role.READER])

    returned = stored(section)
    assert (returned.assignee_id, returned.state) == (cast.sven.pk, DelegationState.OPEN)
    if way == "close":  # whoever acts needs no notice
        assert "delegation.return" in inbox_of(cast.sven)


def test_a_section_of_a_leaver_and_a_leaver_is_nobodys_and_administrators_know(
    cast: Cast, report: Report
) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    with acting_as(cast.actor("alice")) as alice:
        (section,) = give_sections(
            alice, report, [f"m{measure_of(report).pk}"], [erna.pk], in_days(5)
        ).delegations
    with acting_as(cast.actor("mona")) as mona:
        end_membership(mona, membership_of(cast.alice, cast.aurora))
        end_membership(mona, membership_of(erna, cast.aurora))

    assert stored(section).state == DelegationState.TAKEN_BACK
    assert "delegation.return" in inbox_of(cast.sven)


def test_sections_of_a_leaver_return_in_one_letter_for_each_who_gets_them(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    first, second, third = first_measures(report, 3)
    whole = f"c{first.commitment_id}"
    give(cast, report, erna, whole, f"m{first.pk}", f"m{second.pk}")  # by Sven, who has the whole himself
    give(cast, report, cast.sven, whole)
    give(cast, report, erna, f"m{third.pk}", by="alice")
    run_all_jobs()
    mailoutbox.clear()

    with acting_as(cast.actor("mona")) as mona:
        end_membership(mona, membership_of(erna, cast.aurora))
    run_all_jobs()

    to_sven, to_alice = (
        [letter for letter in mailoutbox if letter.to == [person.email] and "Back with you" in letter.subject]
        for person in (cast.sven, cast.alice)
    )
    assert [len(to_sven), len(to_alice)] == [1, 1]
    assert [to_sven[0].body.count(section_title(each)) for each in (first, second, third)] == [1, 1, 0]
    assert section_title(first.commitment) not in to_sven[0].body
    assert section_title(third) in to_alice[0].subject
    assert inbox_of(cast.sven).count("delegation.return") == 1


def test_sections_that_nobody_gets_back_are_named_to_administrators_in_one_letter(
    cast: Cast, report: Report, mailoutbox: list[Any]
) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    measures = first_measures(report, 3)
    give(cast, report, erna, *[f"m{each.pk}" for each in measures], by="alice")
    with acting_as(cast.actor("mona")) as mona:
        end_membership(mona, membership_of(cast.alice, cast.aurora))
        run_all_jobs()
        mailoutbox.clear()
        end_membership(mona, membership_of(erna, cast.aurora))
    run_all_jobs()

    (letter,) = [
        each for each in mailoutbox if each.to == [cast.sven.email] and "without a writer" in each.subject
    ]
    assert ", and 2 more" in letter.subject
    assert all(section_title(each) in letter.body for each in measures)


def test_all_work_of_a_leaver_goes_over_with_the_sections(cast: Cast, report: Report) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        end_membership_with_handover(sven, membership_of(cast.alice, cast.aurora), successor=erna)

    assert (stored(section).assignee_id, stored(section).state) == (erna.pk, DelegationState.OPEN)


def test_what_a_leaver_gave_to_others_has_the_successor_as_its_giver(cast: Cast, report: Report) -> None:
    erna, petra = (make_person(name, cast.aurora, Role.EDITOR) for name in ("Erna", "Petra"))
    (section,) = give(cast, report, petra, by="alice")
    page = signed_in(cast.sven).get(f"/workspace/people/{membership_of(cast.alice, cast.aurora).pk}/end/")
    assert f"{section_title(measure_of(report))}, {report.cycle.title}: Petra" in words_of(page)
    assert f'href="/workspace/delegations/{section.pk}/"' in page.content.decode()
    with acting_as(cast.actor("sven")) as sven:
        end_membership_with_handover(sven, membership_of(cast.alice, cast.aurora), successor=erna)
    with acting_as(actor_of(petra)) as actor:
        finish_delegation(actor, section)

    assert stored(section).given_by == erna
    assert inbox_of(erna) == ["membership.hand_over", "delegation.finish"]
    entry = Event.objects.get(kind="delegation.take_over_given")
    assert entry.data == {"person": cast.alice.pk, "successor": erna.pk, "delegations": [section.pk]}


def test_a_section_that_a_leaver_gave_to_themselves_is_the_successors_own(cast: Cast, report: Report) -> None:
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    (section,) = give(cast, report, cast.alice, by="alice")
    with acting_as(cast.actor("mona")) as mona:  # who sees none of it
        end_membership_with_handover(mona, membership_of(cast.alice, cast.aurora), successor=erna)
    reloaded = stored(section)
    assert (reloaded.assignee, reloaded.given_by) == (erna, erna)


def test_what_a_leaver_gave_without_a_successor_is_handed_back_to_administrators(
    cast: Cast, report: Report
) -> None:
    petra = make_person("Petra", cast.aurora, Role.EDITOR)
    (section,) = give(cast, report, petra, by="alice")
    with acting_as(cast.actor("mona")) as mona:
        end_membership(mona, membership_of(cast.alice, cast.aurora))
    with acting_as(actor_of(petra)) as actor:
        finish_delegation(actor, section)
    assert inbox_of(cast.sven)[-1] == "delegation.finish"


def test_sections_given_to_others_go_to_those_who_write_alone(cast: Cast, report: Report) -> None:
    petra = make_person("Petra", cast.aurora, Role.EDITOR)
    give(cast, report, petra, by="alice")
    with acting_as(cast.actor("sven")) as sven, pytest.raises(DomainError, match="may not write reports"):
        end_membership_with_handover(sven, membership_of(cast.alice, cast.aurora), successor=cast.bob)


def test_a_file_that_nobody_has_saved_waits_for_the_successor(cast: Cast, report: Report) -> None:
    upload = make_upload(report, cast.alice)
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    with acting_as(cast.actor("sven")) as sven:
        (work,) = open_work(sven, cast.alice.pk, cast.aurora.pk)
        assert work.pieces == [
            WorkPiece(f"figures.csv, {report.cycle.title}", f"/workspace/uploads/{upload.pk}/")
        ]
        end_membership_with_handover(sven, membership_of(cast.alice, cast.aurora), successor=erna)
    with acting_as(SYSTEM):
        upload.refresh_from_db()
    assert upload.person == erna
    assert Event.objects.get(kind="report_upload.take_over").target_id == upload.pk


@pytest.mark.parametrize("by", ["sven", "mona"])
def test_the_secretariat_does_not_learn_of_a_file_that_is_handed_over(
    cast: Cast, report: Report, by: str
) -> None:
    make_upload(report, cast.alice)
    erna = make_person("Erna", cast.aurora, Role.EDITOR)
    with acting_as(cast.actor(by)) as actor:
        end_membership_with_handover(actor, membership_of(cast.alice, cast.aurora), successor=erna)
    taken_over = Event.objects.filter(kind="report_upload.take_over")
    assert taken_over.get().target_tenant_id == cast.aurora.pk
    with acting_as(cast.actor("mona")) as mona:
        assert not without_drafts_of_others(mona, taken_over).exists()
    if by == "sven":
        with acting_as(cast.actor("sven")) as sven:
            assert without_drafts_of_others(sven, taken_over).exists()


def test_the_page_names_what_stays_with_the_organisation(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("alice")) as alice:
        ask_for_extension(alice, report, until=report.due_on + timedelta(days=5), reason="A fire.")
    page = signed_in(cast.sven).get(f"/workspace/people/{membership_of(cast.alice, cast.aurora).pk}/end/")
    assert f"Requests for more time that wait for the secretariat {report.cycle.title}" in words_of(page)
    with acting_as(cast.actor("rita")) as rita:
        assert (
            remaining_work(rita, membership_of(cast.alice, cast.aurora))[0]
            .pieces[0]
            .url.startswith("/secretariat/")
        )
    with acting_as(cast.actor("carol")) as carol:
        assert remaining_work(carol, membership_of(cast.alice, cast.aurora)) == []


def make_upload(report: Report, person: Person) -> ReportUpload:
    """One that waits for what its columns are."""
    with acting_as(SYSTEM):
        return ReportUpload.objects.create(
            report=report,
            organisation=report.organisation,
            person=person,
            kind=UploadKind.TABLE,
            state=UploadState.MAPPING,
            name="figures.csv",
            sha256="0" * 64,
            size=1,
            expires_at=timezone.now() + timedelta(days=1),
        )


def test_a_section_is_handed_over_to_those_who_write_alone(cast: Cast, report: Report) -> None:
    give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven, pytest.raises(DomainError, match="may not write reports"):
        end_membership_with_handover(sven, membership_of(cast.alice, cast.aurora), successor=cast.bob)


def test_a_section_that_a_leaver_handed_back_is_not_opened_again(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("alice")) as alice:
        finish_delegation(alice, section)
    with acting_as(cast.actor("sven")) as sven:
        end_membership(sven, membership_of(cast.alice, cast.aurora))
        with pytest.raises(WrongState, match="any more"):
            reopen_delegation(sven, stored(section))


@pytest.mark.django_db(transaction=True)
def test_sections_given_while_a_colleague_leaves_are_given_after_theirs_went_back() -> None:
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    petra = make_person("Petra", cast.aurora, Role.EDITOR)
    key = f"m{measure_of(report).pk}"
    give(cast, report, cast.alice, key)

    def attempt(person: Person) -> list[str]:
        try:
            with acting_as(actor_of(petra)) as actor:
                return list(give_sections(actor, report, [key], [person.pk], in_days(5)).refusals.values())
        except DomainError as refusal:
            return [str(refusal)]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            with acting_as(cast.actor("sven")) as sven:
                end_membership(sven, membership_of(cast.alice, cast.aurora))
            attempts = [pool.submit(attempt, person) for person in (cast.sven, cast.alice)]
            assert not wait(attempts, timeout=1).done
        answers = [each.result(timeout=30) for each in attempts]

    assert answers == [["Already given to Sven."], ["Choose colleagues who can write the report."]]
