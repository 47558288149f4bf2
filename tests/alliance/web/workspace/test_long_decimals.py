"""A number of many decimals, from the form to what is published: digit by digit as it was given."""

from decimal import Decimal

import pytest
from django.test import Client

from alliance.enums import Unit, ValueType
from alliance.models import Figure, Indicator
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import make_cycle, make_report, read_cast, read_charter
from tests.support.editor import editor_url, figure_name, form_data, stored_rows
from tests.support.pages import signed_in
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

NUMBER = "0.000123456789012"


def test_a_number_is_typed_stored_shown_again_and_filed_with_all_its_digits() -> None:
    cast, charter = read_cast(), read_charter()
    with acting_as(SYSTEM):
        Indicator.objects.filter(charter=charter, key="content-actioned").update(value=ValueType.AMOUNT)
    report = make_report(make_cycle(charter), cast.aurora)
    client, page = signed_in(cast.alice), editor_url(report)

    answer = client.post(page, {**form_data(client, page), figure_name(report, "content-actioned"): NUMBER})
    again = client.get(page).content.decode()

    assert answer.status_code == 302
    assert [row.value for row in stored_rows(Figure)] == [Decimal(NUMBER)]
    assert f'value="{NUMBER}"' in again
    refused = client.post(
        page, {**form_data(client, page), figure_name(report, "content-actioned"): "1.234567890123456"}
    )
    assert refused.status_code == 422
    assert "Too many digits: at most 15" in refused.content.decode()


def test_a_published_number_has_all_its_digits_on_the_page_in_files_and_at_the_api() -> None:
    cast, charter = read_cast(), read_charter()
    with acting_as(SYSTEM):
        Indicator.objects.filter(charter=charter, key="content-actioned").update(
            value=ValueType.AMOUNT, unit=Unit.PIECES
        )
    cycle = make_cycle(charter, state="closed")
    row = submitted_figure("content-actioned", NUMBER, service="aurora-kids")
    make_published_report(cycle, cast.aurora, figures={"search": [row]}, verdicts=None)
    make_published_cycle(cycle)
    site, address = Client(), f"/en/reports/{cast.aurora.slug}/{cycle.slug}"

    assert NUMBER in site.get(f"{address}/").content.decode()
    assert NUMBER in b"".join(site.get(f"{address}.csv")).decode()
    assert NUMBER in site.get("/api/v1/figures/").content.decode()
