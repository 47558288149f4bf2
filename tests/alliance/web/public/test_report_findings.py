"""What the public page and the PDF of a report say of a finding of the report before that was withdrawn since."""

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState
from alliance.models import FindingEntry, Measure, Report
from alliance.queries.local_dates import today
from alliance.queries.public.report_editions import report_edition
from alliance.services.public_documents import request_public_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.text import format_date
from tests.factories import Cast, make_cycle, read_charter
from tests.support.jobs import build_document
from tests.support.pages import words_of
from tests.support.pdf_reports import text_of
from tests.support.published_reports import make_published_report
from tests.support.world_reviews import make_finding

pytestmark = pytest.mark.django_db


def publish_what_was_withdrawn(cast: Cast) -> None:
    """A report, a public finding of it that was withdrawn since, and the report after it."""
    charter = read_charter()
    make_published_report(make_cycle(charter, "2026-h1", CycleState.PUBLISHED), cast.aurora)
    measure = Measure.objects.get(charter=charter, key="search")
    with acting_as(SYSTEM):
        ended = {"state": "withdrawn", "withdrawn_at": timezone.now()}
        finding = make_finding(cast, Report.objects.get(), measure, "Count the nights.", public=True, **ended)
        FindingEntry.objects.create(
            finding=finding,
            kind="withdraw",
            text="It is the other service.",
            language="en",
            written_by=cast.mona,
        )
    make_published_report(make_cycle(charter, "2026-h2", CycleState.PUBLISHED), cast.aurora)


def test_a_withdrawn_finding_stands_in_the_next_report_with_its_day_and_reason(
    cast: Cast, client: Client
) -> None:
    publish_what_was_withdrawn(cast)
    title = f"Finding of Half 1 of 2026, withdrawn on {format_date(today())}"
    words = ("Count the nights.", "Why it was withdrawn: It is the other service.")

    page = words_of(client.get("/en/reports/aurora-video/2026-h2/"))
    edition = report_edition(cast.aurora.slug, "2026-h2")
    assert edition is not None
    document = request_public_report(edition, "en")
    build_document(document)
    printed = text_of(document)

    for shown in (page, printed):  # with or without hard spaces
        plain = " ".join(shown.split())
        assert [text for text in (title, *words) if " ".join(text.split()) not in plain] == []
    assert "Count the nights." not in words_of(client.get("/en/reports/aurora-video/2026-h1/"))
