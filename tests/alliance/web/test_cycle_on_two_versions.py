"""A cycle whose members answer to two versions of its charter: figures that break stay under their own, with why."""

import pytest
from django.test import Client
from django.urls import reverse

from alliance.documents.cycle.comparison_sheets import chapter_sheet
from alliance.documents.cycle.published_facts import published_cycle_facts
from alliance.documents.cycle.summary_content import collect_published_summary
from alliance.documents.cycle.working_facts import working_cycle_facts
from alliance.enums import AccessionState, CharterState, CycleState, PledgeState
from alliance.figure_fields import FigurePlace
from alliance.models import Accession, Charter, Cycle, KeyMapping, Person, Pledge, PublishedTotal, Report
from alliance.queries.public.cycle_editions import cycle_edition
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.cycles import open_cycle
from alliance.services.publications import record_report_publication
from alliance.validators.corrections import CorrectionPlace
from portal.kernel import clock
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.documents import Document
from tests.factories import Cast, make_charter, make_cycle, read_charter, renamed
from tests.support.corrections import correct
from tests.support.pages import signed_in, words_of
from tests.support.submissions import body_of, make_submission, submitted_figure

pytestmark = pytest.mark.django_db
MAPPING = (
    ("content-actioned", "items-actioned"),
    ("content-actioned", "accounts-actioned"),
    ("time-to-removal", "days-to-removal"),
)


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """Open on version 2, which Beacon has signed, Aurora has not; it splits one figure and redefines another."""
    first = read_charter()
    tree = renamed(("time-to-removal", "days-to-removal"))
    search = tree["find"]["search"]
    (count,) = (kind for key, kind in search if key == "content-actioned")
    tree["find"]["search"] = [
        ("search-story", search[0][1]), ("items-actioned", count), ("accounts-actioned", count),
        *[row for row in search[2:] if row[0] == "found-proactively"],
    ]  # fmt: skip
    with acting_as(SYSTEM):
        for organisation in (cast.aurora, cast.beacon):
            _sign(organisation, first)
        second = make_charter(version=2, state=CharterState.DRAFT, tree=tree, mapping=MAPPING)
        KeyMapping.objects.filter(charter=second, earlier_key="content-actioned").update(
            reason_en="Items and accounts are counted apart.",
            reason_ru="Материалы и аккаунты считаются порознь.",
        )
        KeyMapping.objects.filter(charter=second, key="days-to-removal").update(
            reason_en="Days, not hours.", reason_ru="Дни, а не часы."
        )
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, check_charter(mona, second))
        _sign(cast.beacon, Charter.objects.get(pk=second.pk))
        return open_cycle(mona, make_cycle(Charter.objects.get(pk=second.pk), "2031-h1", CycleState.PLANNED))


def _sign(organisation: object, charter: Charter) -> None:
    with acting_as(SYSTEM):
        Accession.objects.create(
            organisation=organisation,
            charter=charter,
            signatory_name="Sven",
            signed_at=clock.now(),
            state=AccessionState.PUBLISHED,
        )


def publish(cast: Cast, cycle: Cycle) -> None:
    with acting_as(SYSTEM):
        own = Report.objects.get(cycle=cycle, organisation=cast.aurora)
        figures = {
            "search": [submitted_figure("content-actioned", "1200")],
            "speed": [
                submitted_figure("time-to-removal", hours, service=service)
                for service, hours in (("aurora-kids", "2"), ("aurora-live", "3"))
            ],
        }
        make_submission(own, "concluded", measures=body_of(own, figures=figures)["measures"])
        Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PUBLISHED, published_at=clock.now())
        record_report_publication(SYSTEM, own)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "1 member answers to version 1, which it has signed; the cycle is on version 2: Aurora Video",
                "Items and accounts are counted apart.",
                "Aurora Video – 1,200",
                "Aurora Video – Aurora Kids: 2; Aurora Live: 3",
                "Days, not hours.",
            ),
        ),
        (
            "ru",
            (
                "1 участник отчитывается по версии 1",
                "Материалы и аккаунты считаются порознь.",
                "Aurora Kids (ру): 2; Aurora Live (ру): 3",
            ),
        ),
    ],
)
def test_the_public_page_shows_split_figures_under_their_own_version(
    client: Client, cast: Cast, cycle: Cycle, language: str, expected: tuple[str, ...]
) -> None:
    publish(cast, cycle)

    page = words_of(client.get(f"/{language}/cycles/2031-h1/"))

    assert [words for words in expected if words not in page] == []
    assert not PublishedTotal.objects.filter(cycle=cycle).exists()  # nothing is summed across the break


