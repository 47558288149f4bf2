"""Targets that name no figure: decided by a manager with a public reason, changed by a correction alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState, TargetState
from alliance.models import Pledge, PublishedPledge, Report
from alliance.queries.local_dates import today
from alliance.queries.public.record import latest_revision
from alliance.queries.public.targets import TargetStanding, published_targets
from alliance.services import correction_publication
from alliance.services.interests import declare_interest
from alliance.services.pledge_targets import DecisionInput, decide_target
from alliance.services.pledges import (
    TargetDraft,
    draft_pledge,
    edit_pledge,
    fulfil_pledge,
    publish_pledge,
    revise_pledge,
    sign_pledge,
)
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication, read_publication, rebuild
from tests.factories import Cast, make_cycle, read_cast, read_charter
from tests.support.corrections import correct, figures
from tests.support.jobs import run_all_jobs
from tests.support.notifications import clear_notifications, inbox_lines
from tests.support.pages import signed_in, words_of
from tests.support.pledges import draft_with
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db
OVER = date(2026, 1, 31)
TRAINED, COUNTED, LATER, UNDATED = (
    TargetDraft("Every moderator is trained", OVER),
    TargetDraft("Nine in ten pieces", OVER, "found-proactively", Decimal(90)),
    TargetDraft("Parents are asked", date(2999, 1, 1)),
    TargetDraft("We stay at it"),
)
MISSED = {"en": "Weekends were not covered.", "ru": "В выходные дежурства не было."}
KEPT = {"en": "All were trained, says the list.", "ru": "Обучены все, это видно из списка."}


@pytest.fixture(scope="module", autouse=True)
def published(module_transaction: None) -> None:
    """Aurora's report and its pledge with four targets are public."""
    cast = read_cast()
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    draft = draft_with(targets=[TRAINED, COUNTED, LATER, UNDATED])
    with acting_as(cast.actor("sven")) as actor:
        signed = sign_pledge(actor, draft_pledge(actor, cast.aurora, draft))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, signed)


@pytest.fixture
def report(db: None) -> Report:
    return Report.objects.get()


@pytest.fixture
def pledge(db: None) -> Pledge:
    return Pledge.objects.get()


def decide(
    cast: Cast,
    pledge: Pledge,
    *,
    number: int = 1,
    state: str = TargetState.MISSED,
    reason: dict[str, str] = MISSED,
    by: str = "mona",
    publication: int | None = None,
    finder: str = "",
) -> Publication:
    last = latest_revision("pledge", str(pledge.record))
    assert last is not None
    with acting_as(cast.actor(by)) as actor:
        written = DecisionInput(state, reason, publication or last.number, finder)
        return decide_target(actor, pledge, number, written)


def first_target(pledge: Pledge) -> TargetStanding:
    return published_targets(pledge.record)[0]


def place_of(pledge: Pledge) -> CorrectionPlace:
    return CorrectionPlace.of_target(str(pledge.record), 1, pledge.commitment_key)


def test_the_decision_is_public_with_its_reason_and_day(cast: Cast, pledge: Pledge, client: Client) -> None:
    assert first_target(pledge).awaits_decision

    publication = decide(cast, pledge)

    target = first_target(pledge)
    assert (target.state, target.awaits_decision) == (TargetState.MISSED, False)
    assert read_publication(publication)["targets"][0]["decision"] == {
        "state": "missed", "reason": MISSED, "decided_on": today().isoformat(),
    }  # fmt: skip
    for address in ("members/aurora-video", "commitments/find"):
        assert MISSED["en"] in words_of(client.get(f"/en/{address}/")), address
        assert MISSED["ru"] in words_of(client.get(f"/ru/{address}/")), address
    in_api = client.get(f"/api/v1/pledges/{pledge.record}/").json()["targets"]
    assert [row["decision"] and row["decision"]["state"] for row in in_api] == ["missed", None, None, None]
    before = PublishedPledge.objects.current().get().targets
    rebuild()
    assert PublishedPledge.objects.current().get().targets == before


