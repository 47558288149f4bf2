"""Whose events a webhook is notified of: all that may be seen, of its own organisation, of named members."""

import pytest

from alliance.queries.webhooks import organisation_as_reader
from alliance.services.publications import record_charter_publication
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.publishing import Publication
from portal.kernel.webhooks import MOST_SUBJECTS, Webhook, WebhookDelivery, event_kinds
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.published_reports import make_published_report
from tests.support.webhooks import webhook_of

pytestmark = pytest.mark.django_db
ADDRESS = "http://127.0.0.1:9/hooks"
KINDS = ("publication.created",)


@pytest.fixture
def of_scopes(cast: Cast) -> dict[str, int]:
    """The webhooks: Aurora's of everything, of itself, of Beacon; and the secretariat's of Beacon."""
    aurora, beacon = cast.aurora.pk, cast.beacon.pk
    chosen = (
        ("all", "sven", None),
        ("own", "sven", [aurora]),
        ("other", "sven", [beacon]),
        ("host", "mona", [beacon]),
    )
    return {
        name: webhook_of(cast, ADDRESS, person, KINDS, subjects)[0].pk for name, person, subjects in chosen
    }


def notified(webhooks: dict[str, int], number: int) -> set[str]:
    """Those that have a message about this target."""
    rows = WebhookDelivery.objects.filter(event__target_id=number)
    pks = set(rows.values_list("webhook", flat=True))
    return {name for name, pk in webhooks.items() if pk in pks}


def test_publications_about_a_member_and_about_all(cast: Cast, of_scopes: dict[str, int]) -> None:
    charter = read_charter()
    cycle = make_cycle(charter)
    of_aurora = make_published_report(cycle, cast.aurora).number
    of_beacon = make_published_report(cycle, cast.beacon).number
    with acting_as(SYSTEM) as actor:
        record_charter_publication(actor, charter)
    of_all = Publication.objects.get(type="charter").number
    run_all_jobs()

    assert notified(of_scopes, of_aurora) == {"all", "own"}
    assert notified(of_scopes, of_beacon) == {"all", "other", "host"}
    assert notified(of_scopes, of_all) == set(of_scopes)


def test_reports_by_their_member(cast: Cast, of_scopes: dict[str, int]) -> None:
    Webhook.objects.update(kinds=["report.recalled"])
    cycle = make_cycle(read_charter())
    aurora, beacon = (make_report(cycle, member) for member in (cast.aurora, cast.beacon))
    for report in (aurora, beacon):
        journal.record(SYSTEM, "report.recall", report)
    run_all_jobs()

    assert notified(of_scopes, aurora.pk) == {"all", "own"}
    assert notified(of_scopes, beacon.pk) == {"host"}  # what a member sees of others is what is published


def test_where_the_secretariat_reads_on(cast: Cast) -> None:
    """What was filed, of each kind of event about a report."""
    report = make_report(make_cycle(read_charter()), cast.beacon)
    reader = organisation_as_reader(cast.secretariat.pk)
    assert reader
    entry = journal.record(SYSTEM, "report.recall", report)
    kinds = [kind for kind in event_kinds(for_host=True) if kind.name.startswith("report.")]
    with acting_as(reader):
        addresses = {(kind.data(reader, entry) or {}).get("url") for kind in kinds}

    assert len(kinds) == 5
    assert [address.partition("/api/")[2] for address in addresses] == [
        f"v1/secretariat/reports/{report.pk}/submissions/"
    ]


@pytest.mark.parametrize("count", [0, MOST_SUBJECTS + 1])
def test_some_are_named_and_not_too_many(cast: Cast, count: int) -> None:
    with pytest.raises(DomainError) as refusal:
        webhook_of(cast, ADDRESS, subjects=list(range(1, count + 1)))

    assert refusal.value.field == "subjects"
