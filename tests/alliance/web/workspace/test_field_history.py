"""The history of one field of a report, and the way back to an earlier version."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.html import strip_tags

from alliance.enums import FigureStatus
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Figure, Indicator, Report
from alliance.queries.report_frame import report_frame
from alliance.services.answers import remove_answers, save_answer
from alliance.services.figures import FigureChange, save_figures
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.pages import signed_in
from tests.support.working_copies import save_one_figure

pytestmark = pytest.mark.django_db

COUNT = FigurePlace("content-actioned", "aurora-kids")


def written() -> tuple[Cast, Report, Indicator]:
    """Alice has written a text, and Sven has changed it."""
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    indicator = next(row.narratives[0] for row in report_frame(report).measures if row.narratives)
    for name, text, version in (("alice", "We search by hand.", 0), ("sven", "We search by machine.", 1)):
        with acting_as(cast.actor(name)) as actor:
            save_answer(actor, report, indicator, text=text, language="en", version=version)
    return cast, report, indicator


def history_url(report: Report, field: str) -> str:
    return reverse("workspace:field-history", args=[report.pk, field])


def figure_field(report: Report, figure_place: FigurePlace = COUNT) -> str:
    target = report_frame(report).find(figure_place)
    return f"f{target.indicator.pk}-{target.service.pk if target.service else 0}"


def numbers(model: str) -> list[int]:
    with acting_as(SYSTEM):
        return list(
            apps.get_model("alliance", model).objects.order_by("pgh_id").values_list("pgh_id", flat=True)
        )


def test_a_text_shows_each_version_with_its_writer_word_by_word() -> None:
    cast, report, indicator = written()

    page = signed_in(cast.alice).get(history_url(report, f"t{indicator.pk}")).content.decode()

    words = " ".join(strip_tags(page[page.index("Back to the field") :]).split())
    assert words.index("Sven") < words.index("Alice")
    assert '<del><span class="hidden">Removed: </span>hand</del>' in page
    assert '<ins><span class="hidden">Added: </span>machine</ins>' in page


def test_an_earlier_text_is_written_again_as_the_newest_version() -> None:
    cast, report, indicator = written()
    data = {"number": numbers("AnswerHistory")[0], "version": 2}

    answer = signed_in(cast.alice).post(history_url(report, f"t{indicator.pk}"), data)

    assert answer.status_code == 302
    with acting_as(SYSTEM):
        stored = Answer.objects.get()
    assert (stored.text, stored.version, stored.updated_by_id) == ("We search by hand.", 3, cast.alice.pk)


def test_a_colleagues_newer_text_is_not_written_over() -> None:
    cast, report, indicator = written()
    data = {"number": numbers("AnswerHistory")[0], "version": 1}

    answer = signed_in(cast.alice).post(history_url(report, f"t{indicator.pk}"), data, follow=True)

    assert "Someone else has changed this since" in answer.content.decode()
    with acting_as(SYSTEM):
        assert Answer.objects.get().text == "We search by machine."


def test_the_page_of_a_text_that_was_taken_away_leads_to_what_stood_there() -> None:
    cast, report, indicator = written()
    with acting_as(cast.actor("alice")) as alice:
        remove_answers(alice, report, [indicator.pk])
    client, history = signed_in(cast.alice), history_url(report, f"t{indicator.pk}")

    editor = client.get(reverse("workspace:report-measure", args=[report.pk, indicator.measure.key]))

    assert f'href="{history}"' in editor.content.decode()
    assert "We search by" in strip_tags(client.get(history).content.decode())


def test_a_figure_shows_old_and_new_values_and_that_its_place_was_emptied_by_whom() -> None:
    cast, report, _indicator = written()
    save_one_figure(cast.actor("alice"), report, COUNT, FigureValues(value=Decimal(1234)), 0)
    save_one_figure(
        cast.actor("sven"), report, COUNT, FigureValues(value=Decimal(1300), note="Late ones."), 1
    )
    target = report_frame(report).find(COUNT)
    with acting_as(cast.actor("alice")) as alice:
        save_figures(alice, report, [FigureChange(target, None, 2)])

    page = signed_in(cast.alice).get(history_url(report, figure_field(report))).content.decode()

    words = " ".join(strip_tags(page).split())
    assert "Before: 1,234 → After: 1,300" in words
    assert words.index("Emptied") < words.index("1,300")
    assert "Alice" in words[words.index("Back to the field") : words.index("Emptied")]


def test_the_values_of_an_emptied_figure_come_back() -> None:
    cast, report, _indicator = written()
    save_one_figure(cast.actor("alice"), report, COUNT, FigureValues(value=Decimal(7), method="By hand."), 0)
    (first,) = numbers("FigureHistory")
    target = report_frame(report).find(COUNT)
    with acting_as(cast.actor("alice")) as alice:
        save_figures(alice, report, [FigureChange(target, None, 1)])

    data = {"number": first, "version": 0}
    assert signed_in(cast.alice).post(history_url(report, figure_field(report)), data).status_code == 302

    with acting_as(SYSTEM):
        figure = Figure.objects.get()
    assert (figure.value, figure.method) == (Decimal(7), "By hand.")


def test_a_version_of_another_field_is_refused() -> None:
    cast, report, indicator = written()
    save_one_figure(cast.actor("alice"), report, COUNT, FigureValues(value=Decimal(7)), 0)
    data = {"number": numbers("FigureHistory")[0] + 1000, "version": 2}

    answer = signed_in(cast.alice).post(history_url(report, f"t{indicator.pk}"), data, follow=True)

    assert "This version is no longer kept." in answer.content.decode()
    with acting_as(SYSTEM):
        assert Answer.objects.get().text == "We search by machine."


def test_versions_of_one_sitting_are_one_change_and_a_longer_pause_makes_two() -> None:
    cast, report, indicator = written()
    for version in (2, 3):
        with acting_as(cast.actor("sven")) as sven:
            save_answer(
                sven, report, indicator, text=f"By machine {version}.", language="en", version=version
            )
    client, url = signed_in(cast.alice), history_url(report, f"t{indicator.pk}")
    together = client.get(url).context["changes"]
    with acting_as(SYSTEM):
        history = apps.get_model("alliance", "AnswerHistory")
        last = history.objects.latest("pgh_id")
        history.objects.filter(pk=last.pk).update(pgh_created_at=last.pgh_created_at + timedelta(minutes=11))

    apart = client.get(url).context["changes"]

    assert (len(together), len(apart)) == (2, 3)


def test_a_value_replaced_within_minutes_can_be_restored() -> None:
    """A number that a status took away at once, and a text of which most was deleted, are versions of their own."""
    cast, report, indicator = written()
    for version, text in ((2, "We search by machine and by hand, every day."), (3, "We")):
        with acting_as(cast.actor("sven")) as sven:
            save_answer(sven, report, indicator, text=text, language="en", version=version)
    none = FigureValues(status=FigureStatus.NOT_MEASURED)
    for version, values in enumerate((FigureValues(value=Decimal(1234)), none, replace(none, note="Why."))):
        save_one_figure(cast.actor("sven"), report, COUNT, values, version)
    alice = signed_in(cast.alice)

    of_text, of_figure = (
        alice.get(history_url(report, name)).context["changes"]
        for name in (f"t{indicator.pk}", figure_field(report))
    )
    number = of_figure[1].number
    answer = alice.post(history_url(report, figure_field(report)), {"number": number, "version": 3})

    assert [change.writer for change in of_text] == [cast.sven, cast.sven, cast.alice]
    assert len(of_figure) == 2
    assert answer.status_code == 302
    with acting_as(SYSTEM):
        assert Figure.objects.get().value == Decimal(1234)


@pytest.mark.parametrize("field", ["t999999", "f1-2-3", "x", "p" + "0" * 32])
def test_a_field_that_the_report_does_not_ask_for_has_no_history(field: str) -> None:
    cast, report, _indicator = written()

    assert signed_in(cast.alice).get(history_url(report, field)).status_code == 404
