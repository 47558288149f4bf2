"""A charter at each limit is read, shown in the editor, saved and published; one that is larger by one is refused."""

from collections.abc import Callable

import pytest
from django.test import Client

from alliance.charter_file import CharterFaults, limits, read_charter
from alliance.enums import UploadState
from alliance.models import Figure, Person, Report
from alliance.queries.report_frame import report_frame
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document
from portal.kernel.web import PAGE_BYTES, PAGE_FIELDS
from tests.factories import Cast, make_cycle, make_report
from tests.factories.cast import make_services
from tests.support.charter_content import (
    Data,
    chapter,
    commitment,
    file,
    indicator,
    load_in_force,
    measure,
    narrative,
    options,
    raw,
    with_indicators,
    words,
)
from tests.support.editor import stored_rows
from tests.support.forms import forms_in
from tests.support.pages import signed_in
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.report_forms import take_form, upload_form
from tests.support.submissions import submitted_figure


def axis(key: str, count: int) -> Data:
    return {"key": key, "title": words(key), "cells": options(count, key)}


def harms(count: int) -> list[Data]:
    return options(count, "harm")


def broken_down(cells: int) -> Data:
    """An indicator with at least so many cells, and as few more as possible."""
    rows = next(
        rows for rows in range(60, 1, -1) if -(-cells // rows) >= 2 and (cells % rows == 0 or cells % 20)
    )
    return with_indicators(
        indicator(breakdowns=["row", "column"], exclusive=True),
        breakdowns=[axis("row", rows), axis("column", -(-cells // rows))],
    )


def figures(count: int) -> Data:
    """A measure with so many figures: indicators with a breakdown of 59 cells, and without."""
    whole, rest = divmod(count, 60)
    split = [indicator(number, breakdowns=["row"], exclusive=True) for number in range(whole)]
    single = [indicator(whole + number) for number in range(rest)]
    return with_indicators(*split, *single, breakdowns=[axis("row", 59)])


def file_figures(count: int) -> Data:
    """Measures of 300 figures, and one with what is left."""
    measures = []
    for number in range(1, 2 + count // 300):
        size = min(300, count - 300 * (number - 1))
        part = figures(size)["chapters"][0]["commitments"][0]["measures"][0]["indicators"] if size else []
        own = [
            {**row, "key": f"{row['key']}-{number}", "code": f"1.{number}.{row['code'].split('.')[2]}"}
            for row in part
        ]
        if own:
            measures.append(measure(number, indicators=own))
    return file(chapter(commitment(measures=measures)), breakdowns=[axis("row", 59)])


def commitments(count: int, per_chapter: int) -> Data:
    rows = [commitment(number) for number in range(1, count + 1)]
    return file(*(chapter(*rows[at : at + per_chapter]) for at in range(0, count, per_chapter)))


def measures(count: int) -> Data:
    """Fifty in each commitment, and what is left in the last."""
    rows = [
        commitment(
            number,
            measures=[measure(place, number) for place in range(1, 1 + min(50, count - 50 * (number - 1)))],
        )
        for number in range(1, 2 + (count - 1) // 50)
    ]
    return file(chapter(*rows))


def measures_of_one(count: int) -> Data:
    rows = [measure(number) for number in range(1, count + 1)]
    return file(chapter(commitment(measures=rows)))


def axes(count: int) -> Data:
    keys = {"breakdowns": [f"b-{number}" for number in range(count)], "exclusive": True} if count else {}
    return with_indicators(indicator(**keys), breakdowns=[axis(f"b-{number}", 2) for number in range(3)])


def parts(count: int) -> Data:
    cells = [{**cell, "parts": options(count, "part")} for cell in options(2)]
    return file(breakdowns=[{"key": "row", "title": words("row"), "cells": cells}])


def cell_key(length: int) -> Data:
    """A part of a category of which the whole key has this length."""
    key = "row".ljust(length - len("=/") - 120, "s")
    category = {**options(1)[0], "key": "c" * 60, "parts": [{**options(1)[0], "key": "p" * 60}, *options(1)]}
    breakdown = {"key": key, "title": words("row"), "cells": [category, *options(1)]}
    return with_indicators(indicator(breakdowns=[key], exclusive=True), breakdowns=[breakdown])


def choices(count: int) -> Data:
    row = indicator(value="choice", aggregation="none", choices=options(count))
    return with_indicators({key: value for key, value in row.items() if key != "unit"})


# For each line of the table: a file with so many, and the place that a refusal names.
LISTS: dict[str, tuple[Callable[[int], Data], str]] = {
    "`version`": (lambda count: file(version=count), "version"),
    "characters of a key": (lambda count: file(key="k" * count), "key"),
    "characters of `short`": (lambda count: file(chapter(commitment(short=words("s" * count)))),
                              "chapters[0].commitments[0].short.en"),
    "characters of a title, `id`": (lambda count: file(title=words("t" * count)), "title.en"),
    "characters of `summary`, `note`, `statement`, `guidance`, `explanation`, a source": (
        lambda count: file(summary=words("t" * count)), "summary.en"),
    "characters of `text`": (lambda count: file(chapter(commitment(text=words("t" * count)))),
                             "chapters[0].commitments[0].text.en"),
    "characters of `url`": (
        lambda count: file(sources=[{"title": words("Source"), "url": "https://example.org/".ljust(count, "u")}]),
        "sources[0].url"),
    "`limit`, characters of an answer": (lambda count: with_indicators(narrative(limit=count)),
                                         "chapters[0].commitments[0].measures[0].indicators[0].limit"),
    "`sources`": (lambda count: file(sources=[{"title": words("Source")}] * count), "sources"),
    "`mapping`": (
        lambda count: file(
            version=2, supersedes=1, mapping=[{"from": f"old-{number}", "to": "c-1"} for number in range(count)]
        ), "mapping"),
    "`harms`": (lambda count: file(harms=harms(count)), "harms"),
    "`identifiers` of a harm": (
        lambda count: file(
            harms=[{**harms(1)[0], "identifiers": [{"scheme": "s", "id": str(number)} for number in range(count)]}]
        ), "harms[0].identifiers"),
    "`breakdowns` of the file": (
        lambda count: file(breakdowns=[axis(f"b-{number}", 2) for number in range(count)]), "breakdowns"),
    "`cells` of a breakdown": (lambda count: file(breakdowns=[axis("row", count)]), "breakdowns[0].cells"),
    "`parts` of a cell": (parts, "breakdowns[0].cells[0].parts"),
    "characters of a cell’s key: `breakdown=cell/part`, two of them joined by `;`": (
        cell_key, "chapters[0].commitments[0].measures[0].indicators[0].breakdowns"),
    "`chapters`": (lambda count: commitments(count, 1), "chapters"),
    "`commitments` of a chapter": (lambda count: commitments(count, count), "chapters[0].commitments"),
    "commitments in the file": (lambda count: commitments(count, 60), "chapters"),
    "`measures` of a commitment": (measures_of_one, "chapters[0].commitments[0].measures"),
    "measures in the file": (measures, "chapters"),
    "`indicators` of a measure": (lambda count: with_indicators(*map(indicator, range(count))),
                                  "chapters[0].commitments[0].measures[0].indicators"),
    "`breakdowns` of an indicator": (
        axes, "chapters[0].commitments[0].measures[0].indicators[0].breakdowns"),
    "`choices` of an indicator": (
        choices, "chapters[0].commitments[0].measures[0].indicators[0].choices"),
    "cells of an indicator (of its two breakdowns, multiplied)": (
        broken_down, "chapters[0].commitments[0].measures[0].indicators[0].breakdowns"),
    "figures of a measure, totals and cells, for one service": (
        figures, "chapters[0].commitments[0].measures[0].indicators"),
    "figures in the file, totals and cells, for one service": (file_figures, "chapters"),
}  # fmt: skip
# What the rules of YAML and of single values hold: tests/alliance/test_charter_file*.py.
ELSEWHERE = {
    "bytes of the file", "values in the file", "levels of nesting", "faults that are listed", "aliases, anchors, tags",
    "each number of a code", "letters of an indicator's code", "digits of `minimum`, `maximum` before the point",
    "digits of `minimum`, `maximum` after the point", "languages of a text", "`notice_days` of `later_versions`",
    "months of a cycle, as they are counted below", "quarters of a cycle, as they are counted below",
}  # fmt: skip


def test_every_limit_is_tried() -> None:
    assert set(limits.TABLE) == set(LISTS) | ELSEWHERE


@pytest.mark.parametrize("what", LISTS)
def test_a_charter_at_the_limit_is_read_and_a_larger_one_is_refused_at_its_place(what: str) -> None:
    make, path = LISTS[what]
    least, most = limits.TABLE[what]

    assert read_charter(raw(make(most)), lambda key, version: None)
    with pytest.raises(CharterFaults) as refusal:
        read_charter(raw(make(most + 1)), lambda key, version: None)
    fault = next(each for each in refusal.value.faults if each.path == path)
    assert fault.line > 0
    assert f"{most}" in fault.message.replace(",", "") or f"{most + 1}" in fault.message
    if least > 1:
        with pytest.raises(CharterFaults):
            read_charter(raw(make(least - 1)), lambda key, version: None)


# --- The pages -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "what",
    [
        "`indicators` of a measure",
        "cells of an indicator (of its two breakdowns, multiplied)",
        "figures of a measure, totals and cells, for one service",
        "`limit`, characters of an answer",
    ],
)
def test_a_charter_at_the_limit_is_shown_and_saved(cast: Cast, what: str, full: bool) -> None:
    make, _path = LISTS[what]
    charter = load_in_force(make(limits.TABLE[what].most))
    Person.objects.filter(pk=cast.alice.pk).update(language="ru")
    report = make_report(make_cycle(charter), cast.aurora)
    alice, page = signed_in(cast.alice), f"/workspace/reports/{report.pk}/measures/m-1-1/"
    last = len(alice.get(page).context["editor"].parts.parts)

    for number in sorted({1, last}):
        shown = alice.get(f"{page}?part={number}")
        form = next(
            form for form in forms_in(shown.content) if any("-version" in name for name in form.names)
        )
        field = next(name for name in form.names if name.endswith(("-value", "-text")))
        answer = alice.post(f"{page}?part={number}", form.filled({field: str(number)}))

        assert len(shown.content) < PAGE_BYTES
        assert sum(map(len, form.values.values())) <= PAGE_FIELDS
        assert answer.status_code == 302
    assert len(stored_rows(Figure)) == (0 if "limit" in what else len({1, last}))
    if full:
        _publish(report)


@pytest.mark.django_db
@pytest.mark.parametrize(("services", "is_made"), [(7, True), (8, False)])
def test_a_form_at_the_limit_is_read_back_and_no_larger_one_is_made(
    cast: Cast, services: int, is_made: bool
) -> None:
    charter = load_in_force(file_figures(limits.FILE_FIGURES))
    make_services(*((cast.aurora, f"aurora-{number}") for number in range(services - 2)))
    report = make_report(make_cycle(charter), cast.aurora)
    alice, member = cast.actor("alice"), signed_in(cast.alice)
    words = "This report asks for 16,000 answers, and a form may have 15,000."

    page = f"/workspace/reports/{report.pk}/spreadsheet/"
    shown = member.get(page).content.decode()
    asked = member.post(
        f"/workspace/reports/{report.pk}/document/",
        {"document": "form-en.xlsx"}, headers={"Referer": f"http://testserver{page}"}, follow=True,
    )  # fmt: skip

    assert (words in shown, 'value="form-en.xlsx"' in shown) == (not is_made, is_made)
    # the page says it beside the form, and that nothing was made of what was asked
    assert (asked.content.decode().count(words), Document.objects.count()) == (
        0 if is_made else 2,
        int(is_made),
    )
    if is_made:
        upload = upload_form(alice, report, take_form(alice, report))
        assert (upload.state, upload.left_empty, upload.proposals) == (UploadState.READY, 14_000, [])


def _publish(report: Report) -> None:
    """The report with every figure is reviewed and published, and its pages are shown."""
    frame, cycle, member = report_frame(report), report.cycle, report.organisation
    asked = [each for part in frame.measures for row in part.figures for each in part.requested(row)]
    rows = [
        submitted_figure(
            each.indicator.key, service=each.service.slug if each.service else None, cell=each.cell
        )
        for each in asked
    ]
    with acting_as(SYSTEM):
        report.delete()
    cycle.state = "closed"
    cycle.save()
    make_published_report(cycle, member, figures={"m-1-1": rows}, verdicts={"c-1": "limited"})
    make_published_cycle(cycle)
    assert Client().get(f"/en/reports/{member.slug}/{cycle.slug}/").status_code == 200
