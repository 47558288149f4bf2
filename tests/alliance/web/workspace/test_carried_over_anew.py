"""Who confirms what was carried over has read it: not what was carried over anew after the page was shown."""

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from alliance.enums import PledgeState
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Pledge, Report
from alliance.queries import working_copy as working_copies
from alliance.queries.working_copy import working_copy
from alliance.services import shown_copies
from alliance.services.recalls import recall_report
from alliance.services.reports import set_disclosure
from alliance.services.shown_copies import ShownCopy, refuse_if_edited
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from tests.factories import Cast, read_cast
from tests.support.editor import carried_from, form_data
from tests.support.late_filings import fill, open_report, submit, two_open_reports
from tests.support.pages import signed_in, words_of
from tests.support.report_program import ReportProgram
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db

ANEW = "The report of an earlier period was filed or recalled: read what is carried over now."


def carried_text(report: Report) -> Answer:
    """The text that was carried over to the measure with figures, which the grid shows as well."""
    with acting_as(SYSTEM):
        required = working_copy(report).frame.measure_of("content-actioned")
        assert required is not None
        answer: Answer = report.answers.get(indicator=required.narratives[0])
        return answer


def left(report: Report) -> set[str]:
    with acting_as(SYSTEM):
        rows = Answer.objects.filter(report=report, carried_over=True)
        return set(rows.values_list("text", flat=True))


def measure_url(report: Report) -> str:
    with acting_as(SYSTEM):
        required = working_copy(report).frame.measure_of("content-actioned")
    assert required is not None
    return reverse("workspace:report-measure", args=[report.pk, required.measure.key])


def one_text(_alice: Client, report: Report) -> tuple[str, dict[str, object]]:
    return measure_url(report), {"confirm": f"t{carried_text(report).indicator_id}"}


def whole_measure(_alice: Client, report: Report) -> tuple[str, dict[str, object]]:
    return measure_url(report), {"confirm": "all"}


def one_row(_alice: Client, report: Report) -> tuple[str, dict[str, object]]:
    url = reverse("workspace:report-check", args=[report.pk])
    return url, {"confirm": f"t{carried_text(report).indicator_id}"}


def chosen_rows(_alice: Client, report: Report) -> tuple[str, dict[str, object]]:
    url = reverse("workspace:report-check", args=[report.pk])
    return url, {"act": "still-true", "chosen": [f"t{carried_text(report).indicator_id}"]}


@pytest.mark.parametrize("way", [one_text, whole_measure, one_row, chosen_rows])
def test_what_is_carried_over_anew_after_the_page_was_shown_is_not_confirmed(
    way: Callable[[Client, Report], tuple[str, dict[str, object]]],
) -> None:
    cast, middle, latest = two_open_reports()
    alice = signed_in(cast.alice)
    url, pressed = way(alice, latest)
    shown = carried_from(alice.get(url))
    submit(cast, middle)

    refused = alice.post(url, {**shown, **pressed}, follow=True)
    after = left(latest)
    alice.post(url, {**carried_from(alice.get(url)), **pressed})

    assert ANEW in words_of(refused)
    assert after == {"Middle."}
    with acting_as(SYSTEM):
        confirmed = latest.answers.get(pk=carried_text(latest).pk)
    assert (confirmed.text, confirmed.carried_over, confirmed.updated_by) == ("Middle.", False, cast.alice)


