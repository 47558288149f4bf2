"""All figures of a report on one page: what it shows, what a cell takes, and what it refuses."""

import html
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import FigureStatus, UploadState
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Charter, Figure, Report, ReportUpload
from alliance.queries.report_frame import report_frame
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_charter, make_cycle, make_report
from tests.factories.cast import make_services
from tests.factories.charters import COUNT, HEADCOUNT
from tests.support.editor import figure_name
from tests.support.pages import signed_in, words_of
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db


def url(report: Report) -> str:
    return f"/workspace/reports/{report.pk}/figures/"


def shown(client: Client, address: str) -> dict[str, str]:
    """What a browser posts: every cell of the page as it is shown."""
    return cells_of(client.get(address))


def cells_of(answer: Any) -> dict[str, str]:
    fields = re.findall(r'name="(f[0-9-]+(?:value|read))" value="([^"]*)"', answer.content.decode())
    return {name: html.unescape(value) for name, value in fields}


def note_on(answer: Any, name: str) -> str:
    """What the page says of a cell."""
    match = re.search(rf'href="#{name}">([^<]*)<', answer.content.decode())
    return html.unescape(match[1]) if match else ""


def figure(report: Report, key: str, service: str = "aurora-kids") -> Figure | None:
    with acting_as(SYSTEM):
        return report.figures.filter(indicator__key=key, service__slug=service, cell="").first()


def place_name(report: Report, key: str, service: str = "aurora-kids") -> str:
    return figure_name(report, key, service, "value").removesuffix("-value")


def test_a_form_without_script_saves_the_cells_that_were_typed_over(report: Report, alice: Client) -> None:
    name = place_name(report, "content-actioned")
    answer = alice.post(url(report), shown(alice, url(report)) | {f"{name}-value": "1,270"})

    saved = figure(report, "content-actioned")
    assert (answer.status_code, saved and saved.value) == (302, Decimal(1270))
    assert figure(report, "content-actioned", "aurora-live") is None


def test_words_of_both_languages_are_statuses(report: Report, alice: Client) -> None:
    words = {"aurora-kids": "н/д", "aurora-live": "n/a"}
    typed = {f"{place_name(report, 'content-actioned', slug)}-value": word for slug, word in words.items()}

    alice.post(url(report), shown(alice, url(report)) | typed)

    kids, live = (figure(report, "content-actioned", slug) for slug in words)
    assert kids
    assert live
    assert (kids.status, live.status) == (FigureStatus.NOT_MEASURED, FigureStatus.NOT_APPLICABLE)


def test_an_unreadable_cell_comes_back_as_typed_and_the_rest_is_saved(report: Report, alice: Client) -> None:
    wrong, right = (place_name(report, "content-actioned", slug) for slug in ("aurora-kids", "aurora-live"))
    posted = shown(alice, url(report)) | {f"{wrong}-value": "about a lot", f"{right}-value": "7"}

    answer = alice.post(url(report), posted)

    assert answer.status_code == 422
    assert cells_of(answer)[f"{wrong}-value"] == "about a lot"
    assert "is not a number" in note_on(answer, wrong)
    assert figure(report, "content-actioned", "aurora-live") is not None


def test_a_colleagues_later_number_is_not_written_over(report: Report, alice: Client, cast: Cast) -> None:
    name = place_name(report, "content-actioned")
    posted = shown(alice, url(report))
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal(45)), 0)

    answer = alice.post(url(report), posted | {f"{name}-value": "40"})

    assert answer.status_code == 409
    assert "45" in note_on(answer, name)
    untouched = figure(report, "content-actioned")
    assert untouched
    assert untouched.value == 45
    alice.post(url(report), cells_of(answer))
    replaced = figure(report, "content-actioned")
    assert replaced
    assert replaced.value == 40


