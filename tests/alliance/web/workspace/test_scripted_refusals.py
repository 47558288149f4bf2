"""A form with a file that its page’s script sends: refused, it says why and stays, with the file still chosen."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from alliance.models import Evidence, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
SCRIPT = {"Form-By-Script": "1"}


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def alice(cast: Cast) -> Client:
    return signed_in(cast.alice)


def test_a_refused_file_is_answered_with_the_reason_which_is_shown_once(
    alice: Client, report: Report
) -> None:
    url = reverse("workspace:evidence-add-file", args=[report.pk, "search"])
    page = reverse("workspace:report-measure", args=[report.pk, "search"])
    sent = {"file": SimpleUploadedFile("run.exe", b"MZ\x90 & more"), "title": "<b>Counts</b>"}

    answer = alice.post(url, sent, headers=SCRIPT)

    assert (answer.status_code, "Location" in answer) == (422, False)
    assert answer["Content-Type"].startswith("text/html")
    reason = words_of(answer)
    assert reason
    assert reason not in words_of(alice.get(page))
    with acting_as(SYSTEM):
        assert not Evidence.objects.exists()


def test_a_refusal_that_would_lead_away_is_answered_with_its_sentence(alice: Client, report: Report) -> None:
    answer, without_script = [
        alice.post(
            f"/workspace/reports/{report.pk}/measures/search/confirm/", {"shown": "old"}, headers=headers
        )
        for headers in (SCRIPT, {})
    ]

    assert (answer.status_code, without_script.status_code) == (422, 302)
    assert '<ul id="errors"><li>' in answer.text