@pytest.mark.parametrize("before", ["_answers", "figures_by_place"])
def test_what_is_carried_over_anew_while_the_page_is_being_read_is_not_confirmed(
    before: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, middle, latest = two_open_reports()
    alice = signed_in(cast.alice)
    url, pressed = chosen_rows(alice, latest)
    read = getattr(working_copies, before)

    def read_and_submit(*args: object) -> object:
        monkeypatch.undo()
        rows = read(*args)
        submit(cast, middle)
        return rows

    monkeypatch.setattr(working_copies, before, read_and_submit)
    shown = carried_from(alice.get(url))

    refused = alice.post(url, {**shown, **pressed}, follow=True)

    assert ANEW in words_of(refused)
    assert left(latest) == {"Middle."}


def test_a_note_for_chosen_warnings_that_was_typed_beside_a_refused_confirmation_comes_back() -> None:
    cast, middle, latest = two_open_reports()
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("alice"), latest, place, FigureValues(value=Decimal(90_000)), None)
    alice = signed_in(cast.alice)
    url, pressed = chosen_rows(alice, latest)
    shown = carried_from(alice.get(url))
    submit(cast, middle)

    refused = alice.post(url, {**shown, **pressed, "note_for_chosen": "A campaign."})

    assert refused.status_code == 409
    assert ">A campaign.</textarea>" in refused.content.decode()


def test_what_was_typed_beside_a_refused_confirmation_is_saved() -> None:
    cast, middle, latest = two_open_reports()
    alice, url = signed_in(cast.alice), measure_url(latest)
    name = f"t{carried_text(latest).indicator_id}"
    shown = {**form_data(alice, url), f"{name}-text": "Typed.", f"{name}-version": "0"}
    submit(cast, middle)

    alice.post(url, {**shown, "confirm": "all"})

    with acting_as(SYSTEM):
        rows = {row.text: row.carried_over for row in latest.answers.filter(indicator=name.removeprefix("t"))}
    assert rows == {"Typed.": False}
    assert left(latest) == {"Middle."}


def test_the_account_of_a_pledge_is_confirmed_as_it_was_shown() -> None:
    cast, record = read_cast(), uuid4()
    with acting_as(cast.actor("sven")):
        Pledge.objects.create(
            record=record,
            organisation=cast.aurora,
            state=PledgeState.PUBLISHED,
            title="Ours",
            text="We will.",
        )
    _cast, middle, latest = two_open_reports()
    alice, url = signed_in(cast.alice), reverse("workspace:report-pledge", args=[latest.pk, record])
    pressed = {**carried_from(alice.get(url)), "confirm": f"p{record.hex}"}
    submit(cast, middle)

    refused = alice.post(url, pressed, follow=True)

    with acting_as(SYSTEM):
        account = latest.answers.get(pledge_record=record)
    assert ANEW in words_of(refused)
    assert (account.text, account.carried_over) == ("Middle.", True)


def test_the_rows_of_the_grid_are_confirmed_as_they_were_shown() -> None:
    cast, middle, latest = two_open_reports()
    alice, url = signed_in(cast.alice), reverse("workspace:report-figures", args=[latest.pk])
    with acting_as(SYSTEM):
        figure = next(row for row in working_copy(latest).unconfirmed_figures)
    pressed = {"act": "confirm", "row": [f"r{figure.indicator_id}"]}
    shown = carried_from(alice.get(url))
    submit(cast, middle)

    refused = alice.post(url, {**shown, **pressed})
    with acting_as(SYSTEM):
        was_left = latest.figures.get(pk=figure.pk).carried_over
    alice.post(url, {**carried_from(alice.get(url)), **pressed})

    assert (refused.status_code, was_left) == (409, True)
    assert ANEW in words_of(refused)
    with acting_as(SYSTEM):
        assert not latest.figures.get(pk=figure.pk).carried_over


def test_a_program_confirms_what_it_has_read() -> None:
    cast, middle, latest = two_open_reports()
    alice, answer = ReportProgram(cast.alice, latest), carried_text(latest)
    with acting_as(SYSTEM):
        required = working_copy(latest).frame.measure_of("content-actioned")
    assert required is not None
    assert answer.indicator is not None
    text, measure = (
        f"answers/{answer.indicator.key}/",
        f"measures/{required.measure.key}/confirm-carried-over/",
    )
    etag, source = alice("get", text)["ETag"], alice("get").json()["carried_from"]
    submit(cast, middle)

    refused = [
        alice("post", f"{text}confirm/", **{"If-Match": etag}).status_code,
        alice("post", measure, {"carried_from": source}).status_code,
    ]
    etag, source = alice("get", text)["ETag"], alice("get").json()["carried_from"]
    taken = [
        alice("post", f"{text}confirm/", **{"If-Match": etag}).status_code,
        alice("post", measure, {"carried_from": source}).status_code,
    ]

    assert (refused, taken) == ([412, 409], [200, 200])


