"""The pledges that stood when a report was published: what its verdicts are to be read beside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from alliance.enums import PledgeState
from alliance.models import Charter, PublishedPledge, PublishedReport
from alliance.queries.lineage import key_in_version
from portal.kernel.publishing import Publication, number_read_as_of


def first_number(record: str) -> int | None:
    """Under which number the report was published first; None where it is not public. One query."""
    rows = Publication.objects.filter(type="report", record=record, revision=1)
    number: int | None = rows.values_list("number", flat=True).first()
    return number


def pledges_beside(charter: Charter, organisation: int, record: str) -> Mapping[str, PublishedPledge]:
    """The pledges beside the verdicts of a report, by commitment: while it is not public, those in force.

    One query, four of a published report, a few more where they are to other versions.
    """
    pledges = pledges_when_published(charter, organisation, record)
    return pledges if pledges is not None else pledges_in_force(charter, organisation)


def last_pledge_change(slug: str) -> int:
    """The last publication that changed how a member's pledges read beside its reports; 0 where there is none.

    A revision, an end, a corrected target, a withdrawal; what is decided of a target is none. One query.
    """
    rows = PublishedPledge.objects.filter(organisation__slug=slug).exclude(commitment_key="")
    changes: list[int] = []
    for _record, of_record in groupby(rows.order_by("record", "valid_from"), key=attrgetter("record")):
        before, ended = None, None
        for row in of_record:
            reading = (row.revision, row.state, [target["corrected_in"] for target in row.targets])
            if reading != before:
                changes.append(row.valid_from)
            before, ended = reading, row.valid_to
        changes.append(ended or 0)
    return max(changes, default=0)


def pledges_when_published(
    charter: Charter, organisation: int, record: str
) -> Mapping[str, PublishedPledge] | None:
    """The pledges in force when the report was published first, by the key that its charter has for the commitment.

    Each is the revision that stood then, as it reads now: corrected, where a target was corrected, and with
    `is_superseded` where it was revised or has ended since. One whose publication is withdrawn is not among them; where
    none stood, the one in force now is, with `is_later`. None where the report is not public. Four queries.
    """
    number = first_number(record)
    if number is None:
        return None
    rows = PublishedPledge.objects.as_of(number).filter(
        organisation=organisation, state=PledgeState.PUBLISHED
    )
    stood = list(rows.exclude(commitment_key="").select_related("charter"))
    later = PublishedPledge.objects.filter(record__in=[row.record for row in stood]).order_by("valid_from")
    if (last := number_read_as_of()) is not None:
        later = later.filter(valid_from__lte=last)
    revisions = {(row.record, row.revision): row for row in later}
    current = {
        row.record: row
        for row in PublishedPledge.objects.current()
        .filter(organisation=organisation)
        .exclude(commitment_key="")
        .select_related("charter")
    }
    pledges: dict[str, PublishedPledge] = {}
    for key, row in _beside(charter, stood, current).items():
        now, pledge = current[row.record], revisions.get((row.record, row.revision))
        if pledge is None:
            row.is_later = True
        else:
            pledge.is_superseded = now.revision != row.revision or now.state != PledgeState.PUBLISHED
        pledges[key] = pledge or row
    return pledges


@dataclass(frozen=True, slots=True)
class ReportBesidePledge:
    """A public report beside whose verdicts a pledge stands; `stood`: it did when the report was published first."""

    report: PublishedReport
    stood: bool


def reports_beside_pledge(record: str) -> list[ReportBesidePledge]:
    """The public reports of the member that show this pledge, the latest period first; none beyond the charter.

    As `pledges_when_published` tells of each of them. Four queries, a few more where versions of charters differ.
    """
    own = PublishedPledge.objects.filter(record=record).values("organisation")
    rows = PublishedPledge.objects.filter(organisation__in=own).exclude(commitment_key="")
    pledges = list(rows.select_related("charter").order_by("pk"))
    current = {row.record: row for row in pledges if row.valid_to is None}
    pledge = current.get(UUID(record))
    if pledge is None:
        return []
    reports = PublishedReport.objects.current().filter(organisation=pledge.organisation_id, notice="")
    shown = list(reports.select_related("organisation", "cycle__charter").order_by("-cycle__starts_on"))
    names = {row.pk: f"{row.organisation.slug}/{row.cycle.slug}" for row in shown}
    firsts = Publication.objects.filter(type="report", record__in=names.values(), revision=1)
    numbers = dict(firsts.values_list("record", "number"))
    keys = {row.cycle.charter.key for row in shown}
    charters = {(row.key, row.version): row for row in Charter.objects.filter(key__in=keys)}
    beside = []
    for report in shown:
        charter, number = report.cycle.charter, numbers[names[report.pk]]
        signed = charters[charter.key, report.earlier_version or charter.version]
        stood = [
            row
            for row in pledges
            if row.state == PledgeState.PUBLISHED
            and row.valid_from <= number
            and (row.valid_to is None or row.valid_to > number)
        ]
        quoted = _beside(signed, stood, current)
        if row := next((each for each in quoted.values() if each.record == pledge.record), None):
            beside.append(ReportBesidePledge(report, stood=row in stood))
    return beside


def pledges_in_force(charter: Charter, organisation: int) -> Mapping[str, PublishedPledge]:
    """The pledges that a report would be published beside now, by the key that its charter has for the commitment.

    One query, a few more where they are to other versions.
    """
    rows = PublishedPledge.objects.current().filter(organisation=organisation, state=PledgeState.PUBLISHED)
    return _by_key(charter, rows.exclude(commitment_key="").select_related("charter"))


def _beside(
    charter: Charter, stood: Iterable[PublishedPledge], current: Mapping[UUID, PublishedPledge]
) -> dict[str, PublishedPledge]:
    """By what the charter calls the commitment the pledges that stood, and are still public; where none did, those now.

    `current` are the member's pledges as the public reads them, by record: one whose publication is withdrawn is not
    among them.
    """
    still = [row for row in stood if row.record in current]
    records = {row.record for row in still}
    later = [
        row for row in current.values() if row.record not in records and row.state == PledgeState.PUBLISHED
    ]
    return _by_key(charter, later) | _by_key(charter, still)


def _by_key(charter: Charter, pledges: Iterable[PublishedPledge]) -> dict[str, PublishedPledge]:
    """By what the charter calls the commitment; of two to the same one, that to the later version."""
    versions = [(row.charter, row) for row in pledges if row.charter is not None]
    versions.sort(key=lambda version: version[0].version)
    return {
        key: row for version, row in versions if (key := key_in_version(version, row.commitment_key, charter))
    }
