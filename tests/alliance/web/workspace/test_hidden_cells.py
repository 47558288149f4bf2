"""What somebody has hidden in a form: it is read, and the page says of which rows and columns."""

import pytest
from django.test import Client

from alliance.models import Report
from alliance.services.form_layout import figure_key
from tests.alliance.web.workspace.test_report_uploads import MODERATORS
from tests.factories import Cast
from tests.support.pages import words_of
from tests.support.report_forms import FilledForm, filled, take_form, upload_form

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "row", "columns"),
    [
        (
            "en",
            "The row is hidden in the file.",
            "The sheet “{}” has hidden columns, which were read all the same: Answer, Note.",
        ),
        (
            "ru",
            "В файле строка скрыта.",
            "На листе «{}» есть скрытые столбцы, они тоже прочитаны: Ответ, Примечание.",
        ),
    ],
)
def test_hidden_rows_and_columns_of_a_form_are_named_on_its_page(
    cast: Cast, report: Report, alice: Client, language: str, row: str, columns: str
) -> None:
    names: list[str] = []

    def fill(form: FilledForm) -> None:
        cell = form.cell(figure_key(MODERATORS))
        cell.value = 412
        names.append(cell.parent.title)
        cell.parent.row_dimensions[cell.row].hidden = True
        for name in ("value", "note"):
            column = form.cell(figure_key(MODERATORS), name)
            column.value = column.value or "As counted."
            cell.parent.column_dimensions[column.column_letter].hidden = True

    cast.alice.language = language
    cast.alice.save()
    actor = cast.actor("alice")
    upload = upload_form(actor, report, filled(take_form(actor, report), fill))

    words = words_of(alice.get(f"/workspace/uploads/{upload.pk}/"))

    assert row in words
    assert columns.format(names[0]) in words