def test_the_journal_has_it_and_the_member_is_notified(cast: Cast, pledge: Pledge) -> None:
    clear_notifications()
    decide(cast, pledge)

    event = Event.objects.get(kind="pledge.decide_target")
    assert (event.person_id, event.data["number"], event.data["decided"]) == (cast.mona.pk, 1, "missed")
    lines = inbox_lines()
    for name in ("Alice", "Sven"):
        assert (name, "A target is decided: the pledge “Find”") in lines
    assert not {name for name, line in lines if "target" in line} & {"Carol", "Mona", "Rita"}


@pytest.mark.parametrize("by", ["rita", "sven", "alice", "bob"])
def test_nobody_but_a_manager_decides(cast: Cast, pledge: Pledge, by: str) -> None:
    with pytest.raises(Forbidden):
        decide(cast, pledge, by=by)


def test_a_manager_with_an_interest_in_the_member_does_not_decide(cast: Cast, pledge: Pledge) -> None:
    with acting_as(cast.actor("mona")) as actor:
        declare_interest(actor, cast.aurora, "My sister works there.")

    with pytest.raises(Forbidden):
        decide(cast, pledge)
    assert "/decide/" not in signed_in(cast.mona).get(f"/secretariat/pledges/{pledge.pk}/").text


def test_page_and_letter_say_that_a_correction_needs_a_public_report(
    cast: Cast, pledge: Pledge, mailoutbox: list[Any]
) -> None:
    url = f"/secretariat/pledges/{pledge.pk}/targets/1/decide/"
    mona = signed_in(cast.mona)
    assert "until a report of it is public" not in words_of(mona.get(url))
    Report.objects.update(state=ReportState.CONCLUDED)

    assert "until a report of it is public" in words_of(mona.get(url))
    decide(cast, pledge)
    run_all_jobs()

    [letter] = [each for each in mailoutbox if each.to == [cast.alice.email] and "is decided" in each.subject]
    assert "until a report of your organisation is public, it can change its decision" in " ".join(
        letter.body.split()
    )


def test_without_a_public_report_the_secretariat_changes_its_decision_publicly(
    cast: Cast, pledge: Pledge, client: Client, mailoutbox: list[Any]
) -> None:
    Report.objects.update(state=ReportState.CONCLUDED)
    first = decide(cast, pledge)
    run_all_jobs()
    mailoutbox.clear()
    url = f"/secretariat/pledges/{pledge.pk}/targets/1/decide/"
    mona = signed_in(cast.mona)
    assert url in mona.get(f"/secretariat/pledges/{pledge.pk}/").text
    page = words_of(mona.get(url))
    assert f"and what it was: Missed, “{MISSED['en']}”" in page

    sent = {"state": "kept", "reason_en": KEPT["en"], "reason_ru": KEPT["ru"], "publication": first.number}
    assert "Who found it" in words_of(mona.post(url, sent))  # nothing is decided without it
    assert mona.post(url, {**sent, "finder": "member"}).status_code == 302
    run_all_jobs()

    last = latest_revision("pledge", str(pledge.record))
    assert last is not None
    document = read_publication(last)
    (entry,) = document["corrections"]
    assert (entry["finder"], entry["answer"], entry["of_publication"]) == ("member", None, first.number)
    assert [entry["items"][0][name]["decision"]["state"] for name in ("old", "new")] == ["missed", "kept"]
    assert first_target(pledge).state == TargetState.KEPT
    shown = words_of(client.get("/en/members/aurora-video/"))
    assert KEPT["en"] in shown
    assert f"Missed: {MISSED['en']}" in shown  # what it was
    before = PublishedPledge.objects.current().get().targets
    rebuild()
    assert PublishedPledge.objects.current().get().targets == before
    [letter] = [each for each in mailoutbox if each.to == [cast.alice.email]]
    assert "The secretariat has changed its decision, which was: Missed." in " ".join(letter.body.split())
    assert Event.objects.filter(kind="pledge.decide_target", data__decided_before="missed").count() == 1


