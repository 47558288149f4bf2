"""What a manager reads before publication as the public will: a concluded report, its parts, the matrix."""

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState, Role
from alliance.models import (
    Charter,
    Measure,
    PublishedReport,
    Report,
    SecondReading,
    Verdict,
)
from alliance.queries.cycle_publication import coming_matrix
from alliance.services.unpublished_reports import unpublished_record
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, read_publication
from tests.factories import (
    Cast,
    actor_of,
    make_cycle,
    make_person,
    make_report,
)
from tests.support.pages import words_of
from tests.support.report_acts import make_concluded_report
from tests.support.submissions import make_submission, submitted_figure

pytestmark = pytest.mark.django_db


def test_a_concluded_report_is_read_before_publication_as_the_public_will_read_it(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    report = make_concluded_report(cast, charter)
    commitment = Measure.objects.get(charter=charter, key="search").commitment
    Verdict.objects.filter(report=report).update(commitment=commitment)

    page = mona.get(f"/secretariat/reports/{report.pk}/as-public/")

    assert "alliance/public/report.html" in {template.name for template in page.templates}
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    words = words_of(page)
    assert [text in words for text in ("Not public yet", "Begun.", "We go on.", "Withheld")] == [True] * 4
    assert [text in words for text in ("Cite:", "No. 0", "Nothing is overwritten", "Is it wrong?")] == [
        False
    ] * 4
    assert not Publication.objects.filter(type="report").exists()
    assert not PublishedReport.objects.exists()
    mona.post("/secretariat/cycles/2026-h1/publish/")
    published = read_publication(Publication.objects.get(type="report"))
    shown = page.context["document"]
    assert {name: published[name] for name in shown} == shown
    assert mona.get(f"/secretariat/reports/{report.pk}/as-public/").status_code == 404
    assert mona.get("/secretariat/cycles/2026-h1/as-public/")["Location"].endswith("/cycles/2026-h1/")


def test_the_parts_of_a_figure_have_a_page_of_their_own_before_publication_as_after_it(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    report = make_report(make_cycle(charter, state=CycleState.CLOSED), cast.aurora)
    figures = [
        submitted_figure("content-actioned", "12", service="aurora-kids"),
        submitted_figure("content-actioned", "5", service="aurora-kids", cell="harm=bullying"),
    ]
    make_submission(report, ReportState.CONCLUDED, figures={"search": figures})
    address = f"/secretariat/reports/{report.pk}/as-public/"
    parts = f"{address}indicators/content-actioned/"

    whole, page = mona.get(address).text, mona.get(parts)
    assert '"/corrections/' not in whole + page.text  # nobody can begin one yet

    assert (f'href="{parts}"' in whole, "data-table breakdown" in whole) == (True, False)
    assert "data-table breakdown" in page.text
    assert f'href="{address}#measure-search"' in page.text
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert ["Not public yet" in words_of(page), "No. 0" in words_of(page)] == [True, False]
    assert mona.get(f"{address}indicators/time-to-removal/").status_code == 404
    Report.objects.filter(pk=report.pk).update(state=ReportState.IN_REVIEW)
    assert mona.get(parts).status_code == 404


def test_the_cycle_is_seen_before_publication_as_its_matrix_will_show_it(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    report = make_concluded_report(cast, charter)
    make_report(report.cycle, cast.beacon, ReportState.NOT_FILED)
    commitment = charter.commitments.first()
    assert commitment is not None
    with acting_as(SYSTEM):
        common = {"organisation": cast.aurora, "submission": report.submissions.get(), "given_by": cast.rita}
        Verdict.objects.create(
            report=report, commitment=commitment, value="complete", reason="All of it.", **common
        )

    page = mona.get("/secretariat/cycles/2026-h1/as-public/")

    aurora, beacon = page.context["grid"]["rows"]
    address = f"/secretariat/reports/{report.pk}/as-public/"
    assert (aurora["url"], aurora["cells"][0]["verdict"]) == (address, "complete")
    assert aurora["cells"][0]["url"] == f"{address}#commitment-{commitment.key}"
    assert (beacon["kind"], {cell["verdict"] for cell in beacon["cells"]}) == ("Not filed", {""})
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    consequences = mona.get("/secretariat/cycles/2026-h1/publish/").content.decode()
    assert [url in consequences for url in ("/secretariat/cycles/2026-h1/as-public/", address)] == [True] * 2


@pytest.mark.parametrize(
    "state", [ReportState.SUBMITTED, ReportState.IN_REVIEW, ReportState.CHANGES_REQUESTED]
)
def test_a_report_without_a_concluded_review_is_shown_to_nobody_as_public(
    cast: Cast, mona: Client, charter: Charter, state: ReportState
) -> None:
    report = make_concluded_report(cast, charter)
    Report.objects.filter(pk=report.pk).update(state=state)

    assert mona.get(f"/secretariat/reports/{report.pk}/as-public/").status_code == 404


def test_a_blind_reader_sees_no_verdict_in_what_is_to_be_public(cast: Cast, charter: Charter) -> None:
    report, reader = make_concluded_report(cast, charter), make_person("Roy", cast.secretariat, Role.REVIEWER)
    with acting_as(SYSTEM):
        SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=reader, is_blind=True, asked_by=cast.rita
        )
        record = unpublished_record(actor_of(reader), report.pk)
        (row,) = coming_matrix(actor_of(reader), report.cycle, [report]).rows

    assert record is not None
    assert (record.document["verdicts"], record.verdict_history, row.verdicts) == ([], [], {})
