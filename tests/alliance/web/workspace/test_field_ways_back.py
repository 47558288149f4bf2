"""Each field of a report's form has a history, with who, when, before and after, and a way back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance.enums import Disclosure, PledgeState
from alliance.figure_fields import FIELDS, FigurePlace, FigureValues
from alliance.models import Answer, Evidence, Figure, Measure, Pledge, Report
from alliance.queries.report_frame import report_frame
from alliance.services.answers import remove_answers, save_answer
from alliance.services.evidence import add_link
from alliance.services.figures import FigureChange, save_figures
from alliance.services.pledges import publish_pledge
from alliance.services.reports import set_disclosure
from alliance.web.workspace.editor_parts import EditorParts
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.every_kind import make_report_of_every_kind
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db

WITHHELD = (Disclosure.SECRETARIAT.value, "It would show a single case.")
NUMBER = FigureValues(value=Decimal(12))
# each field of a figure: the value type of an indicator that has it, a first answer, the values that a second changes
CHANGES: dict[str, tuple[str, FigureValues, dict[str, Any]]] = {
    "status": ("count", NUMBER, {"status": "not_measured", "value": None}),
    "value": ("count", NUMBER, {"value": Decimal(13)}),
    "choice": ("choice", FigureValues(choice="o-0"), {"choice": "o-1"}),
    "numerator": (
        "share",
        FigureValues(numerator=Decimal(1), denominator=Decimal(4)),
        {"numerator": Decimal(2)},
    ),
    "denominator": (
        "share",
        FigureValues(numerator=Decimal(1), denominator=Decimal(4)),
        {"denominator": Decimal(5)},
    ),
    "lower": ("count", replace(NUMBER, lower=Decimal(10)), {"lower": Decimal(11)}),
    "upper": ("count", replace(NUMBER, upper=Decimal(20)), {"upper": Decimal(21)}),
    "estimate": ("count", replace(NUMBER, estimate=True), {"estimate": False}),
    "method": ("count", replace(NUMBER, method="By hand."), {"method": "By machine."}),
    "note": ("count", replace(NUMBER, note="Late ones."), {"note": "All of them."}),
    "reason": (
        "count",
        FigureValues(status="not_measured", reason="The log is lost."),
        {"reason": "Nobody counts."},
    ),
    "definition_changed": ("count", replace(NUMBER, definition_changed=True), {"definition_changed": False}),
    "definition_note": (
        "count",
        replace(NUMBER, definition_changed=True, definition_note="Calls count."),
        {"definition_note": "Calls and mails count."},
    ),
}


def versions(model: str) -> list[Any]:
    with acting_as(SYSTEM):
        return list(apps.get_model("alliance", model).objects.order_by("pgh_id"))


def history_url(report: Report, field: str) -> str:
    return f"/workspace/reports/{report.pk}/history/{field}/"


def go_back(client: Client, url: str, row: Any, **posted: Any) -> Any:
    return client.post(url, {"number": row.pgh_id, **posted}, follow=True)


def test_the_table_has_every_field_of_a_figure() -> None:
    assert CHANGES.keys() == FIELDS.keys()


CASES = [(name, is_part) for name, (kind, *_rest) in CHANGES.items() for is_part in {False, kind == "count"}]


@pytest.mark.parametrize(("name", "is_part"), sorted(CASES))
def test_each_field_of_a_figure_or_part_has_a_history_and_a_way_back(
    cast: Cast, name: str, is_part: bool
) -> None:
    report = make_report_of_every_kind(cast)
    kind, first, changes = CHANGES[name]
    required, target = next(
        (required, each)
        for required in report_frame(report).measures
        for row in required.figures
        if row.value == kind and not row.period
        for each in required.requested(row)
        if bool(each.cell) == is_part
    )
    place = EditorParts(required).find_figure(target.place)
    assert place is not None
    for version, values in enumerate((first, replace(first, **changes))):
        with acting_as(cast.actor(("alice", "sven")[version])) as actor:
            save_figures(actor, report, [FigureChange(target, values, version)])
    alice, url = signed_in(cast.alice), history_url(report, place.prefix)

    shown = alice.get(url).context["changes"]
    answer = go_back(alice, url, versions("FigureHistory")[0], version=2)

    assert [change.writer.name for change in shown] == ["Sven", "Alice"]
    assert str(FIELDS[name].heading) in [str(value.label) for value in shown[0].changes]
    assert "The earlier version is in force again." in words_of(answer)
    with acting_as(SYSTEM):
        assert FigureValues.of(Figure.objects.get()) == first.cleaned()


# --- texts, and who may read them -------------------------------------------------------------


@dataclass(frozen=True)
class FieldOfForm:
    """A text or figure of a report: the name of its history, what stands there, by which service it is written."""

    name: str
    report: Report
    row: Callable[[], Answer | Figure]


def text(cast: Cast) -> FieldOfForm:
    """Alice has written a narrative."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    indicator = next(row.narratives[0] for row in report_frame(report).measures if row.narratives)
    with acting_as(cast.actor("alice")) as alice:
        save_answer(alice, report, indicator, text="We search by hand.", language="en", version=0)
    return FieldOfForm(f"t{indicator.pk}", report, lambda: Answer.objects.get(report=report))


