"""What a member writes into a pledge: the values, the checks against charter and services, the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import AccessionState, CharterState
from alliance.models import (
    Accession,
    Charter,
    Commitment,
    Indicator,
    Measure,
    Organisation,
    Pledge,
    PledgeHistory,
    Service,
    Target,
)
from alliance.queries.local_dates import today
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_optional_name, clean_text


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """What is to be reached by when; with an indicator it has a value, and the other way round."""

    text: str
    due_on: date | None = None
    indicator_key: str = ""
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PledgeDraft:
    """A pledge to a commitment (its key), or one beyond the charter (no key, but a title).

    `earlier_charter` is the version that it stays on, where that is not the one in force.
    """

    text: str
    language: str
    commitment_key: str = ""
    title: str = ""
    services: Sequence[Service] = ()
    measure_keys: Sequence[str] = ()
    targets: Sequence[TargetDraft] = field(default_factory=tuple)
    earlier_charter: Charter | None = None


def acceded_charters(organisation: Organisation, *states: str) -> list[int]:
    """The versions of charters that the organisation has acceded to."""
    accession_states = states or (AccessionState.SIGNED, AccessionState.PUBLISHED)
    rows = Accession.objects.filter(organisation=organisation, state__in=accession_states)
    return list(rows.values_list("charter_id", flat=True))


def commitment_of(pledge: Pledge | PledgeDraft) -> Commitment | None:
    """The commitment that it answers to, in the version that it is to; None beyond the charter."""
    if not pledge.commitment_key:
        return None
    rows = Commitment.objects.filter(key=pledge.commitment_key).select_related("charter")
    if pledge.earlier_charter is not None:
        return rows.filter(charter=pledge.earlier_charter).first()
    return rows.filter(charter__state=CharterState.IN_FORCE).order_by("-charter__version").first()


def check_draft(organisation: Organisation, draft: PledgeDraft) -> None:
    """Refuse what cannot be pledged, each fault at its field."""
    if not draft.text.strip():
        raise DomainError(_("Write in your own words what you undertake."), field="text")
    commitment = commitment_of(draft)
    if draft.commitment_key and commitment is None:
        raise DomainError(_("No charter in force has this commitment."), field="commitment_key")
    if commitment is None and not draft.title.strip():
        raise DomainError(_("A pledge beyond the charter needs a title."), field="title")
    optional = set(Measure.objects.filter(commitment=commitment, core=False).values_list("key", flat=True))
    if not set(draft.measure_keys) <= optional:
        raise DomainError(_("Only opt-in measures of this commitment can be added."), field="measure_keys")
    day = today()
    owned = set(Service.objects.all().owned_by(organisation.pk, day, day).values_list("pk", flat=True))
    if not {service.pk for service in draft.services} <= owned:
        raise DomainError(_("A pledge can cover only your own services."), field="services")
    for target in draft.targets:
        _check_target(commitment, target)


def _check_target(commitment: Commitment | None, target: TargetDraft) -> None:
    if not target.text.strip():
        raise DomainError(_("Describe every target in words."), field="targets")
    if bool(target.indicator_key) != (target.value is not None):
        raise DomainError(_("A target needs both an indicator and a value, or neither."), field="targets")
    if not target.indicator_key:
        return
    indicator = Indicator.objects.filter(measure__commitment=commitment, key=target.indicator_key).first()
    if indicator is None:
        raise DomainError(_("This indicator does not belong to the commitment."), field="targets")
    if not indicator.decides_targets:
        message = _(
            "“%(indicator)s” cannot show whether a target is reached: it is no number, or more of it is neither better "
            "nor worse. Choose another indicator, or leave indicator and value empty: then the secretariat decides."
        )
        raise DomainError(message % {"indicator": indicator.title}, field="targets")


def write_draft(pledge: Pledge, draft: PledgeDraft, written_by: int | None) -> None:
    """Save the pledge with its services and targets, and note this version; the caller has locked and checked.

    `written_by` is the person; None where a new version of the charter changes it.
    """
    pledge.commitment_key, pledge.title = (
        draft.commitment_key,
        clean_optional_name(draft.title, field="title"),
    )
    pledge.text, pledge.language = clean_text(draft.text, field="text").strip(), draft.language
    pledge.measure_keys, pledge.earlier_charter = list(draft.measure_keys), draft.earlier_charter
    pledge.save()
    pledge.services.set(draft.services)
    pledge.targets.all().delete()
    Target.objects.bulk_create(
        Target(
            pledge=pledge,
            position=position,
            text=clean_text(target.text).strip(),
            due_on=target.due_on,
            indicator_key=target.indicator_key,
            value=target.value,
        )
        for position, target in enumerate(draft.targets, start=1)
    )
    note_version(pledge, written_by)


def note_version(pledge: Pledge, written_by: int | None) -> None:
    """Write what the draft says now into its history."""
    PledgeHistory.objects.create(
        pledge=pledge,
        organisation_id=pledge.organisation_id,
        version=pledge.version,
        content=content_of(draft_from(Pledge.objects.get(pk=pledge.pk))),  # as it is stored
        written_by_id=written_by,
    )


def content_of(draft: PledgeDraft) -> dict[str, Any]:
    """The content of a draft as plain data."""
    return {
        "commitment": draft.commitment_key,
        "title": draft.title,
        "text": draft.text,
        "language": draft.language,
        "services": sorted(service.pk for service in draft.services),
        "measures": sorted(draft.measure_keys),
        "targets": [
            {
                "text": target.text,
                "due_on": target.due_on.isoformat() if target.due_on else "",
                "indicator": target.indicator_key,
                "value": format(target.value.normalize(), "f") if target.value is not None else "",
            }
            for target in draft.targets
        ],
    }


def draft_of_content(organisation: Organisation, content: Mapping[str, Any]) -> PledgeDraft:
    """The other way round; services that are gone, or another's now, are left out."""
    day = today()
    own = Service.objects.all().owned_by(organisation.pk, day, day)
    return PledgeDraft(
        text=content["text"],
        language=content["language"],
        commitment_key=content["commitment"],
        title=content["title"],
        services=list(own.filter(pk__in=content["services"])),
        measure_keys=content["measures"],
        targets=[
            TargetDraft(
                row["text"],
                date.fromisoformat(row["due_on"]) if row["due_on"] else None,
                row["indicator"],
                Decimal(row["value"]) if row["value"] else None,
            )
            for row in content["targets"]
        ],
    )


def draft_from(pledge: Pledge) -> PledgeDraft:
    """The content of a pledge, for its next revision."""
    return PledgeDraft(
        text=pledge.text,
        language=pledge.language,
        commitment_key=pledge.commitment_key,
        title=pledge.title,
        services=list(pledge.services.all()),
        measure_keys=list(pledge.measure_keys),
        targets=[
            TargetDraft(row.text, row.due_on, row.indicator_key, row.value) for row in pledge.targets.all()
        ],
        earlier_charter=pledge.earlier_charter,
    )
