"""A form of 40 measures, 6 services and 1,500 figures: its reading, its pages, its saving."""

import gzip
from decimal import Decimal

import pytest
from django.test import Client

from alliance.models import Figure, Report
from alliance.services.report_uploads import save_upload
from portal.kernel.access import acting_as
from portal.kernel.web import PAGE_BYTES
from tests.alliance.web.workspace.test_large_figures_page import fill
from tests.alliance.web.workspace.test_large_figures_page import report as report
from tests.factories import Cast
from tests.support.pages import queries_of, signed_in
from tests.support.report_forms import FilledForm, differences_of, take_form, upload_form

pytestmark = pytest.mark.django_db


def grow_every_number(form: FilledForm) -> None:
    """Another number in each row that has one."""
    for sheet in form.book.worksheets:
        head = next((row for row in sheet.iter_rows(max_row=20) if row[0].value == "portal:columns"), None)
        if head is None:
            continue
        column = next(cell.column for cell in head if cell.value == "value")
        for row in sheet.iter_rows(min_row=head[0].row + 2):
            cell = row[column - 1]
            if isinstance(cell.value, int):
                cell.value += 7


def test_a_large_form_costs_few_queries_and_small_pages_and_is_saved_whole(
    cast: Cast, report: Report
) -> None:
    alice: Client = signed_in(cast.alice)
    actor = cast.actor("alice")
    fill(report, 1_500)
    form = FilledForm(take_form(actor, report))
    grow_every_number(form)
    upload = upload_form(actor, report, form.content())

    url = f"/workspace/uploads/{upload.pk}/"
    assert queries_of(alice, url) <= 40
    page = alice.get(url)
    assert len(page.content) <= PAGE_BYTES, len(page.content)
    assert len(gzip.compress(page.content)) < 30_000
    differences = differences_of(actor, upload)
    assert len(differences.taken) == 1_500
    with acting_as(actor):
        save_upload(actor, upload, differences.digest_beside())
    with acting_as(actor):
        assert Figure.objects.filter(report=report, value__gte=Decimal(1_204_325)).count() == 1_500