def account(cast: Cast) -> FieldOfForm:
    """Alice has written what became of a pledge beyond the charter."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    with acting_as(SYSTEM):
        pledge = Pledge.objects.create(
            organisation=cast.aurora, state=PledgeState.SIGNED, text="We teach.", title="Lessons",
            signatory_name="Sven", signatory_office="Chief", signed_by=cast.sven, signed_at=timezone.now(),
        )  # fmt: skip
        publish_pledge(SYSTEM, pledge)
    with acting_as(cast.actor("alice")) as alice:
        save_answer(alice, report, pledge.record, text="We teach.", language="en", version=0)
    return FieldOfForm(f"p{pledge.record.hex}", report, lambda: Answer.objects.get(report=report))


def figure(cast: Cast) -> FieldOfForm:
    """Alice has counted."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    target = report_frame(report).find(FigurePlace("content-actioned", "aurora-kids"))
    assert target.service is not None
    with acting_as(cast.actor("alice")) as alice:
        save_figures(alice, report, [FigureChange(target, NUMBER, 0)])
    name = f"f{target.indicator.pk}-{target.service.pk}"
    return FieldOfForm(name, report, lambda: Figure.objects.get(report=report))


@pytest.mark.parametrize("make_field", [text, account])
def test_text_and_language_have_a_history_and_a_way_back(
    cast: Cast, make_field: Callable[[Cast], FieldOfForm]
) -> None:
    field = make_field(cast)
    with acting_as(cast.actor("sven")) as sven:
        row = field.row()
        subject = row.indicator or row.pledge_record  # type: ignore[union-attr]  # there is one
        save_answer(sven, field.report, subject, text="Мы ищем.", language="ru", version=1)
    alice, url = signed_in(cast.alice), history_url(field.report, field.name)

    shown = alice.get(url).context["changes"]
    go_back(alice, url, versions("AnswerHistory")[0], version=2)

    assert [value.label for value in shown[0].changes] == ["Text", "Language of the text"]
    with acting_as(SYSTEM):
        row = field.row()
        assert (row.text, row.language) in {("We search by hand.", "en"), ("We teach.", "en")}  # type: ignore[union-attr]  # there is one


@pytest.mark.parametrize("make_field", [text, account, figure])
def test_who_may_read_it_has_a_history_and_a_way_back_for_a_signatory(
    cast: Cast, make_field: Callable[[Cast], FieldOfForm]
) -> None:
    field = make_field(cast)
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(sven, field.report, field.row(), *WITHHELD)
    url, first = history_url(field.report, field.name), versions(type(field.row()).__name__ + "History")[0]
    sven_client, alice = signed_in(cast.sven), signed_in(cast.alice)

    page = sven_client.get(url)
    refused = go_back(alice, url, first, version=2, readers=1)
    answer = go_back(sven_client, url, first, version=2, readers=1)

    shown = page.context["changes"]
    assert [(value.before, value.after) for value in shown[0].changes] == [
        ("Public", "Secretariat only"),
        ("", WITHHELD[1]),
    ]
    assert [change.has_other_readers for change in shown] == [False, True]
    assert "Back to who could read it then" in words_of(page)
    assert "Back to who could read it then" not in words_of(alice.get(url))
    assert refused.status_code == 403
    assert "Who can read it is again as it was then." in words_of(answer)
    with acting_as(SYSTEM):
        row = field.row()
    assert (row.disclosure, row.disclosure_reason, row.version) == ("public", "", 3)


@pytest.mark.parametrize(("make_field", "kind"), [(text, "text"), (figure, "figure")])
def test_who_may_read_it_is_decided_over_no_unseen_decision(
    cast: Cast, make_field: Callable[[Cast], FieldOfForm], kind: str
) -> None:
    field, sven_client = make_field(cast), signed_in(cast.sven)
    url = reverse("workspace:report-disclose", args=[field.report.pk, kind, field.row().pk])
    seen = sven_client.get(url).context["form"]["seen"].value()
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(sven, field.report, field.row(), *WITHHELD)
    sent = {"disclosure": WITHHELD[0], "disclosure_reason": "It would name a child.", "seen": seen}

    refused = sven_client.post(url, sent)

    assert refused.status_code == 409
    assert "while you were editing it" in words_of(refused)
    assert WITHHELD[1] in words_of(refused)
    with acting_as(SYSTEM):
        assert (field.row().disclosure, field.row().disclosure_reason) == WITHHELD
    shown = refused.context["form"]["seen"].value()
    assert sven_client.post(url, {**sent, "seen": shown}).status_code == 302
    with acting_as(SYSTEM):
        assert field.row().disclosure_reason == "It would name a child."