def test_a_changed_decision_is_another_one_and_ends_with_the_first_public_report(
    cast: Cast, pledge: Pledge, report: Report
) -> None:
    Report.objects.update(state=ReportState.CONCLUDED)
    decide(cast, pledge)
    with pytest.raises(DomainError, match="nothing changes"):
        decide(cast, pledge, finder="member")
    with pytest.raises(DomainError, match="Say who found"):
        decide(cast, pledge, state=TargetState.KEPT, reason=KEPT)
    decide(cast, pledge, state=TargetState.KEPT, reason=KEPT, finder="secretariat")
    decide(cast, pledge, finder="member")
    Report.objects.update(state=ReportState.PUBLISHED)

    with pytest.raises(WrongState, match="by a correction"):
        decide(cast, pledge, state=TargetState.KEPT, reason=KEPT, finder="member")
    decision = read_publication(latest_revision("pledge", str(pledge.record)))["targets"][0]["decision"]  # type: ignore[arg-type]  # it is published
    correct(cast, report, place_of(pledge), {"decision": {**decision, "state": "kept", "reason": KEPT}})
    last = latest_revision("pledge", str(pledge.record))
    assert last is not None
    numbers = [entry["publication"] for entry in read_publication(last)["corrections"]]
    assert len(numbers) == 3  # two of the secretariat alone, and a correction of both sides
    assert numbers[-1] is None


def test_the_member_reads_how_a_decision_is_changed_while_it_has_no_public_report(
    cast: Cast, pledge: Pledge
) -> None:
    Report.objects.update(state=ReportState.CONCLUDED)
    decide(cast, pledge)

    page = words_of(signed_in(cast.sven).get(f"/workspace/pledges/{pledge.pk}/"))

    assert "a wrong decision is changed by the secretariat. Write to it." in page
    assert "Propose a correction" not in page


@pytest.mark.parametrize(
    ("number", "words"),
    [(2, "names a figure"), (3, "not over yet"), (4, "no deadline"), (5, "no such target")],
)
def test_other_targets_are_not_decided(cast: Cast, pledge: Pledge, number: int, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        decide(cast, pledge, number=number)


def test_a_target_whose_figure_has_no_better_side_waits_for_the_secretariat(
    cast: Cast, pledge: Pledge
) -> None:
    read_charter().indicators.filter(key="found-proactively").update(direction="neutral")
    assert published_targets(pledge.record)[1].awaits_decision

    decide(cast, pledge, number=2, state=TargetState.KEPT, reason=KEPT)

    target = published_targets(pledge.record)[1]
    assert (target.state, target.awaits_decision) == (TargetState.KEPT, False)


def test_a_decision_is_not_decided_again(cast: Cast, pledge: Pledge) -> None:
    decide(cast, pledge)

    with pytest.raises(WrongState, match="by a correction"):
        decide(cast, pledge, state=TargetState.KEPT, reason=KEPT)


def test_a_page_that_is_out_of_date_decides_nothing(cast: Cast, pledge: Pledge, report: Report) -> None:
    last = latest_revision("pledge", str(pledge.record))
    assert last is not None
    correct(cast, report, place_of(pledge), {"text": "Every second moderator is trained"})

    with pytest.raises(WrongState, match="published anew"):
        decide(cast, pledge, publication=last.number)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"state": "due"}, "state"),
        ({"state": "withdrawn"}, "state"),
        ({"reason": {"en": "Not shown.", "ru": " "}}, "reason_ru"),
        ({"reason": {"en": "x" * 2001, "ru": "да"}}, "reason_en"),
    ],
)
def test_an_incomplete_decision_is_refused(
    cast: Cast, pledge: Pledge, written: dict[str, object], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        decide(cast, pledge, **written)  # type: ignore[arg-type]  # of a table of cases
    assert refusal.value.field == field


def test_a_pledge_that_is_not_in_force_has_no_decision(cast: Cast, pledge: Pledge) -> None:
    with acting_as(cast.actor("mona")) as actor:
        fulfil_pledge(actor, pledge)

    with pytest.raises(WrongState, match="not in force"):
        decide(cast, pledge)


def test_the_next_revision_keeps_the_decision_of_a_target_that_stays(cast: Cast, pledge: Pledge) -> None:
    decide(cast, pledge)
    with acting_as(cast.actor("sven")) as actor:
        revision = revise_pledge(actor, pledge)
        later = replace(TRAINED, due_on=today() + timedelta(days=90))
        draft = draft_with(text="We will find more.", targets=[COUNTED, TRAINED, later])
        sign_pledge(actor, edit_pledge(actor, revision, draft, revision.version))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, revision)

    states = [target.state for target in published_targets(pledge.record)]
    assert states == [TargetState.LATE, TargetState.MISSED, TargetState.DUE]


