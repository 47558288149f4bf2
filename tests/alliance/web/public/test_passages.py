"""What somebody wrote in one language alone is marked with it in public, and says so where it is not the reader's."""

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from alliance.models import Person, Report
from alliance.services.correction_publication import publish_correction
from alliance.services.corrections import object_to_correction
from alliance.web.public.publication_rows import publication_row
from portal.kernel import clock
from portal.kernel.access import acting_as
from portal.kernel.templatetags.portal_ui import passage
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import LIVE, correct, figures, proposed
from tests.support.pages import signed_in
from tests.support.published_reports import make_published_cycle, make_published_report


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One & all\nwere wrong.", '<span lang="en">One &amp; all<br>were wrong.</span>'),
        ("12 %", '<span lang="en">12 %</span>'),
        ("Да", '<span lang="ru"><span class="passage-language" lang="en">In Russian</span> Да</span>'),
    ],
)
def test_a_passage_is_marked_with_the_language_of_its_letters(text: str, html: str) -> None:
    with translation.override("en"):
        assert passage(text) == html


@pytest.mark.django_db
def test_an_objection_and_the_decision_about_it_say_their_language(cast: Cast, client: Client) -> None:
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394"))
    report = Report.objects.get()
    make_published_cycle(report.cycle)
    correction = proposed(cast, report, LIVE, "349")
    with acting_as(cast.actor("mona")) as mona:
        object_to_correction(mona, correction, "Журнала нет.")
        publish_correction(mona, correction, "The log was there.")

    english, russian = (client.get(f"/{code}/reports/aurora-video/2026-h1/").text for code in ("en", "ru"))

    marked = '<span lang="{}"><span class="passage-language" lang="{}">{}</span> {}</span>'
    assert marked.format("ru", "en", "In Russian", "Журнала нет.") in english
    assert '<span lang="en">The log was there.</span>' in english
    assert marked.format("en", "ru", "На английском", "The log was there.") in russian
    assert '<span lang="ru">Журнала нет.</span>' in russian


@pytest.mark.django_db
def test_the_language_of_a_method_follows_its_letters_and_not_its_markup(cast: Cast, client: Client) -> None:
    note = 'По данным "Лиги" и "РКН"'
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394", note=note))
    make_published_cycle(Report.objects.get().cycle)

    russian = client.get("/ru/reports/aurora-video/2026-h1/").text

    assert f'<dd><span lang="ru">{escape(note)}</span>' in russian


@pytest.mark.django_db
def test_what_has_no_letters_is_in_the_language_of_its_reader(cast: Cast, client: Client) -> None:
    """The statement of a report, a row of a timeline, a value to correct."""
    make_published_report(
        make_cycle(read_charter()), cast.aurora, figures("2960", "394"), statement="100 %", answer="24/7"
    )
    report = Report.objects.get()
    make_published_cycle(report.cycle)
    Person.objects.filter(pk=cast.sven.pk).update(language="ru")
    with translation.override("ru"):
        row = publication_row(clock.now(), ("Отчёт", ""), {"en": "Report", "ru": "Отчёт"}, 1, "2026")

    public = client.get("/ru/reports/aurora-video/2026-h1/").text
    values = signed_in(cast.sven).get(f"/workspace/reports/{report.pk}/corrections/").text

    assert row.language == "ru"
    assert '<div class="authored-text" lang="ru"><p>100 %</p></div>' in public
    assert 'lang="ru">24/7</td>' in values


@pytest.mark.django_db
def test_what_was_said_of_a_corrected_figure_says_its_language(cast: Cast, client: Client) -> None:
    make_published_report(make_cycle(read_charter()), cast.aurora, figures("2960", "394", method="By hand."))
    make_published_cycle(Report.objects.get().cycle)
    correct(cast, Report.objects.get(), LIVE, "349", method="По журналу.")

    english, russian = (client.get(f"/{code}/reports/aurora-video/2026-h1/").text for code in ("en", "ru"))

    mark = '<span class="passage-language" lang="{}">{}</span> <{} class="authored-text" lang="{}">{}'
    was = mark.format("ru", "На английском", "del", "en", "By hand.")
    now = mark.format("en", "In Russian", "ins", "ru", "По журналу.")
    assert [(was in page, now in page) for page in (english, russian)] == [(False, True), (True, False)]