def test_what_was_withheld_is_withheld_again_with_its_reason_and_as_it_is_written_now(cast: Cast) -> None:
    field = figure(cast)
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(sven, field.report, field.row(), *WITHHELD)
        set_disclosure(sven, field.report, field.row(), "public", "")
        target = report_frame(field.report).find(FigurePlace("content-actioned", "aurora-kids"))
        save_figures(sven, field.report, [FigureChange(target, replace(NUMBER, value=Decimal(99)), 3)])
    url, withheld = history_url(field.report, field.name), versions("FigureHistory")[1]

    late = go_back(signed_in(cast.sven), url, withheld, version=3, readers=1)
    go_back(signed_in(cast.sven), url, withheld, version=4, readers=1)

    assert "Someone else has changed this since" in words_of(late)
    with acting_as(SYSTEM):
        row = field.row()
    assert (row.disclosure, row.disclosure_reason) == WITHHELD
    assert FigureValues.of(row).value == 99


def test_there_is_no_way_back_to_the_same_readers_for_another_reason(cast: Cast) -> None:
    field = figure(cast)
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(sven, field.report, field.row(), *WITHHELD)
    with acting_as(cast.actor("alice")) as alice:
        target = report_frame(field.report).find(FigurePlace("content-actioned", "aurora-kids"))
        save_figures(alice, field.report, [FigureChange(target, replace(NUMBER, value=Decimal(99)), 2)])
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(sven, field.report, field.row(), WITHHELD[0], "It would name a child.")

    page = signed_in(cast.sven).get(history_url(field.report, field.name))

    assert [change.has_other_readers for change in page.context["changes"]] == [False, False, False, True]
    assert words_of(page).count("Back to who could read it then") == 1


def test_who_may_read_a_text_outlives_the_text_that_an_upload_took_back(cast: Cast) -> None:
    """As of a figure: what is written there anew is not public because nothing stood there for a while."""
    field = text(cast)
    with acting_as(cast.actor("sven")) as sven:
        set_disclosure(sven, field.report, field.row(), *WITHHELD)
        remove_answers(sven, field.report, [int(field.name[1:])])
    url = history_url(field.report, field.name)

    go_back(signed_in(cast.alice), url, versions("AnswerHistory")[0], version=3)

    with acting_as(SYSTEM):
        row = field.row()
    assert (row.text, row.disclosure, row.disclosure_reason) == ("We search by hand.", *WITHHELD)  # type: ignore[union-attr]  # there is one


# --- evidence ---------------------------------------------------------------------------------


@pytest.fixture
def link(cast: Cast) -> Evidence:
    """A public one that Alice has added."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    measure = Measure.objects.get(key="search")
    with acting_as(cast.actor("alice")) as alice:
        return add_link(alice, report, measure, "https://aurora.example/rules", "Our rules", "public")


def evidence_url(link: Evidence) -> str:
    return f"/workspace/reports/{link.report_id}/measures/search/evidence/"


def test_who_may_read_evidence_is_changed_in_place_and_has_a_history_and_a_way_back(
    cast: Cast, link: Evidence
) -> None:
    sven, alice = signed_in(cast.sven), signed_in(cast.alice)
    measure_page = f"/workspace/reports/{link.report_id}/measures/search/"
    assert f'action="/workspace/evidence/{link.pk}/disclose/"' in alice.get(measure_page).content.decode()

    sven.post(f"/workspace/evidence/{link.pk}/disclose/", {"disclosure": "secretariat"})
    page = alice.get(evidence_url(link))
    with acting_as(SYSTEM):
        withheld = Evidence.objects.get().disclosure
    answer = go_back(alice, evidence_url(link), versions("EvidenceHistory")[0], readers=1)

    shown = page.context["changes"]
    assert withheld == "secretariat"
    assert [(change.writer.name, change.has_other_readers) for change in shown] == [
        ("Sven", False),
        ("Alice", True),
    ]
    assert [(value.before, value.after) for value in shown[0].changes] == [("Public", "Secretariat only")]
    assert not shown[0].is_confirmation
    assert "Who can read it is again as it was then." in words_of(answer)
    with acting_as(SYSTEM):
        assert Evidence.objects.get().disclosure == "public"


def test_who_may_read_evidence_is_not_changed_by_a_reader(cast: Cast, link: Evidence) -> None:
    url = f"/workspace/evidence/{link.pk}/disclose/"
    assert signed_in(cast.bob).post(url, {"disclosure": "secretariat"}).status_code == 403
    with acting_as(SYSTEM):
        assert Evidence.objects.get().disclosure == "public"


def test_who_may_read_submitted_evidence_has_a_way_back_too(cast: Cast, link: Evidence) -> None:
    with acting_as(SYSTEM):
        Evidence.objects.update(submitted_at=timezone.now())
    alice = signed_in(cast.alice)
    alice.post(f"/workspace/evidence/{link.pk}/disclose/", {"disclosure": "secretariat"})

    go_back(alice, evidence_url(link), versions("EvidenceHistory")[0], readers=1)

    with acting_as(SYSTEM):
        assert Evidence.objects.get().disclosure == "public"
