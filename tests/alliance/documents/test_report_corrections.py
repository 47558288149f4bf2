"""The corrections of a report and of the replies to its verdicts in its documents: what was and is, and why."""

import json

import pytest

from alliance.models import Cycle, Report
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import object_to_correction
from alliance.services.verdict_checks import uphold_verdicts
from portal.kernel.access import acting_as
from tests.alliance.documents.test_report_export import public
from tests.factories import Cast
from tests.support.corrections import (
    LIVE,
    REASON,
    REPLY,
    STORY,
    correct,
    correct_verdict,
    proposed,
)
from tests.support.pdf_reports import search_figures, text_of, two_half_years
from tests.support.published_reports import make_published_report
from tests.support.withdrawals import second_person
from tests.support.workbooks import content_of, table_of, workbook_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    return two_half_years()[1]


def test_the_files_say_why_each_text_of_a_reply_was_corrected_and_why_verdicts_stay(
    cast: Cast, cycle: Cycle
) -> None:
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "limited"}, {"find": "394 it is."})
    report = Report.objects.get()
    figure = correct(cast, report, LIVE, "34900")
    with acting_as(cast.actor("mona")) as mona:
        uphold_verdicts(mona, figure, {"en": "It changes no share.", "ru": "Доля та же."})
    for text in ("349 it is.", "350 it is."):
        correct(cast, report, REPLY, {"text": text})

    stays = f"{REASON['en']} Its verdicts were looked at again and stay: It changes no share."
    sheet = workbook_of(public(cast, cycle, "xlsx"))["Corrections"]
    rows = [tuple(row[name].value for name in ("Was", "Is", "Why")) for row in table_of(sheet)]
    assert rows == [
        ("34,000", "34,900", stays),
        ("35,200", "36,100", stays),
        ("394 it is.", "349 it is.", REASON["en"]),
        ("349 it is.", "350 it is.", REASON["en"]),
    ]
    printed = text_of(public(cast, cycle, "pdf"))
    assert [
        words
        for words in (stays, "394 it is. 349 it is.", "349 it is. 350 it is.", "; corrected")
        if words not in printed
    ] == []
    exported = json.loads(content_of(public(cast, cycle, "json")))
    find = next(each for each in exported["commitments"] if each["key"] == "find")
    assert [each["items"][0]["old"]["text"] for each in find["reply"]["corrections"]] == [
        "394 it is.",
        "349 it is.",
    ]


def test_the_files_give_the_objection_and_the_decision_with_the_reason(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "limited"})
    correction = proposed(cast, Report.objects.get(), LIVE, "34900", by="mona")
    with acting_as(cast.actor("sven")) as sven:
        object_to_correction(sven, correction, "It was right.")
    with acting_as(second_person(cast)) as otto:
        publish_correction(otto, correction, "The log says 34,900.")

    whole = (
        f"{REASON['en']} The objection: It was right. Why the secretariat decided so: The log says 34,900."
    )
    rows = table_of(workbook_of(public(cast, cycle, "xlsx"))["Corrections"])

    assert " ".join(str(rows[0]["Why"].value).split()) == whole
    assert whole in text_of(public(cast, cycle, "pdf"))


def test_the_pdf_marks_a_corrected_text(cast: Cast, cycle: Cycle) -> None:
    make_published_report(cycle, cast.aurora, search_figures(), answer="What we did.")
    correct(cast, Report.objects.get(), STORY, {"text": "What we really did."})

    printed = text_of(public(cast, cycle, "pdf"))

    assert "corrected" in printed.partition("What we really did.")[2].partition("Figures")[0]
    assert "What we did. What we really did." in printed


def test_the_files_say_beside_a_corrected_verdict_what_it_was(cast: Cast, cycle: Cycle) -> None:
    earlier = Cycle.objects.get(slug="2025-h2")
    for each in (earlier, cycle):
        make_published_report(each, cast.aurora, search_figures(), {"find": "substantial"})
    for each, value in ((earlier, "complete"), (cycle, "limited")):
        change = {"value": value, "reason": "Nights are missing.", "difference": "They weigh most."}
        correct_verdict(cast, Report.objects.get(cycle=each), change)

    rows = table_of(workbook_of(public(cast, cycle, "xlsx"))["Verdicts"])
    printed = text_of(public(cast, cycle, "pdf"))

    assert rows[0]["Verdict"].value == "Limited (corrected, was Substantial)"
    assert "; corrected, was Substantial" in printed
    for step in ("2025-II: corrected, was Substantial", "2026-I: corrected, was Substantial"):
        assert step in printed, printed
