"""The table of members: the name of each and of its services, which the other tables have by their slugs alone."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.enums import OrganisationState
from alliance.models import Organisation, Ownership, Service
from alliance.queries.public.data_tables.columns import (
    ColumnType,
    DataColumn,
    DataScope,
    DataTable,
    TextCell,
    text_cell,
)
from alliance.queries.public.data_tables.shared_columns import MEMBER
from alliance.queries.public.members import ends_of_membership, members_with_services

DATE = ColumnType.DATE
_OF_MEMBER = _("of a member")
_OF_SERVICE = _("of a service")
_COLUMNS = (
    MEMBER,
    DataColumn("service", _("Slug of the service"), "aurora-live", empty=_OF_MEMBER),
    DataColumn("since", _("First day as a member, or with this owner"), "2024-09-02", DATE, _("unless given")),
    DataColumn("until", _("Last day as a member, or with this owner"), "2026-03-31", DATE, _("until now")),
    DataColumn("name_en", _("Name in English"), "Aurora Live", empty=_("unless translated"), is_free=True),
    DataColumn("name_ru", _("Name in Russian"), "Аврора Эфир", empty=_("unless translated"), is_free=True),
    DataColumn("what_en", _("What it does, in English"), "Live broadcasts", empty=_("unless given"), is_free=True),
    DataColumn("what_ru", _("What it does, in Russian"), "Прямой эфир", empty=_("unless given"), is_free=True),
    DataColumn(
        "state", _("State of the member"), "active",
        choices=(OrganisationState.ACTIVE.value, OrganisationState.SUSPENDED.value, OrganisationState.FORMER.value),
        empty=_OF_SERVICE,
    ),
    DataColumn("successor", _("Slug of the member that it has become part of"), "", empty=_("unless it has")),
)  # fmt: skip


def _rows(scope: DataScope) -> Iterator[Sequence[TextCell]]:
    rows = members_with_services().filter(**scope.lookups({"member": "slug"}))
    members = sorted(rows, key=lambda each: each.slug)
    ends = ends_of_membership(members)
    for member in members:
        ownerships: list[Ownership] = member.__dict__["all_ownerships"]
        owned = sorted(ownerships, key=lambda each: (each.service.slug, each.starts_on))
        services = (_service(member, ownership) for ownership in owned)
        for values in (_member(member, ends.get(member.pk)), *services):
            yield [text_cell(column, value) for column, value in zip(_COLUMNS, values, strict=True)]


def _member(member: Organisation, ended_on: date | None) -> tuple[Any, ...]:
    texts = _texts(member, "name", "sector")
    return (
        member.slug,
        "",
        member.since,
        ended_on and ended_on - timedelta(days=1),
        *texts,
        member.state,
        member.successor and member.successor.slug,
    )


def _service(member: Organisation, ownership: Ownership) -> tuple[Any, ...]:
    texts = _texts(ownership.service, "name", "sort")
    return member.slug, ownership.service.slug, ownership.starts_on, ownership.ends_on, *texts, "", ""


def _texts(row: Organisation | Service, *fields: str) -> list[str]:
    return [getattr(row, f"{field}_{code}") for field in fields for code in ("en", "ru")]


MEMBERS = DataTable(
    "members",
    _("One member, or one service that it runs or ran, by name"),
    _COLUMNS,
    ("member", "service", "since"),
    _rows,
)