# --- Whose words it is ---------------------------------------------------------------------------


def history(cast: Cast, answer: Answer) -> str:
    url = reverse("workspace:field-history", args=[answer.report_id, f"t{answer.indicator_id}"])
    return words_of(signed_in(cast.alice).get(url))


def test_the_history_says_that_the_portal_has_carried_over_anew() -> None:
    cast, middle, latest = two_open_reports()
    answer = carried_text(latest)
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(sven, latest, answer, "secretariat", "A trade secret.")
    submit(cast, middle)
    renewed = history(cast, answer)
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, middle)
    recalled = history(cast, answer)

    assert renewed.count("· the portal") == 1
    assert (
        recalled.count("Carried over anew after the report of an earlier period was filed or recalled") == 2
    )
    assert recalled.count(f"· {cast.sven.name}") == 1
    assert "a person who has left" not in recalled


def test_who_is_stopped_at_signing_reads_that_it_was_carried_over_anew() -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("sven")):
        shown = ShownCopy.of(working_copy(latest), clock.now())
    submit(cast, middle)

    with acting_as(cast.actor("sven")), pytest.raises(WrongState) as refused:
        refuse_if_edited(working_copy(latest), shown)

    assert "”, carried over anew" in str(refused.value)
    assert "” by " not in str(refused.value)


def test_who_was_typing_reads_that_it_was_carried_over_anew() -> None:
    cast, middle, latest = two_open_reports()
    alice, url = signed_in(cast.alice), measure_url(latest)
    typed = {**form_data(alice, url), f"t{carried_text(latest).indicator_id}-text": "Typed."}
    submit(cast, middle)

    page = words_of(alice.post(url, typed))

    assert "While you were editing it, this was carried over anew" in page
    assert "This was saved elsewhere" not in page


def test_who_was_typing_reads_that_what_was_carried_over_went() -> None:
    cast = read_cast()
    first, second = open_report("2025-h2"), open_report("2026-h1")
    fill(cast, first, "First.")
    submit(cast, first)
    alice, url = signed_in(cast.alice), measure_url(second)
    with acting_as(SYSTEM):
        figure = second.figures.exclude(method="").get()
    name = f"f{figure.indicator_id}-{figure.service_id}"
    typed = {**form_data(alice, url), f"{name}-method": "Typed."}
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, first)

    page = words_of(alice.post(url, typed))

    assert "While you were editing it, what was carried over here went" in page
    assert "This was saved elsewhere" not in page


def test_the_history_of_the_evidence_says_that_the_portal_took_it_away_and_gives_it_back() -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(SYSTEM):
        piece = latest.evidence.select_related("measure").get()
    submit(cast, middle)
    alice, url = (
        signed_in(cast.alice),
        reverse("workspace:evidence-history", args=[latest.pk, piece.measure.key]),
    )

    page = alice.get(url)
    number = next(change.number for change in page.context["changes"] if change.is_removed)
    alice.post(url, {"number": number})

    assert words_of(page).count("· the portal") == 1
    assert "Removed: Oldest." in words_of(page)
    assert "Carried over anew after the report of an earlier period was filed or recalled" in words_of(page)
    with acting_as(SYSTEM):
        rows = set(latest.evidence.values_list("title", "carried_over"))
    assert rows == {("Middle.", True), ("Oldest.", False)}


def test_who_is_stopped_at_signing_reads_which_evidence_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shown_copies, "_MAX_NAMED", 100)
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("sven")):
        shown = ShownCopy.of(working_copy(latest), clock.now())
    submit(cast, middle)

    with acting_as(cast.actor("sven")), pytest.raises(WrongState) as refused:
        refuse_if_edited(working_copy(latest), shown)

    assert "“Oldest.”, removed by the portal" in str(refused.value)