def test_a_form_that_would_be_too_large_is_offered_nowhere(
    report: Report, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(SYSTEM):
        failed = ReportUpload.objects.create(
            report=report, organisation=report.organisation, kind="form", state=UploadState.FAILED, name="a.xlsx",
            person=report.organisation.memberships.all()[0].person, size=1, expires_at=timezone.now(),
            refusal={"en": "No."},
        )  # fmt: skip
    addresses = [url(report), f"/workspace/reports/{report.pk}/", f"/workspace/reports/{report.pk}/spreadsheet/",
                 f"/workspace/uploads/{failed.pk}/"]  # fmt: skip

    def offers() -> list[bool]:
        return [bool(re.search(r'value="form[^"]*\.xlsx"', alice.get(address).text)) for address in addresses]

    assert offers() == [True] * 4
    monkeypatch.setattr("alliance.services.form_layout.MOST_ANSWERS", 1)
    assert offers() == [False] * 4


def test_a_note_stays_when_the_number_beside_it_is_typed_anew(
    report: Report, alice: Client, cast: Cast
) -> None:
    place = FigurePlace("content-actioned", "aurora-kids")
    values = FigureValues(value=Decimal(45), note="Counted twice.")
    save_one_figure(cast.actor("sven"), report, place, values, 0)

    posted = shown(alice, url(report)) | {f"{place_name(report, 'content-actioned')}-value": "46"}
    alice.post(url(report), posted)

    saved = figure(report, "content-actioned")
    assert saved
    assert (saved.value, saved.note) == (Decimal(46), "Counted twice.")


def test_an_autosave_answers_with_the_cells_as_they_are_now(report: Report, alice: Client) -> None:
    name = place_name(report, "content-actioned")
    fields = shown(alice, url(report))
    posted = {f"{name}-value": "n/a", f"{name}-read": fields[f"{name}-read"], "autosave": "1"}

    answer = alice.post(url(report), posted).content.decode()

    cells = json.loads(html.unescape(answer.split('data-answer="')[1].split('"')[0]))["cells"]
    assert f'data-saved="{name}"' in answer
    assert cells[name][1:3] == ["not applicable", "none"]


def test_an_autosave_says_what_is_left_in_the_headings_of_its_measures_and_in_the_filters(
    report: Report, alice: Client
) -> None:
    name = place_name(report, "content-actioned")
    page = alice.get(url(report))
    measure = next(
        group
        for group in page.context["groups"]
        if any(cell.prefix == name for row in group.rows for cell in row.all_cells)
    )
    empty = measure.counts["empty"]
    fields = cells_of(page)
    posted = {f"{name}-value": "12", f"{name}-read": fields[f"{name}-read"], "autosave": "1"}

    answer = alice.post(url(report), posted).content.decode()

    read = json.loads(html.unescape(answer.split('data-answer="')[1].split('"')[0]))
    assert list(read["marks"]) == [measure.measure.key]
    assert f"{empty - 1} empty" in read["marks"][measure.measure.key]
    assert int(read["counts"]["empty"]) == page.context["grid"].counts["empty"] - 1


def test_the_place_of_an_unsent_cell_leads_to_its_row(report: Report, alice: Client) -> None:
    name = place_name(report, "content-actioned")

    view = alice.get(f"{url(report)}?at={name}").context["grid"].view

    assert view.start == f"r{name.removeprefix('f').partition('-')[0]}"


def test_a_place_that_is_not_asked_for_is_refused(report: Report, alice: Client) -> None:
    assert alice.post(url(report), {"f1-999999-value": "5"}).status_code == 422


def paste(client: Client, report: Report, text: str, at: str = "") -> dict[str, Any]:
    answer = client.post(f"{url(report)}paste/", {"text": text, "at": at})
    result: dict[str, Any] = answer.json()
    return result


def test_a_block_with_labels_finds_its_places_in_any_order(report: Report, alice: Client) -> None:
    with acting_as(SYSTEM):
        names = {row.service.slug: row.service.name_en for row in report.organisation.ownerships.all()}
        title = report.cycle.charter.indicators.get(key="content-actioned").title_ru
    # a header that somebody has broken by hand is copied in quotes, with its line end
    broken = names["aurora-kids"].replace(" ", "\n")
    head = f'\t{names["aurora-live"]}\tSomething else\t"{broken}"'
    block = f"{head}\n{title}\t12\tz\t34\nUnheard of\t1\t\t2\n"

    result = paste(alice, report, block)

    taken = {name: text for name, text, _stored, _read in result["cells"]}
    kids, live = (place_name(report, "content-actioned", slug) for slug in ("aurora-kids", "aurora-live"))
    assert taken == {live: "12", kids: "34"}
    assert "2 taken, 3 skipped" in result["text"]
    assert [line.partition(",")[0] for line in result["skipped"]] == ["line 1", "line 3"]
    assert "“Unheard of” and one more cell: no indicator has this name" in result["skipped"][1]
    assert "does not show" not in result["text"]

    away = alice.post(f"{url(report)}paste/?service=aurora-live", {"text": block, "at": ""}).json()
    assert away["cells"] == result["cells"]
    assert "1 of them goes into a row or service that this page does not show." in away["text"]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("heads", "taken", "skipped"),
    [
        ("Organisation", [], ["no figure is asked for here"]),
        ("Вся организация", [], ["no figure is asked for here"]),
        ("Total", [], ["no figure is asked for here"]),
        ("Aurora Vidoe", [], ["no service has this name"]),
        ("Другая служба", [], ["no service has this name"]),
        ("Aurora Vidoe\t2025", [], ["no service has this name"] * 2),
        ("Aurora Vidoe\tИтого", [], ["no service has this name", "no figure is asked for here"]),
        ("KIDS\tOrganisation", ["648"], ["no figure is asked for here"]),
        ("2024\t2025", [], ["no service has this name"] * 2),
        ("2025", [], ["no service has this name"]),
        ("Aurora Vidoe\tKIDS", ["65"], ["no service has this name"]),
        ("KIDS\t", ["648"], ["this column has no heading"]),
        # no header: a row of figures beside a name that no indicator has
        ("12\tn/a", ["648", "65"], ["no indicator has this name"]),
        ("12\tsee below", ["648", "65"], ["no indicator has this name"]),
    ],
)
def test_beside_labels_of_rows_a_head_that_names_no_service_takes_no_column_of_one(
    report: Report, alice: Client, heads: str, taken: list[str], skipped: list[str], language: str
) -> None:
    with acting_as(SYSTEM):
        kids = report.organisation.ownerships.get(service__slug="aurora-kids").service
        title = getattr(report.cycle.charter.indicators.get(key="content-actioned"), f"title_{language}")
    block = f"\t{heads.replace('KIDS', getattr(kids, f'name_{language}') or kids.name)}\n{title}\t648"
    block += "\t65\n" if "\t" in heads else "\n"

    pasted = paste(alice, report, block, at=place_name(report, "content-actioned"))

    assert [text for _name, text, *_read in pasted["cells"]] == taken
    assert [line.rpartition(": ")[2] for line in pasted["skipped"]] == skipped


