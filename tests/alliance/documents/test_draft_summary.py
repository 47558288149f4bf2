"""The summary of a cycle before it is published: what the public would read, marked as a draft, for whoever asked."""

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle, Report, Verdict
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.pdf_reports import CANARY, all_strings_of, reader_of, text_of, with_canaries
from tests.support.published_reports import make_published_cycle
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
PAGE = "/secretariat/cycles/2026-h1/"


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's, concluded with a verdict; Beacon filed nothing."""
    cycle = make_cycle(read_charter(), state=CycleState.CLOSED)
    report = make_report(cycle, cast.aurora)
    submission = make_submission(report, ReportState.CONCLUDED, **with_canaries())
    make_report(cycle, cast.beacon, ReportState.NOT_FILED)
    with acting_as(SYSTEM):
        Verdict.objects.create(
            report=report, organisation=cast.aurora, submission=submission, value="substantial", reason="Most of it.",
            commitment=cycle.charter.commitments.get(key="find"), given_by=cast.rita,
        )  # fmt: skip
    return report


def asked(client: Client) -> Document:
    address = client.post(f"{PAGE}export/", {"document": "summary"})["Location"]
    run_all_jobs()
    return Document.objects.get(key=address.rstrip("/").rpartition("/")[2])


def test_draft_of_the_summary(cast: Cast, report: Report) -> None:
    mona = signed_in(cast.mona)
    offered = [mona.get(address).text.count('value="summary"') for address in (PAGE, f"{PAGE}as-public/")]

    document = asked(mona)

    assert offered == [1, 1]
    pages = [" ".join(page.extract_text().split()) for page in reader_of(document).pages]
    assert {"Confidential: for the secretariat alone" in page for page in pages} == {True}
    assert {"Not published" in page for page in pages} == {True}
    text = text_of(document)
    for words in (
        "Substantial",
        "Not filed 1 Beacon Search",
        "Aurora Video",
        "Reports that would be published",
    ):
        assert words in text, words
    assert "How to verify" not in text
    everything = all_strings_of(document)
    assert [secret for secret in (CANARY, "777771", "777,771", "1,666,653") if secret in everything] == []
    assert document.file_name.startswith("cycle-2026-h1-draft-not-published")
    assert signed_in(cast.rita).get(f"/documents/{document.key}/").status_code == 404
    with_subject = mona.get(f"/documents/{document.key}/")
    assert f'href="{PAGE}"' in with_subject.text


def test_no_draft_once_the_cycle_is_published(cast: Cast, report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.PUBLISHED)
    make_published_cycle(Cycle.objects.get())
    mona = signed_in(cast.mona)

    back = {"Referer": f"http://testserver{PAGE}"}
    refused = mona.post(f"{PAGE}export/", {"document": "summary"}, follow=True, headers=back)

    assert "its summary is on its public page" in words_of(refused)
    assert (Document.objects.count(), 'value="summary"' in mona.get(PAGE).text) == (0, False)
