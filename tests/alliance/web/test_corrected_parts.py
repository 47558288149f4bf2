"""What is said of a value, corrected: its form has it, the other side and every reader sees what it was."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from alliance.models import Correction, Report
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import LIVE, REASON, correct, correct_verdict
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]
PAGE = "/en/reports/aurora-video/2026-h1/"
FIGURES = "/en/reports/aurora-video/2026-h1/indicators/content-actioned/"


@pytest.fixture
def report(cast: Cast) -> Report:
    cycle = make_cycle(read_charter())
    figure = submitted_figure(
        "content-actioned", "394", service="aurora-live", estimate=True, lower="300", upper="450",
        method="Manually", note="Counted twice.",
    )  # fmt: skip
    make_published_report(cycle, cast.aurora, {"search": [figure]}, verdicts={"find": "limited"})
    make_published_cycle(cycle)
    return Report.objects.get()


def section(client: Client, address: str, begin: str, end: str) -> str:
    """The words of a part of a page."""
    text = client.get(address).text.partition(begin)[2].partition(end)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()).replace("\u00a0", " ")


def banner(client: Client) -> str:
    return section(client, PAGE, 'id="correction-title"', "</aside>")


def test_bounds_method_note_and_definition_are_corrected_in_the_form(
    cast: Cast, report: Report, client: Client
) -> None:
    sven, mona = signed_in(cast.sven), signed_in(cast.mona)
    url = f"/workspace/reports/{report.pk}/corrections/new/?value={LIVE.key}"
    assert "Manually" in sven.get(url).text
    sent: dict[str, Any] = {
        "v0_place": LIVE.key, "v0_value": "394", "v0_status": "reported", "v0_estimate": "on", "v0_lower": "310",
        "v0_upper": "450", "v0_method": "Automatically", "v0_note": "", "v0_definition_changed": "on",
        "v0_definition_note": "Broadcasts too.", "reason_en": REASON["en"], "reason_ru": REASON["ru"],
        "finder": "member",
    }  # fmt: skip

    sven.post(url, sent)
    correction = Correction.objects.get()
    desk = f"/secretariat/corrections/{correction.pk}/"
    sven.post(f"/workspace/corrections/{correction.pk}/propose/", {"version": correction.version})
    asked = section(mona, desk, 'id="values-title"', "</section>")
    mona.post(f"{desk}agree/")
    mona.post(f"{desk}publish/", {"reason": ""})

    for words in (asked, banner(client)):
        for expected in (
            "≈ 394 (300–450)",
            "≈ 394 (310–450; definition changed)",
            "Manually",
            "Automatically",
            "Counted twice.",
            "Broadcasts too.",
        ):
            assert expected in words
    assert "≈ 394 (300–450); How it was counted: Manually; Note: Counted twice." in words_of(
        client.get(PAGE)
    ).replace("\u00a0", " ")
    for address in ("/en/compare/?indicator=content-actioned", "/en/compare.csv?indicator=content-actioned"):
        assert (
            str(correction.published_as or Correction.objects.get().published_as) in client.get(address).text
        )


def test_a_figure_of_which_only_words_were_wrong_is_marked(
    cast: Cast, report: Report, client: Client
) -> None:
    correct(cast, report, LIVE, {"method": "Automatically"})

    table = section(client, FIGURES, "report-figures", "</table>")

    assert "corrected" in table
    assert "Manually" in words_of(client.get(PAGE))
    differences = client.get(f"{PAGE}revisions/?from=1&to=2").context["differences"].rows
    assert next(row.new for row in differences if not row.has_other_details).endswith(
        "How it was counted: Automatically"
    )


def test_the_old_reason_of_a_verdict_stands_beside_the_new_one(
    cast: Cast, report: Report, client: Client
) -> None:
    change = {"value": "limited", "reason": "Only by day.", "difference": ""}
    correct_verdict(cast, report, change)

    assert "Reason for find." in banner(client)
    assert "Only by day." in banner(client)
    file = client.get("/en/changes.csv?since=2000-01-01").text
    assert "Limited; Reason for the verdict: Reason for find." in file
    assert "Limited; Reason for the verdict: Only by day." in file
    own = section(client, PAGE, 'class="verdict-and-reply"', "verdict-history")
    assert "Corrected: what it was Reason for find." in own
    correct_verdict(
        cast, report, {"value": "substantial", "reason": "Only by day.", "difference": "Nights weigh."}
    )
    correct_verdict(
        cast, report, {"value": "substantial", "reason": "Only by day.", "difference": "Days weigh."}
    )
    assert "Nights weigh." in banner(client)
    own = section(client, PAGE, 'class="verdict-and-reply"', "verdict-history")
    assert "corrected why it differs from the measures" in own
    assert "Why it differs from the measures: Nights weigh." in own