@pytest.mark.parametrize("head", ["Organisation", "Вся организация", "Итого"])
def test_a_lone_head_of_the_whole_fills_what_the_organisation_is_asked_for(cast: Cast, head: str) -> None:
    charter = make_charter("mixed", tree={"count": {"first": [("of-all", HEADCOUNT), ("of-each", COUNT)]}})
    report = make_report(make_cycle(charter), cast.aurora)
    names = {indicator.key: indicator.pk for indicator in report_frame(report).measures[0].figures}

    pasted = paste(signed_in(cast.alice), report, f"Показатель\t{head}\nof-all\t648\nof-each\t77\n")

    assert [cell[:2] for cell in pasted["cells"]] == [[f"f{names['of-all']}-0", "648"]]
    assert pasted["skipped"] == ["line 3, “77”: no figure is asked for here"]


def test_a_block_without_labels_goes_down_from_the_cell_and_says_what_does_not_fit(
    report: Report, alice: Client
) -> None:
    name = place_name(report, "content-actioned")

    result = paste(alice, report, "12\t5 h\n", at=name)

    assert [cell[:2] for cell in result["cells"]] == [[name, "12"]]
    assert "5 h" in result["skipped"][0]


def test_a_share_and_a_number_in_hours_are_not_taken_for_one_another(report: Report, alice: Client) -> None:
    result = paste(alice, report, "5 %\t5 h\n", at=place_name(report, "time-to-removal"))

    live = place_name(report, "time-to-removal", "aurora-live")
    assert [cell[:2] for cell in result["cells"]] == [[live, "5 h"]]
    [skipped] = result["skipped"]
    assert "“5 %” does not fit: this figure is in hours." in skipped

    result = paste(alice, report, "5 %\t5 h\n", at=place_name(report, "found-proactively"))
    assert [cell[1] for cell in result["cells"]] == ["5 %"]
    assert "“5 h” does not fit: this figure is in %." in result["skipped"][0]


