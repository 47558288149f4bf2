"""What the counts of a dry run depend on beside the draft itself: whether it is still as the dry run saw it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from alliance.enums import MEMBER_ROLES, AccessionState, OrganisationState
from alliance.models import Accession, Charter, Organisation
from alliance.queries.actors import recipients_in
from alliance.queries.charter_signatures import noticed_accessions, standing_objections
from alliance.queries.supersession import Supersession, supersession_of
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import ALL_GROUPS, NoticePreference

# under which its letters can be turned off or put into digests
_GROUPS = ("published", "drafts", ALL_GROUPS)


class Circumstance(StrEnum):
    OBJECTIONS = "objections"
    SIGNATURES = "signatures"
    PLEDGES = "pledges"
    PEOPLE = "people"


_WORDS: dict[Circumstance, Promise] = {
    Circumstance.OBJECTIONS: gettext_lazy("objections"),
    Circumstance.SIGNATURES: gettext_lazy("signatures and members that are suspended"),
    Circumstance.PLEDGES: gettext_lazy("pledges"),
    Circumstance.PEOPLE: gettext_lazy("people of members, their languages and choices of letters"),
}


def circumstances(charter: Charter) -> dict[str, str]:
    """A digest of each, in which nobody can be recognised; empty where no version would be superseded. 18 queries.

    Read as SYSTEM: which letters a person has turned off is theirs to see.
    """
    with acting_as(SYSTEM):
        supersession = supersession_of(charter)
        if supersession is None:
            return {}
        objections = standing_objections(charter).order_by("organisation_id")
        facts = {
            Circumstance.OBJECTIONS: list(objections.values_list("organisation_id", flat=True)),
            Circumstance.SIGNATURES: _signatures(charter, supersession.superseded),
            Circumstance.PLEDGES: _pledges(supersession),
            Circumstance.PEOPLE: _people(charter, supersession),
        }
    return {name.value: _digest(value) for name, value in facts.items()}


def changed_circumstances(charter: Charter) -> str:
    """What has changed since the last dry run, in words; empty where all is as it was, and without a dry run."""
    stored: Mapping[str, str] = charter.check_result.get("circumstances", {})
    if charter.checked_at is None or not stored:
        return ""
    current = circumstances(charter)
    return "; ".join(str(words) for name, words in _WORDS.items() if stored.get(name) != current.get(name))


def _signatures(charter: Charter, superseded: Charter) -> list[object]:
    """Who has signed which version, whose signature can carry over, and who is active."""
    rows = Accession.objects.filter(
        charter__key=charter.key,
        charter__version__lte=charter.version,
        state__in=(AccessionState.SIGNED, AccessionState.PUBLISHED, AccessionState.ENDED),
    )
    noticed = noticed_accessions(charter, superseded).order_by("pk")
    return [
        list(rows.order_by("pk").values_list("pk", "charter__version", "state", "organisation__state")),
        list(noticed.values_list("pk", flat=True)),
    ]


def _pledges(supersession: Supersession) -> list[object]:
    """Those that follow, return or stay."""
    return [
        sorted(pledge.pk for pledge in pledges)
        for pledges in (supersession.following, supersession.returning, supersession.known_staying)
    ]


def _people(charter: Charter, supersession: Supersession) -> Sequence[object]:
    """By organisation how many there are of each role, language and choice of letters; not who they are."""
    signed = Accession.objects.filter(charter__key=charter.key, charter__version__lte=charter.version)
    pledging = {pledge.organisation.pk for pledge in supersession.known_pledges}
    active = Organisation.objects.filter(
        pk__in={*signed.values_list("organisation_id", flat=True), *pledging}, state=OrganisationState.ACTIVE
    )
    recipients = recipients_in(active.values_list("pk", flat=True), *MEMBER_ROLES)
    rows = NoticePreference.objects.filter(
        person__in={row.person_id for row in recipients}, group__in=_GROUPS
    )
    paces: dict[int, list[tuple[str, str]]] = {}
    for person, group, pace in rows.order_by("group").values_list("person", "group", "pace"):
        paces.setdefault(person, []).append((group, pace))
    counts = Counter(
        (
            row.tenant_id,
            ",".join(sorted(row.actor.roles)),
            row.language,
            row.reachable,
            str(paces.get(row.person_id, ())),
        )
        for row in recipients
    )
    return sorted(counts.items())


def _digest(facts: object) -> str:
    """Keyed: the row of an announced charter is read by members, who could try what it is the digest of."""
    return salted_hmac(__name__, json.dumps(facts), algorithm="sha256").hexdigest()[:16]
