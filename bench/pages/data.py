"""An alliance to show: the demonstration's, and as many more members as are asked for, straight into the tables."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from alliance.demo.alliance import DemonstrationAlliance
from alliance.enums import REPORTING_KINDS, VERDICT_SCALE, CycleState, OrganisationState
from alliance.models import (
    Commitment,
    Cycle,
    Organisation,
    Ownership,
    PublishedReport,
    PublishedVerdict,
    Service,
    TimelineEntry,
)
from alliance.queries.public.verdict_matrix import verdict_counts
from portal.kernel.access import SYSTEM, acting_as, owner_alias
from portal.kernel.publishing import Publication, touch_public_revision

_HERE = (OrganisationState.ACTIVE, OrganisationState.SUSPENDED)


def load_demonstration() -> None:
    """The demonstration: a charter, three published half-years and an open one, people who can sign in."""
    with transaction.atomic(), acting_as(SYSTEM):
        DemonstrationAlliance(timezone.now()).load()


def member_count() -> int:
    return Organisation.objects.filter(kind__in=REPORTING_KINDS, state__in=_HERE).count()


def grow(size: int, seed: int = 1) -> None:
    """Let there be so many members: each with two services, and a report with all verdicts in each published cycle."""
    chance, first = Random(seed), member_count()
    cycles = list(Cycle.objects.filter(state=CycleState.PUBLISHED).select_related("charter"))
    with transaction.atomic(), acting_as(SYSTEM):
        members = [_member(number) for number in range(first + 1, size + 1)]
        Organisation.objects.bulk_create(members)
        owned = []
        for member in members:
            for place in ("video", "chat"):
                slug = f"{member.slug}-{place}"
                owned.append(
                    (member, Service(slug=slug, name_en=f"Service {slug}", name_ru=f"Сервис {slug}"))
                )
        Service.objects.bulk_create(service for _member, service in owned)
        Ownership.objects.bulk_create(
            Ownership(service=service, organisation=member, starts_on=member.since or timezone.localdate())
            for member, service in owned
        )
        for cycle in cycles:
            _report(members, cycle, chance)
        touch_public_revision()
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _member(number: int) -> Organisation:
    name, sector = f"Member {number:04} of the Alliance", "Video and messages"
    return Organisation(
        slug=f"member-{number:04}",
        name_en=name,
        name_ru=name,
        sector_en=sector,
        sector_ru=sector,
        kind="member",
        state=OrganisationState.ACTIVE,
        website="https://example.org",
        since=timezone.localdate() - timedelta(days=number),
    )


def _report(members: Sequence[Organisation], cycle: Cycle, chance: Random) -> None:
    """A publication for each, and what follows from it in the tables that public pages read."""
    now, first = timezone.now(), Publication.objects.count() + 1
    keys = list(Commitment.objects.filter(charter=cycle.charter).values_list("key", flat=True))
    rows: list[dict[str, Any]] = [
        {"valid_from": number, "organisation": member, "cycle": cycle}
        for number, member in enumerate(members, first)
    ]
    Publication.objects.bulk_create(
        _publication(row["valid_from"], row["organisation"], cycle) for row in rows
    )
    verdicts = [
        [
            PublishedVerdict(commitment_key=key, value=chance.choice(VERDICT_SCALE), given_at=now, **row)
            for key in keys
        ]
        for row in rows
    ]
    PublishedReport.objects.bulk_create(
        PublishedReport(submitted_at=now, verdict_counts=verdict_counts(own), **row)
        for row, own in zip(rows, verdicts, strict=True)
    )
    PublishedVerdict.objects.bulk_create(verdict for own in verdicts for verdict in own)
    TimelineEntry.objects.bulk_create(
        TimelineEntry(kind="report", at=now, title={"en": "Report", "ru": "Отчёт"}, **row) for row in rows
    )


def _publication(number: int, member: Organisation, cycle: Cycle) -> Publication:
    return Publication(
        number=number, type="report", record=f"{member.slug}/{cycle.slug}", revision=1, published_at=timezone.now(),
        languages=["en"], title={"en": f"Report of {member.slug}", "ru": f"Отчёт {member.slug}"},
        body=b'{"document":{"measures":[],"verdicts":[]}}', salt="0" * 32, sha256="0" * 64,
    )  # fmt: skip