def test_cells_outside_of_the_grid_are_counted_and_named_once(report: Report, alice: Client) -> None:
    result = paste(alice, report, "1\t2\t3\t4\t5\n" * 40, at=place_name(report, "content-actioned"))

    taken, skipped = map(int, re.findall(r"\d+", result["text"]))
    assert taken + skipped == 200
    assert sum("to the right of the last column" in line for line in result["skipped"]) == 1
    assert sum("below the last row" in line for line in result["skipped"]) == 1


def test_a_share_that_follows_from_its_part_and_whole_is_not_pasted_over(
    report: Report, alice: Client, cast: Cast
) -> None:
    values = FigureValues(numerator=Decimal(1), denominator=Decimal(4))
    save_one_figure(cast.actor("sven"), report, FigurePlace("found-proactively", "aurora-kids"), values, 0)

    result = paste(alice, report, "30\n1", at=place_name(report, "found-proactively"))

    assert "worked out from its part and whole" in result["skipped"][0]


@pytest.mark.parametrize(("language", "last"), [("en", "and 2 more"), ("ru", "и ещё 2")])
def test_a_choice_lists_its_answers_beside_its_cell_and_where_one_is_refused(
    cast: Cast, language: str, last: str
) -> None:
    words = [{"key": f"o-{n}", "title": {"en": f"Way {n}", "ru": f"Способ {n}"}} for n in range(14)]
    row = {"type": "figure", "value": "choice", "choices": words, "scope": "organisation"}
    report = make_report(
        make_cycle(make_charter("ways", tree={"way": {"first": [("way", row)]}})), cast.aurora
    )
    client = signed_in(cast.alice)
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(language=language)
    [indicator] = report_frame(report).measures[0].figures
    name = f"f{indicator.pk}-0"
    own = [each["title"][language] for each in words]

    details = client.get(f"{url(report)}{name}/", headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'name="cell-answer" value="([^"]*)"', details) == own
    assert paste(client, report, f"way\t{own[3]}", at=name)["cells"][0][:2] == [name, own[3]]

    [skipped] = paste(client, report, "way\tfoo", at=name)["skipped"]
    assert skipped.endswith(f": {'; '.join(own[:12])}; {last}.")
    refused = client.post(url(report), shown(client, url(report)) | {f"{name}-value": "foo"})
    assert f"{own[11]}; {last}." in note_on(refused, name)


def test_a_block_of_more_than_ten_thousand_cells_is_refused_whole(report: Report, alice: Client) -> None:
    answer = alice.post(f"{url(report)}paste/", {"text": "1\t2\n" * 5001, "at": ""})

    assert answer.status_code == 422
    assert answer.json()["refused"] == (
        "This block has 10,002 cells, and one paste takes at most 10,000. Nothing was taken. "
        "Paste it up to line 5,000, then the rest with the same headings."
    )
    wide = alice.post(f"{url(report)}paste/", {"text": "1\t" * 10_000 + "1", "at": ""})
    assert "10,001 cells" in wide.json()["refused"]
    assert "Paste fewer columns at a time." in wide.json()["refused"]


def test_filters_show_the_rows_that_they_count(report: Report, alice: Client, cast: Cast) -> None:
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal("4.5")), 0)

    page = alice.get(f"{url(report)}?show=eyes")

    rows = [row for group in page.context["groups"] for row in group.rows]
    assert [row.indicator.key for row in rows] == ["content-actioned"]
    assert 'aria-current="true"' in page.content.decode()
    assert page.context["grid"].counts["eyes"] == 1


