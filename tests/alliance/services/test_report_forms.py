"""The form of a report as a workbook: it comes back as it was, says what was changed, and another one is refused."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DrawFn, booleans, composite, decimals, none, sampled_from, text

from alliance.enums import FigureStatus, UploadState
from alliance.figure_fields import FIELDS, FigurePlace, FigureValues, ValueKind
from alliance.models import Answer, Figure, Report
from alliance.queries.report_frame import report_frame
from alliance.queries.upload_differences import Decision
from alliance.services.answers import save_answer
from alliance.services.figures import FigureChange, save_figures
from alliance.services.form_layout import figure_key, text_key
from alliance.services.report_uploads import UploadOutdated, choose, save_upload, take_upload_back
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import Conflict, DomainError
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.report_forms import FilledForm, differences_of, filled, kinds, take_form, upload_form
from tests.support.working_copies import fill_report, save_one_figure

pytestmark = pytest.mark.django_db

MODERATORS = FigurePlace("moderators", None)
KIDS = FigurePlace("content-actioned", "aurora-kids")
LIVE = FigurePlace("content-actioned", "aurora-live")
SHARE = FigurePlace("found-proactively", "aurora-kids")
HASHES = FigurePlace("hash-matching", "aurora-kids")
MODERATORS_KEY, KIDS_KEY, STORY_KEY = figure_key(MODERATORS), figure_key(KIDS), text_key("search-story")


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter(), "2026-h1"), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Actor:
    return cast.actor("alice")


def figure(report: Report, place: FigurePlace) -> FigureValues | None:
    with acting_as(SYSTEM):
        rows = Figure.objects.filter(report=report).select_related("indicator", "service")
        return next((FigureValues.of(row) for row in rows if row.place == place), None)


# --- The round trip --------------------------------------------------------------------------

TEXTS = text("=+-@'\";,\n\t_x0041é я1", max_size=12).map(str.strip)
# of at most fifteen digits
NUMBERS = decimals(1 - 10**9, 10**9 - 1, places=6) | decimals(0, 10**14, places=0)


@composite
def consistent_values(draw: DrawFn) -> FigureValues:
    """A figure as an editor may leave it: a number with all that belongs to it, or why there is none."""
    texts = {
        name: draw(TEXTS) for name, spec in FIELDS.items() if spec.kind in (ValueKind.LINE, ValueKind.TEXT)
    }
    status = draw(sampled_from(FigureStatus.values))
    changed = draw(booleans())
    if status != FigureStatus.REPORTED:
        return FigureValues(status=status, definition_changed=changed, **texts)
    return FigureValues(
        value=draw(NUMBERS),
        lower=draw(none() | NUMBERS),
        upper=draw(none() | NUMBERS),
        estimate=draw(booleans()),
        definition_changed=changed,
        **{**texts, "reason": ""},
    )


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    values=consistent_values(),
    others=consistent_values(),
    words=TEXTS.filter(bool),
    languages=sampled_from([["en"], ["ru"], ["en", "ru"], ["ru", "en"]]),
)
def test_a_form_comes_back_as_it_was(
    report: Report, alice: Actor, values: FigureValues, others: FigureValues, words: str, languages: list[str]
) -> None:
    save_one_figure(alice, report, MODERATORS, values, version=None)
    save_one_figure(alice, report, KIDS, others, version=None)
    narrative = report_frame(report).indicator("search-story")
    assert narrative is not None
    with acting_as(alice):
        stored = Answer.objects.filter(report=report).first()
        version = stored.version if stored else 0
        save_answer(alice, report, narrative, text=words, language=languages[-1], version=version)

    upload = upload_form(alice, report, take_form(alice, report, *languages))
    read = {row.proposal.place: row.proposal.values for row in differences_of(alice, upload).rows}

    assert upload.state == UploadState.READY, upload.refusal
    assert set(differences_of(alice, upload).counts) == {"unchanged"}
    assert as_figure(read[MODERATORS]) == values.cleaned()
    assert as_figure(read[KIDS]) == others.cleaned()
    assert read[None] == {"text": words, "language": languages[-1]}


def as_figure(values: Any) -> FigureValues:
    return FigureValues(**values)


def test_a_complete_report_comes_back_without_a_difference(report: Report, alice: Actor) -> None:
    fill_report(alice, report, text="First line.\nSecond line, with “quotes”.")
    for languages in (["en"], ["ru"], ["en", "ru"], ["ru", "en"]):
        assert set(kinds(alice, report, take_form(alice, report, *languages))) == {"unchanged"}


def test_a_form_saved_by_another_program_comes_back_too(report: Report, alice: Actor) -> None:
    fill_report(alice, report)
    content = filled(take_form(alice, report), lambda form: None)
    assert set(kinds(alice, report, content)) == {"unchanged"}


# --- What is filled in -----------------------------------------------------------------------


def test_what_is_filled_in_is_saved(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).value = 412
        form.cell(MODERATORS_KEY, "note").value = "Counted on the last day."
        form.cell(KIDS_KEY, "status").value = "Not measured"
        form.cell(figure_key(HASHES)).value = "Yes"
        story = form.cell(STORY_KEY)
        story.value = "=We looked.\nThen we looked again."
        story.data_type = "s"  # as a person types it with an apostrophe before it

    upload = upload_form(alice, report, filled(take_form(alice, report), fill))
    differences = differences_of(alice, upload)
    assert differences.counts == {"new": 4}
    with acting_as(alice):
        save_upload(alice, upload, differences.digest_beside())

    assert figure(report, MODERATORS) == FigureValues(value=Decimal(412), note="Counted on the last day.")
    assert figure(report, KIDS) == FigureValues(status=FigureStatus.NOT_MEASURED.value)
    assert figure(report, HASHES) == FigureValues(value=Decimal(1))
    with acting_as(SYSTEM):
        assert Answer.objects.get(report=report).text == "=We looked.\nThen we looked again."


def test_a_decision_on_another_page_stops_the_saving(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).value = 412
        form.cell(figure_key(HASHES)).value = "Yes"

    upload = upload_form(alice, report, filled(take_form(alice, report), fill))
    shown, elsewhere = differences_of(alice, upload).decidable
    page = {shown.number: Decision("take", 0)}
    with acting_as(alice):
        digest = differences_of(alice, upload).digest_beside(page)
        choose(alice, upload, {elsewhere.number: Decision("leave", 0)}, digest)
        upload.refresh_from_db()
        with pytest.raises(UploadOutdated, match="on another page"):
            save_upload(alice, upload, digest, page)
        saved = save_upload(alice, upload, differences_of(alice, upload).digest_beside(page), page)

    assert saved.saved_count == 1


def test_texts_are_taken_back_and_wait_for_their_confirmation_again(report: Report, alice: Actor) -> None:
    fill_report(alice, report, text="Last year's words.")
    with acting_as(SYSTEM):
        Answer.objects.filter(report=report).update(carried_over=True)
    content = filled(
        take_form(alice, report), lambda form: setattr(form.cell(STORY_KEY), "value", "New words.")
    )
    upload = upload_form(alice, report, content)
    with acting_as(alice):
        saved = save_upload(alice, upload, differences_of(alice, upload).digest_beside())
        take_upload_back(alice, saved)

    with acting_as(SYSTEM):
        story = Answer.objects.get(report=report, indicator__key="search-story")
    assert (story.text, story.carried_over) == ("Last year's words.", True)


def test_a_new_text_taken_back_leaves_nothing_and_is_not_taken_for_the_next(
    report: Report, cast: Cast, alice: Actor
) -> None:
    content = filled(take_form(alice, report), lambda form: setattr(form.cell(STORY_KEY), "value", "New."))
    upload = upload_form(alice, report, content)
    with acting_as(alice):
        saved = save_upload(alice, upload, differences_of(alice, upload).digest_beside())
        take_upload_back(alice, saved)

    with acting_as(SYSTEM):
        assert not Answer.objects.filter(report=report).exists()
        versions = apps.get_model("alliance", "AnswerHistory").objects.filter(report=report)
        assert versions.earliest("pgh_id").text == "New."
    story = report.charter.indicators.get(key="search-story")
    with acting_as(cast.actor("sven")) as sven:
        save_answer(sven, report, story, text="From the page.", language="en", version=0)
    with acting_as(alice), pytest.raises(Conflict):
        save_answer(alice, report, story, text="New, again.", language="en", version=1)


def test_a_number_typed_into_the_place_of_the_files_is_not_taken_back(
    report: Report, cast: Cast, alice: Actor
) -> None:
    content = filled(take_form(alice, report), lambda form: setattr(form.cell(MODERATORS_KEY), "value", 412))
    upload = upload_form(alice, report, content)
    with acting_as(alice):
        saved = save_upload(alice, upload, differences_of(alice, upload).digest_beside())
    target = report_frame(report).find(MODERATORS)
    with acting_as(cast.actor("sven")) as sven:
        for values in (None, FigureValues(value=Decimal(99))):
            save_figures(sven, report, [FigureChange(target, values, None)])

    with acting_as(alice), pytest.raises(DomainError, match="edited since they were saved"):
        take_upload_back(alice, saved)

    assert figure(report, MODERATORS) == FigureValues(value=Decimal(99))


def test_of_two_texts_both_can_be_kept(report: Report, cast: Cast, alice: Actor) -> None:
    narrative = report_frame(report).indicator("search-story")
    assert narrative is not None
    content = filled(
        take_form(alice, report), lambda form: setattr(form.cell(STORY_KEY), "value", "From the file.")
    )
    with acting_as(cast.actor("sven")) as sven:
        save_answer(sven, report, narrative, text="From the page.", language="en", version=0)
    upload = upload_form(alice, report, content)
    with acting_as(alice):
        differences = differences_of(alice, upload)
        [row] = differences.decidable
        choose(alice, upload, {row.number: Decision("both", row.version)}, differences.digest_beside())
        upload.refresh_from_db()
        save_upload(alice, upload, differences_of(alice, upload).digest_beside())

    with acting_as(SYSTEM):
        assert Answer.objects.get(report=report).text == "From the page.\n\nFrom the file."


def test_a_share_shown_as_per_cent_by_the_spreadsheet_is_read_as_it_is_shown(
    report: Report, alice: Actor
) -> None:
    def fill(form: FilledForm) -> None:
        cell = form.cell(figure_key(SHARE))
        cell.value, cell.number_format = 0.849, "0.0%"

    upload = upload_form(alice, report, filled(take_form(alice, report), fill))
    [row] = differences_of(alice, upload).taken
    assert row.values == FigureValues(value=Decimal("84.9"))


def test_numbers_are_read_as_people_write_them(report: Report, alice: Actor) -> None:
    texts = {MODERATORS: "1\u202f234", KIDS: "~ 1\u00a0200", LIVE: "1,234,567", SHARE: "84.9 %"}

    def fill(form: FilledForm) -> None:
        for place, typed in texts.items():
            form.cell(figure_key(place)).value = typed
        form.cell(KIDS_KEY, "lower").value, form.cell(KIDS_KEY, "upper").value = "1\u00a0100", "1 300"

    rows = differences_of(alice, upload_form(alice, report, filled(take_form(alice, report), fill))).decidable
    assert {row.proposal.place: row.values for row in rows} == {
        MODERATORS: FigureValues(value=Decimal(1234)),
        KIDS: FigureValues(value=Decimal(1200), estimate=True, lower=Decimal(1100), upper=Decimal(1300)),
        LIVE: FigureValues(value=Decimal(1234567)),
        SHARE: FigureValues(value=Decimal("84.9")),
    }


def test_hidden_columns_of_answers_are_read_and_named(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).value, form.cell(MODERATORS_KEY, "note").value = 5, "Counted twice."
        for cell in (form.cell(MODERATORS_KEY), form.cell(MODERATORS_KEY, "note")):
            cell.parent.column_dimensions[cell.column_letter].hidden = True

    upload = upload_form(alice, report, filled(take_form(alice, report), fill))
    [remark] = upload.remark_sentences
    assert (
        str(remark) == "The sheet “Protect” has hidden columns, which were read all the same: Answer, Note."
    )
    [row] = differences_of(alice, upload).taken
    assert row.values == FigureValues(value=Decimal(5), note="Counted twice.")


def test_a_field_that_only_the_colleague_changed_stays(report: Report, cast: Cast, alice: Actor) -> None:
    save_one_figure(alice, report, MODERATORS, FigureValues(value=Decimal(412)), version=None)
    content = filled(
        take_form(alice, report),
        lambda form: setattr(form.cell(MODERATORS_KEY, "note"), "value", "New rules."),
    )
    save_one_figure(cast.actor("sven"), report, MODERATORS, FigureValues(value=Decimal(415)), version=None)

    upload = upload_form(alice, report, content)
    [row] = differences_of(alice, upload).taken
    assert row.values == FigureValues(value=Decimal(415), note="New rules.")


def test_the_same_field_changed_on_both_sides_is_a_conflict(report: Report, cast: Cast, alice: Actor) -> None:
    save_one_figure(alice, report, MODERATORS, FigureValues(value=Decimal(412)), version=None)
    content = filled(take_form(alice, report), lambda form: setattr(form.cell(MODERATORS_KEY), "value", 430))
    save_one_figure(cast.actor("sven"), report, MODERATORS, FigureValues(value=Decimal(415)), version=None)

    differences = differences_of(alice, upload_form(alice, report, content))
    assert differences.counts == {"conflict": 1}
    assert differences.taken == []
    assert differences.changed_since == 1


def test_rows_moved_and_hidden_are_read_by_their_keys(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(MODERATORS_KEY).value = 412
        sheet = form.cell(MODERATORS_KEY).parent
        sheet.delete_rows(form.cell(KIDS_KEY).row)
        sheet.row_dimensions[form.cell(MODERATORS_KEY).row].hidden = True

    differences = differences_of(alice, upload_form(alice, report, filled(take_form(alice, report), fill)))
    [row] = differences.decidable
    assert row.proposal.place == MODERATORS
    assert not row.is_taken


# --- In both languages -----------------------------------------------------------------------


def test_a_bilingual_form_has_its_labels_in_both_languages(report: Report, alice: Actor) -> None:
    form = FilledForm(take_form(alice, report, "ru", "en"))
    texts = {str(cell.value) for sheet in form.book for row in sheet.iter_rows() for cell in row}
    assert {"Ответ / Answer", "Да / Yes", "Неприменимо / Not applicable"} <= texts
    titles = form.cell(MODERATORS_KEY, "title").value.split(" / ")
    with translation.override("ru"):
        assert titles[0] == report_frame(report).indicator("moderators").title  # type: ignore[union-attr]  # it is there
    assert form.cell(STORY_KEY, "language").value is None


def test_labels_of_any_of_the_three_forms_are_read(report: Report, alice: Actor) -> None:
    def fill(form: FilledForm) -> None:
        form.cell(KIDS_KEY, "status").value = "Not measured / Не измерялось"
        form.cell(figure_key(HASHES)).value = "Да / Yes"
        form.cell(MODERATORS_KEY, "status").value = "не применимо"
        form.cell(STORY_KEY).value = "Мы искали и нашли."

    upload = upload_form(alice, report, filled(take_form(alice, report, "en", "ru"), fill))
    rows = {row.proposal.place: row for row in differences_of(alice, upload).taken}
    assert rows[KIDS].values == FigureValues(status=FigureStatus.NOT_MEASURED.value)
    assert rows[HASHES].values == FigureValues(value=Decimal(1))
    assert rows[MODERATORS].values == FigureValues(status=FigureStatus.NOT_APPLICABLE.value)
    assert rows[None].language == "ru"


@pytest.mark.parametrize(
    ("languages", "text", "outcome"),
    [
        (["en", "ru"], "1,234", "“1,234” can be read in two ways."),
        (["ru"], "1,234", "“1,234” can be read in two ways."),
        (["en", "ru"], "1,234,567", "1234567"),
        (["en", "ru"], "1,2 / 1,2", "“1,2 / 1,2” is not a number."),
        (["en", "ru"], "Yes / Нет", "“Yes / Нет” is not a number."),
    ],
)
def test_an_ambiguous_number_in_a_bilingual_form_is_refused(
    report: Report, alice: Actor, languages: list[str], text: str, outcome: str
) -> None:
    content = filled(
        take_form(alice, report, *languages), lambda form: setattr(form.cell(MODERATORS_KEY), "value", text)
    )
    [row] = differences_of(alice, upload_form(alice, report, content)).rows
    assert (str(row.refusals[0].reason) if row.refusals else str(row.proposal.values["value"])).startswith(
        outcome
    )
