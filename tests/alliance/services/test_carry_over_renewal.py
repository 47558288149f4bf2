"""The carry-over of a next report that is being written already when another submission comes to stand before it."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.enums import Disclosure
from alliance.models import Answer, Organisation, Report
from alliance.queries.four_eyes import unconfirmed_measures
from alliance.queries.working_copy import CarriedOver, working_copy
from alliance.services.answers import remove_answers, save_answer
from alliance.services.carry_over import confirm_carried_over
from alliance.services.carry_over_renewal import renew_carry_over
from alliance.services.evidence import add_link, disclose_evidence, remove_evidence
from alliance.services.recalls import recall_report
from alliance.services.reports import set_disclosure
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import read_cast
from tests.support.late_filings import fill, open_report, submit, two_open_reports
from tests.support.pages import signed_in, words_of
from tests.support.report_acts import act, returned

pytestmark = pytest.mark.django_db


def carried_words(report: Report) -> dict[str, set[str]]:
    """What stands in the report as carried over: its texts, methods and titles of evidence."""
    with acting_as(SYSTEM):
        rows = {"carried_over": True, "report": report}
        return {
            "texts": set(Answer.objects.filter(**rows).values_list("text", flat=True)),
            "methods": set(report.figures.filter(**rows).exclude(method="").values_list("method", flat=True)),
            "evidence": set(report.evidence.filter(**rows).values_list("title", flat=True)),
        }


def words(*texts: str) -> dict[str, set[str]]:
    return {name: set(texts) for name in ("texts", "methods", "evidence")}


def test_a_report_that_is_filed_late_renews_what_the_next_one_has_carried_over() -> None:
    cast, middle, latest = two_open_reports()
    before = carried_words(latest)

    submit(cast, middle)

    assert before == words("Oldest.")
    assert carried_words(latest) == words("Middle.")
    with acting_as(SYSTEM):
        assert set(latest.answers.values_list("version", "updated_by")) == {(2, None)}


def test_a_first_report_that_is_filed_late_fills_the_next_one() -> None:
    cast = read_cast()
    first, second = open_report("2025-h2"), open_report("2026-h1")
    fill(cast, first, "First.")

    submit(cast, first)

    assert carried_words(second) == words("First.")


def test_what_was_changed_confirmed_or_emptied_stays() -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("alice")) as alice:
        copy = working_copy(latest)
        changed, confirmed, emptied = copy.unconfirmed[:3]
        assert changed.indicator is not None
        save_answer(alice, latest, changed.indicator, text="Mine.", language="en", version=changed.version)
        evidence = copy.unconfirmed_evidence
        confirm_carried_over(alice, latest, CarriedOver([confirmed], evidence=evidence))
        remove_answers(alice, latest, [emptied.subject_key])

    submit(cast, middle)

    with acting_as(SYSTEM):
        texts = {row.subject_key: (row.text, row.carried_over) for row in latest.answers.all()}
        titles = set(latest.evidence.values_list("title", "carried_over"))
    assert texts[changed.subject_key] == ("Mine.", False)
    assert texts[confirmed.subject_key] == ("Oldest.", False)
    assert emptied.subject_key not in texts
    assert titles == {("Oldest.", False), ("Middle.", True)}


def test_evidence_that_somebody_removed_does_not_come_back() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)
    with acting_as(cast.actor("alice")) as alice:
        remove_evidence(alice, latest, latest.evidence.get())

    with acting_as(SYSTEM):
        renew_carry_over(middle)

    assert carried_words(latest)["evidence"] == set()


def test_evidence_that_is_filed_for_other_readers_is_another_piece() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)
    with acting_as(SYSTEM):
        shown = latest.evidence.select_related("measure").get()
        Report.objects.filter(pk=middle.pk).update(reviewer=cast.rita)
        middle.refresh_from_db()
        filed = middle.evidence.get()
    returned(cast, middle)
    middle.refresh_from_db()
    act(cast, "sven", disclose_evidence, middle, filed, "secretariat")
    submit(cast, middle)

    answer = signed_in(cast.alice).post(reverse("workspace:evidence-confirm", args=[shown.pk]))

    with acting_as(SYSTEM):
        (row,) = latest.evidence.all()
    assert (shown.disclosure, row.disclosure, row.carried_over) == ("public", "secretariat", True)
    assert answer.status_code == 404
    url = reverse("workspace:evidence-history", args=[latest.pk, shown.measure.key])
    history = words_of(signed_in(cast.alice).get(url))
    assert "It is here for other readers now." in history
    assert "It has been added again." not in history


def test_what_is_renewed_in_a_measure_does_not_hide_who_wrote_in_it_last() -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("sven")) as sven:
        required = working_copy(latest).frame.measure_of("content-actioned")
        assert required is not None
        save_answer(sven, latest, required.narratives[0], text="Sven's.", language="en", version=0)

    def writers() -> dict[str, str]:
        with acting_as(cast.actor("sven")):
            Organisation.objects.filter(pk=cast.aurora.pk).update(four_eyes=True)
            rows = unconfirmed_measures(working_copy(Report.objects.get(pk=latest.pk)))
            Organisation.objects.filter(pk=cast.aurora.pk).update(four_eyes=False)
        return {row.measure.key: row.writer.name for row in rows}

    before = writers()
    submit(cast, middle)
    submitted = writers()
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, middle)

    assert before == {required.measure.key: cast.sven.name}
    assert (submitted, writers()) == (before, before)


def test_evidence_that_the_portal_takes_away_does_not_hide_who_changed_the_measure_last() -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("alice")) as alice:
        measure = latest.evidence.get().measure
        add_link(alice, latest, measure, "https://aurora.example/a", "Alice's.", Disclosure.PUBLIC)
    submit(cast, middle)

    with acting_as(cast.actor("sven")):
        Organisation.objects.filter(pk=cast.aurora.pk).update(four_eyes=True)
        rows = unconfirmed_measures(working_copy(Report.objects.get(pk=latest.pk)))

    assert [(row.measure.pk, row.writer) for row in rows] == [(measure.pk, cast.alice)]


def test_a_first_report_that_is_filed_late_renews_each_that_is_being_written() -> None:
    cast = read_cast()
    first = open_report("2025-h1")
    fill(cast, first, "First.")
    second, third = open_report("2025-h2"), open_report("2026-h1")

    submit(cast, first)

    assert carried_words(second) == words("First.")
    assert carried_words(third) == words("First.")


@pytest.mark.parametrize("is_history_purged", [False, True])
def test_who_may_read_a_text_stays_as_a_signatory_has_decided(is_history_purged: bool) -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("sven")) as sven:
        answer = latest.answers.order_by("pk")[0]
        set_disclosure(sven, latest, answer, Disclosure.SECRETARIAT, "A trade secret.")
    if is_history_purged:
        with acting_as(SYSTEM):
            apps.get_model("alliance", "AnswerHistory").objects.filter(report=latest).delete()

    submit(cast, middle)

    with acting_as(SYSTEM):
        answer.refresh_from_db()
    assert (answer.text, answer.carried_over) == ("Middle.", True)
    assert (answer.disclosure, answer.disclosure_reason) == ("secretariat", "A trade secret.")


@pytest.mark.parametrize("is_from_before", [False, True], ids=["on its row", "from before rows said so"])
def test_a_decision_about_readers_outlives_the_history_however_often_it_is_carried_over_anew(
    is_from_before: bool,
) -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("sven")) as sven:
        decided = [latest.answers.order_by("pk")[0], latest.figures.exclude(method="").get()]
        for row in decided:
            set_disclosure(sven, latest, row, Disclosure.SECRETARIAT, "A trade secret.")
        if is_from_before:
            latest.answers.update(disclosure_decided_at=None)
            latest.figures.update(disclosure_decided_at=None)
    submit(cast, middle)
    with acting_as(SYSTEM):
        for history in ("AnswerHistory", "FigureHistory"):
            apps.get_model("alliance", history).objects.filter(report=latest).delete()
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, middle)

    with acting_as(SYSTEM):
        for row in decided:
            row.refresh_from_db()
    assert carried_words(latest) == words("Oldest.")
    assert [(row.disclosure, row.disclosure_reason) for row in decided] == [
        ("secretariat", "A trade secret.")
    ] * 2


def test_what_is_filed_for_fewer_does_not_stay_public_by_an_earlier_decision() -> None:
    cast, middle, latest = two_open_reports()
    with acting_as(cast.actor("sven")) as sven:
        answer = latest.answers.order_by("pk")[0]
        set_disclosure(sven, latest, answer, Disclosure.SECRETARIAT, "A trade secret.")
        set_disclosure(sven, latest, answer, Disclosure.PUBLIC, "")
        filed = middle.answers.get(indicator=answer.indicator)
        set_disclosure(sven, middle, filed, Disclosure.SECRETARIAT, "A new secret.")

    submit(cast, middle)

    with acting_as(SYSTEM):
        answer.refresh_from_db()
    assert (answer.text, answer.carried_over, answer.updated_by) == ("Middle.", True, None)
    assert (answer.disclosure, answer.disclosure_reason) == ("secretariat", "A new secret.")


def test_evidence_that_is_filed_for_fewer_does_not_stay_public_by_an_earlier_decision() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)
    with acting_as(SYSTEM):
        shown = latest.evidence.get()
        Report.objects.filter(pk=middle.pk).update(reviewer=cast.rita)
        middle.refresh_from_db()
        filed = middle.evidence.get()
    act(cast, "alice", disclose_evidence, latest, shown, "secretariat")
    act(cast, "alice", disclose_evidence, latest, shown, "public")
    returned(cast, middle)
    middle.refresh_from_db()
    act(cast, "sven", disclose_evidence, middle, filed, "secretariat")
    submit(cast, middle)

    with acting_as(SYSTEM):
        assert [(row.disclosure, row.carried_over) for row in latest.evidence.all()] == [
            ("secretariat", True)
        ]


def test_evidence_whose_readers_somebody_has_changed_goes_where_it_is_filed_no_more() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)
    with acting_as(SYSTEM):
        shown = latest.evidence.get()
    act(cast, "alice", disclose_evidence, latest, shown, "secretariat")
    act(cast, "alice", disclose_evidence, latest, shown, "public")
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, middle)

    answer = signed_in(cast.alice).post(reverse("workspace:evidence-confirm", args=[shown.pk]))

    assert carried_words(latest)["evidence"] == {"Oldest."}
    assert answer.status_code == 404


def test_what_is_filed_again_after_a_recall_is_carried_over_where_a_signatory_has_decided_its_readers() -> (
    None
):
    cast = read_cast()
    first, second = open_report("2025-h2"), open_report("2026-h1")
    fill(cast, first, "First.")
    submit(cast, first)
    with acting_as(cast.actor("sven")) as sven:
        answer = second.answers.order_by("pk")[0]
        figure = second.figures.exclude(method="").get()
        set_disclosure(sven, second, answer, Disclosure.SECRETARIAT, "A trade secret.")
        set_disclosure(sven, second, figure, Disclosure.SECRETARIAT, "A trade secret.")
        recall_report(sven, first)
        first.refresh_from_db()

    submit(cast, first)

    assert carried_words(second) == words("First.")
    with acting_as(SYSTEM):
        rows = [second.answers.get(pk=answer.pk), second.figures.get(pk=figure.pk)]
    assert [(row.disclosure, row.updated_by) for row in rows] == [("secretariat", None)] * 2


def test_a_recalled_submission_gives_way_to_what_was_filed_before_it() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, middle)

    assert carried_words(latest) == words("Oldest.")


def test_nothing_is_left_of_a_recalled_first_report() -> None:
    cast = read_cast()
    first, second = open_report("2025-h2"), open_report("2026-h1")
    fill(cast, first, "First.")
    submit(cast, first)
    with acting_as(cast.actor("sven")) as sven:
        answer = second.answers.order_by("pk")[0]
        set_disclosure(sven, second, answer, Disclosure.SECRETARIAT, "A trade secret.")
        recall_report(sven, first)

    assert carried_words(second) == words()
    with acting_as(SYSTEM):
        left = [(row.pk, row.text, row.carried_over, row.disclosure) for row in second.answers.all()]
    assert left == [(answer.pk, "", False, "secretariat")]


def test_the_same_queries_renew_one_answer_and_all() -> None:
    cast, middle, latest = two_open_reports()
    submit(cast, middle)

    def queries() -> int:
        with acting_as(SYSTEM), CaptureQueriesContext(connection) as captured:
            renew_carry_over(middle)
        # whether something was published since is asked when its turn comes, whatever is done
        return sum("portal_publicrevision" not in query["sql"] for query in captured)

    with acting_as(SYSTEM):
        Answer.objects.filter(pk=latest.answers.order_by("pk")[0].pk).update(text="Other.")
        one = queries()
        latest.answers.update(text="Other.")

        assert queries() == one
    assert carried_words(latest) == words("Middle.")