def test_a_corrected_figure_shows_what_it_was(client: Client, cast: Cast, cycle: Cycle) -> None:
    publish(cast, cycle)
    with acting_as(SYSTEM):
        report = Report.objects.get(cycle=cycle, organisation=cast.aurora)
    correct(cast, report, CorrectionPlace.of_figure(FigurePlace("content-actioned", None)), {"value": "1300"})
    place = FigurePlace("time-to-removal", "aurora-live")
    correct(cast, report, CorrectionPlace.of_figure(place), {"value": "5"})

    page = words_of(client.get("/en/cycles/2031-h1/"))

    assert "Aurora Video – 1,300 (corrected, was 1,200)" in page
    assert "Aurora Live: 5 (corrected, was Aurora Kids: 2; Aurora Live: 3)" in page


def test_a_withheld_figure_stays_withheld_there(client: Client, cast: Cast, cycle: Cycle) -> None:
    with acting_as(SYSTEM):
        own = Report.objects.get(cycle=cycle, organisation=cast.aurora)
        withheld = {"disclosure": "secretariat", "disclosure_reason": "CANARY"}
        figures = {"search": [submitted_figure("content-actioned", "1234567", **withheld)]}
        make_submission(own, "concluded", measures=body_of(own, figures=figures)["measures"])
        Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.PUBLISHED, published_at=clock.now())
        record_report_publication(SYSTEM, own)

    page = words_of(client.get("/en/cycles/2031-h1/"))

    assert "Aurora Video – Withheld" in page
    assert "1,234,567" not in page


def test_a_cycle_on_one_version_says_nothing_of_versions(client: Client, cast: Cast, cycle: Cycle) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(cycle=cycle).update(earlier_charter=None)

    assert "Versions of the charter" not in words_of(client.get("/en/cycles/2031-h1/"))
    desk = signed_in(cast.mona).get(reverse("secretariat:cycle", args=["2031-h1"]))
    assert "Versions of the charter" not in words_of(desk)


def test_the_desk_of_the_cycle_names_the_members_and_the_breaks_without_values(
    cast: Cast, cycle: Cycle
) -> None:
    page = words_of(signed_in(cast.mona).get(reverse("secretariat:cycle", args=["2031-h1"])))

    assert "the cycle is on version 2: Aurora Video" in page
    assert "Items and accounts are counted apart." in page


@pytest.mark.parametrize(
    ("address", "language", "expected"),
    [
        ("", "en", ("Aurora Video answers to version 1", "1 member has not signed version 2")),
        ("open/", "en", ("answers to version 1", "totals and comparisons read its report by the mapping")),
        ("open/", "ru", ("отчитывается по версии 1", "1 участник не подписал версию 2")),
    ],
)
def test_before_a_cycle_opens_its_pages_say_who_will_answer_to_an_earlier_version(
    cast: Cast, cycle: Cycle, address: str, language: str, expected: tuple[str, ...]
) -> None:
    with acting_as(SYSTEM):
        make_cycle(cycle.charter, "2032-h1", CycleState.PLANNED)
        Person.objects.filter(pk=cast.mona.pk).update(language=language)
    mona = signed_in(cast.mona)

    page = mona.get(f"/secretariat/cycles/2032-h1/{address}")

    assert page.context["earlier_versions"] == {cast.aurora.pk: 1}  # Beacon has signed version 2
    assert [words for words in expected if words not in words_of(page)] == []


def test_pledges_at_the_desk_say_to_which_version_they_are(cast: Cast, cycle: Cycle) -> None:
    with acting_as(SYSTEM):
        first = read_charter()
        pledge = Pledge.objects.create(
            organisation=cast.aurora, state=PledgeState.PUBLISHED, commitment_key="find", text="We will.",
            language="en", signatory_name="Sven", signed_at=clock.now(), earlier_charter=first,
        )  # fmt: skip
    mona = signed_in(cast.mona)

    for address in (
        reverse("secretariat:pledge", args=[pledge.pk]),
        reverse("secretariat:pledge-list") + "?show=public",
        reverse("secretariat:member", args=[cast.aurora.pk]),
    ):
        assert "to version 1" in words_of(mona.get(address)), address


def test_documents_do_not_say_of_what_an_earlier_version_asked_otherwise_that_there_is_no_figure(
    cast: Cast, cycle: Cycle
) -> None:
    publish(cast, cycle)
    edition = cycle_edition(cycle.slug)
    assert edition is not None

    with acting_as(ANYONE):
        summary = collect_published_summary(ANYONE, Document(target_id=edition.number, language="en"))
        facts = published_cycle_facts(edition)
    with acting_as(cast.actor("mona")) as mona:
        draft = working_cycle_facts(mona, cycle.pk)

    (no_figure, earlier) = (
        summary.coverage_header.index(name) - 1 for name in ("No figure", "Earlier version")
    )
    rows = [cells for table in summary.coverage for _name, cells in table.rows]
    assert {(cells[no_figure], cells[earlier]) for cells in rows} == {("–", "1")}
    assert "Earlier version" in dict(summary.method)
    for each in (facts, draft):
        (chapter, *_more) = each.charter.chapters
        sheet = chapter_sheet(each, 1, chapter, each.charter.figures_of(chapter))
        (row,) = [row for row in sheet.rows if row[0] == cast.aurora.name]
        assert row[2] == "report on version 1"