def test_a_countersignature_says_that_a_decided_target_is_dropped(cast: Cast, pledge: Pledge) -> None:
    decide(cast, pledge)
    with acting_as(cast.actor("sven")) as actor:
        revision = revise_pledge(actor, pledge)
        draft = draft_with(text="We will find more.", targets=[COUNTED])
        sign_pledge(actor, edit_pledge(actor, revision, draft, revision.version))

    page = signed_in(cast.mona).get(f"/secretariat/pledges/{revision.pk}/publish/")
    assert "“Every moderator is trained” (Missed)" in words_of(page)


def test_the_end_of_a_pledge_keeps_its_decisions(cast: Cast, pledge: Pledge) -> None:
    decide(cast, pledge, state=TargetState.KEPT, reason=KEPT)
    with acting_as(cast.actor("mona")) as actor:
        fulfil_pledge(actor, pledge)

    assert first_target(pledge).state == TargetState.KEPT


def test_a_correction_changes_the_decision_and_shows_the_one_before(
    cast: Cast, pledge: Pledge, report: Report, client: Client
) -> None:
    decision = read_publication(decide(cast, pledge))["targets"][0]["decision"]

    correct(cast, report, place_of(pledge), {"decision": {**decision, "state": "kept", "reason": KEPT}})

    assert first_target(pledge).state == TargetState.KEPT
    shown = words_of(client.get("/en/members/aurora-video/"))
    assert KEPT["en"] in shown
    assert f"Missed: {MISSED['en']}" in shown  # what it was


def test_a_correction_decides_nothing_that_is_undecided(cast: Cast, pledge: Pledge, report: Report) -> None:
    decision = {"state": "kept", "reason": KEPT, "decided_on": "2026-02-01"}

    with pytest.raises(DomainError, match="what is published"):
        correct(cast, report, place_of(pledge), {"decision": decision})


def test_a_deadline_that_is_corrected_to_a_later_day_takes_the_decision_away(
    cast: Cast, pledge: Pledge, report: Report
) -> None:
    decide(cast, pledge)

    correct(cast, report, place_of(pledge), {"due_on": "2999-01-01"})

    target = first_target(pledge)
    assert (target.state, target.decision) == (TargetState.DUE, None)


def test_a_decision_between_the_check_of_a_correction_and_its_publication_is_not_lost(
    cast: Cast, pledge: Pledge, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = correction_publication.check_changes

    def check_then_decide(*parts: object) -> None:
        checked(*parts)  # type: ignore[arg-type]  # of a table of cases
        decide(cast, pledge)

    monkeypatch.setattr(correction_publication, "check_changes", check_then_decide)
    with pytest.raises(WrongState, match="has changed since it was proposed"):
        correct(cast, report, place_of(pledge), {"text": "Every second moderator is trained"})
