"""The report's editor, through the browser's forms."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Answer, Figure, Report, Submission
from portal.kernel.access import SYSTEM
from portal.kernel.row_security import acting_as
from tests.factories import Cast, make_cast, make_charter, make_cycle, make_report
from tests.support.drafts import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(make_charter()), cast.aurora)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(report: Report, measure: str = "search") -> str:
    return f"/workspace/reports/{report.pk}/measures/{measure}/"


def fields(client: Client, url: str) -> dict[str, str]:
    """What a browser would post: every field of the page's editor as it is shown."""
    editor = client.get(url).context["editor"]
    posted = {}
    for entry in editor.entries():
        for field in entry.form:
            value = field.value()
            if value is not None and value is not False:
                posted[field.html_name] = "on" if value is True else str(field.field.prepare_value(value))
    return posted


def text_name(report: Report, key: str = "search-story") -> str:
    return f"t{report.cycle.charter.indicators.get(key=key).pk}-text"


def figure_name(report: Report, key: str, service: str = "aurora-kids", field: str = "value") -> str:
    indicator = report.cycle.charter.indicators.get(key=key)
    owner = report.organisation.ownerships.get(service__slug=service).service_id
    return f"f{indicator.pk}-{owner}-{field}"


def stored(model: Any) -> list[Any]:
    with acting_as(SYSTEM):
        return list(model.objects.order_by("pk"))


def test_saving_takes_texts_and_figures_and_marks_who_wrote_them(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    posted = fields(client, page(report))

    answer = client.post(
        page(report),
        {**posted, text_name(report): "We search.", figure_name(report, "content-actioned"): "1,234"},
    )

    assert answer.status_code == 302
    assert [(row.text, row.updated_by_id) for row in stored(Answer)] == [("We search.", cast.alice.pk)]
    assert [(str(row.value), row.status) for row in stored(Figure)] == [("1234.000000", "reported")]


def test_a_number_that_cannot_be_read_is_kept_as_typed_and_the_rest_is_saved(
    cast: Cast, report: Report
) -> None:
    client = signed_in(cast.alice)
    posted = fields(client, page(report))
    name = figure_name(report, "content-actioned")

    answer = client.post(page(report), {**posted, text_name(report): "We search.", name: "about a third"})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="about a third"' in shown
    assert "“about a third” is not one" in shown
    assert [row.text for row in stored(Answer)] == ["We search."]


def test_an_ambiguous_comma_is_refused_in_russian(cast: Cast, report: Report) -> None:
    cast.alice.language = "ru"
    cast.alice.save()
    client = signed_in(cast.alice)
    posted = fields(client, page(report))

    answer = client.post(page(report), {**posted, figure_name(report, "content-actioned"): "1,234"})

    assert answer.status_code == 422
    assert stored(Figure) == []


def test_two_editors_at_once_lose_nothing(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    name = text_name(report)
    first, second = fields(alice, page(report)), fields(sven, page(report))

    alice.post(page(report), {**first, name: "Alice's words"})
    answer = sven.post(page(report), {**second, name: "Sven's words"})

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Alice saved this while you were typing." in shown
    assert "Alice&#x27;s words" in shown
    assert "Sven&#x27;s words" in shown
    assert [row.text for row in stored(Answer)] == ["Alice's words"]


@pytest.mark.parametrize(
    ("choice", "text"),
    [("mine", "Sven's words"), ("theirs", "Alice's words")],
)
def test_a_conflict_is_settled_by_a_person(cast: Cast, report: Report, choice: str, text: str) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    name = text_name(report)
    first, second = fields(alice, page(report)), fields(sven, page(report))
    alice.post(page(report), {**first, name: "Alice's words"})
    answer = sven.post(page(report), {**second, name: "Sven's words"})
    editor = answer.context["editor"]
    again = {field.html_name: field.value() or "" for entry in editor.clashes for field in entry.form}

    sven.post(page(report), {**again, "resolve": choice, "clashed": editor.clashes[0].prefix})

    assert [row.text for row in stored(Answer)] == [text]


def test_another_field_of_a_colleague_is_no_conflict(cast: Cast, report: Report) -> None:
    alice, sven = signed_in(cast.alice), signed_in(cast.sven)
    first, second = fields(alice, page(report)), fields(sven, page(report))

    alice.post(page(report), {**first, text_name(report): "Alice's words"})
    answer = sven.post(page(report), {**second, figure_name(report, "content-actioned"): "5"})

    assert answer.status_code == 302
    assert [row.text for row in stored(Answer)] == ["Alice's words"]


def test_autosave_answers_with_the_new_versions(cast: Cast, report: Report) -> None:
    client = signed_in(cast.alice)
    posted = {**fields(client, page(report)), text_name(report): "We search.", "autosave": "1"}

    answer = client.post(page(report), posted, headers={"HX-Request": "true"})

    shown = answer.content.decode()
    prefix = text_name(report).removesuffix("-text")
    assert f'name="{prefix}-version" id="id_{prefix}-version" value="1" hx-swap-oob="true"' in shown
    assert "1 of 14 answers" in shown


@pytest.mark.parametrize("name", ["carol", "rita", "mona"])
def test_another_organisations_report_answers_as_if_it_did_not_exist(
    cast: Cast, report: Report, name: str
) -> None:
    client = signed_in(getattr(cast, name))

    foreign, missing = client.get(page(report)), client.get("/workspace/reports/999999/measures/search/")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


def test_a_reader_reads_and_cannot_write(cast: Cast, report: Report) -> None:
    client = signed_in(cast.bob)

    shown = client.get(page(report))
    answer = client.post(page(report), {**fields(client, page(report)), text_name(report): "Bob's words"})

    assert shown.status_code == 200
    assert answer.status_code == 403
    assert stored(Answer) == []


def test_every_page_of_a_report_can_be_opened(cast: Cast, report: Report) -> None:
    client = signed_in(cast.sven)
    fill(cast.actor("alice"), report)
    for path in ("", "check/", "preview/", "submit/", "verdicts/", "ask-for-sign-off/"):
        assert client.get(f"/workspace/reports/{report.pk}/{path}").status_code == 200, path
    assert client.get("/workspace/").status_code == 200
    assert client.get("/workspace/reports/").status_code == 200


def test_the_signatory_submits_once_however_often_the_form_is_posted(cast: Cast, report: Report) -> None:
    client = signed_in(cast.sven)
    fill(cast.actor("alice"), report)
    url = f"/workspace/reports/{report.pk}/submit/"
    form = {"stated": "on", "once": "6f1ed002-ab5e-4f0a-9b6e-0d6b2f6b6f11"}

    first, second = client.post(url, form), client.post(url, form)

    report.refresh_from_db()
    receipt = client.get(first["Location"]).content.decode()
    assert first["Location"] == second["Location"] == f"/workspace/reports/{report.pk}/receipts/1/"
    assert report.state == ReportState.SUBMITTED
    assert [row.sha256 in receipt for row in stored(Submission)] == [True]


def test_four_eyes_are_shown_and_settled_by_a_colleague(cast: Cast, report: Report) -> None:
    cast.aurora.four_eyes = True
    cast.aurora.save()
    fill(cast.actor("alice"), report)
    alice, sven = (
        signed_in(person).get(f"/workspace/reports/{report.pk}/") for person in (cast.alice, cast.sven)
    )
    url = f"/workspace/reports/{report.pk}/measures/search/confirm/"

    signed_in(cast.sven).post(url)

    after = signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/").content.decode()
    assert (url in alice.content.decode(), url in sven.content.decode(), url in after) == (False, True, False)
