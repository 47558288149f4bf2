"""A report's document says how it was filed, and what it said before that was corrected."""

import pytest
from django.utils import translation

from alliance.documents.report.texts import filing_before
from alliance.models import Report
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.publishing import Publication, read_publication
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import correct, figures
from tests.support.published_reports import make_published_report

pytestmark = pytest.mark.django_db


def test_the_document_says_what_the_filing_was(cast: Cast) -> None:
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    before = read_publication(Publication.objects.get(type="report"))

    correct(cast, Report.objects.get(), CorrectionPlace.of_standing(), {"standing": "late", "reason": ""})

    after = read_publication(Publication.objects.get(type="report", revision=2))
    assert filing_before(before) == ""
    with translation.override("en"):
        assert filing_before(after) == "corrected, was Filed"