def test_chosen_services_alone_are_shown_and_stay_chosen_through_filters_and_search(
    report: Report, alice: Client
) -> None:
    page = alice.get(f"{url(report)}?service=aurora-live&service=unheard-of")

    grid, every = page.context["grid"], page.context["copy"].frame.services
    assert [service.slug for service in grid.services] == ["aurora-live"]
    assert f"1 of {len(every)} services" in words_of(page)
    assert all("service=aurora-live" in each["url"] for each in page.context["filters"])
    assert '<input type="hidden" name="service" value="aurora-live">' in page.content.decode()
    assert list(alice.get(f"{url(report)}?service=unheard-of").context["grid"].services) == list(every)


def test_the_form_and_the_upload_stand_beside_the_grid_of_those_who_write(
    report: Report, alice: Client, cast: Cast
) -> None:
    ways = ['name="document" value="form.xlsx"', f"/reports/{report.pk}/spreadsheet/#upload-heading"]

    assert all(way in alice.get(url(report)).content.decode() for way in ways)
    assert not any(way in signed_in(cast.bob).get(url(report)).content.decode() for way in ways)


def test_filters_and_headings_count_the_services_shown_and_say_what_is_left_in_the_others(
    report: Report, alice: Client, cast: Cast
) -> None:
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal("4.5")), 0)
    every = alice.get(f"{url(report)}?show=eyes").context["grid"]

    page = alice.get(f"{url(report)}?show=eyes&service=aurora-live")

    grid = page.context["grid"]
    assert page.context["groups"] == []
    assert (every.counts["eyes"], grid.counts["eyes"]) == (1, 0)
    hidden = len(every.kinds) - len(grid.kinds)
    assert (
        f"{hidden} figures of services not shown are empty or need your eyes. Show all services"
        in words_of(page)
    )
    assert 'href="?show=eyes"' in page.content.decode()
    headings = words_of(alice.get(f"{url(report)}?service=aurora-live"))
    assert "in services not shown" in headings


@pytest.fixture
def wide(cast: Cast, charter: Charter) -> Report:
    """A report of nine services: two sets of columns; of the last service a figure is wrong."""
    make_services(*((cast.aurora, f"more-{number}") for number in range(1, 8)))
    report = make_report(make_cycle(charter, "2026-h1"), cast.aurora)
    place = FigurePlace("content-actioned", "more-7")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal("4.5")), 0)
    return report


def test_a_filter_shows_no_row_whose_mark_stands_in_a_column_of_another_set(
    wide: Report, alice: Client
) -> None:
    first, second = (alice.get(f"{url(wide)}?show=eyes{more}") for more in ("", "&services=2"))

    assert [len(each) for each in first.context["grid"].column_sets] == [7, 2]
    assert (first.context["groups"], first.context["grid"].counts["eyes"]) == ([], 0)
    [group] = second.context["groups"]
    [row] = group.rows
    assert "error" in [cell.mark for cell in row.all_cells]
    assert second.context["grid"].counts["eyes"] == 1
    assert all("services=2" in each["url"] for each in second.context["filters"])
    assert [n for _services, n in first.context["grid"].counted_sets] == [0, 1]
    assert "1 figure to look at" in words_of(first)


def test_a_link_to_a_cell_opens_the_set_of_columns_in_which_it_stands(wide: Report, alice: Client) -> None:
    name = place_name(wide, "content-actioned", "more-7")

    assert f'id="{name}"' in alice.get(f"{url(wide)}?at={name}").content.decode()
    assert f'id="{name}"' not in alice.get(url(wide)).content.decode()


def test_an_autosave_says_anew_what_is_left_in_services_not_shown(
    report: Report, alice: Client, cast: Cast
) -> None:
    address = f"{url(report)}?service=aurora-live"
    before = len(alice.get(address).context["grid"].hidden_kinds)
    name = place_name(report, "content-actioned", "aurora-live")
    fields = shown(alice, address)
    place = FigurePlace("content-actioned", "aurora-kids")
    save_one_figure(cast.actor("sven"), report, place, FigureValues(value=Decimal(45)), 0)

    typed = {f"{name}-value": "12", f"{name}-read": fields[f"{name}-read"], "autosave": "1"}
    answer = alice.post(address, typed).content.decode()

    assert re.search(r'id="services-not-shown" hx-swap-oob="true"', answer)
    assert f"{before - 1} figures of services not shown" in answer
