"""What the counts of a dry run depend on beside the draft itself: whether it is still as the dry run saw it."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Func, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from alliance.enums import MEMBER_ROLES, AccessionState, OrganisationState, PledgeState
from alliance.models import Accession, Charter, Membership
from alliance.queries.charter_signatures import noticed_accessions, standing_objections
from alliance.queries.set_digests import digest_of
from alliance.queries.supersession import open_pledges_to
from alliance.queries.supersession_outlook import Course, supersession_outlook
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
    """A digest of each, in which nobody can be recognised; empty where no version would be superseded. 17 queries.

    Read as SYSTEM: which letters a person has turned off is theirs to see. The rows stay in the database, which makes a
    digest of each set of them: they are those of every member.
    """
    with acting_as(SYSTEM):
        outlook = supersession_outlook(charter)
        if outlook is None:
            return {}
        facts: dict[Circumstance, list[object]] = {
            Circumstance.OBJECTIONS: _digests(standing_objections(charter), "organisation_id"),
            Circumstance.SIGNATURES: _signatures(charter, outlook.superseded),
            Circumstance.PLEDGES: [outlook.digests[course] for course in Course],
            Circumstance.PEOPLE: _people(charter, outlook.superseded),
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
    return [
        *_digests(rows, "pk", "charter__version", "state", "organisation__state"),
        *_digests(noticed_accessions(charter, superseded), "pk"),
    ]


def _people(charter: Charter, superseded: Charter) -> list[object]:
    """By organisation how many there are of each role, language and choice of letters; not who they are.

    Of an address that takes no letters the address too: another one may take them.
    """
    signed = Accession.objects.filter(charter__key=charter.key, charter__version__lte=charter.version)
    pledging = open_pledges_to(superseded).exclude(state=PledgeState.DRAFT)
    concerned = Q(organisation__in=signed.order_by().values("organisation_id"))
    concerned |= Q(organisation__in=pledging.values("organisation_id"))
    choices = NoticePreference.objects.filter(person=OuterRef("person"), group__in=_GROUPS).order_by("group")
    rows = Membership.objects.current().filter(
        concerned,
        organisation__state=OrganisationState.ACTIVE,
        roles__overlap=list(MEMBER_ROLES),
        person__is_active=True,
    )
    return _digests(
        rows,
        "organisation_id",
        Func("roles", template="ARRAY(SELECT unnest(%(expressions)s) ORDER BY 1)", output_field=TextField()),
        "person__language",
        Case(
            When(person__bounced_address="", then=Value("")),
            default=Concat("person__bounced_address", Value(" "), "person__email", output_field=TextField()),
            output_field=TextField(),
        ),
        ArraySubquery(choices.values_list(Concat("group", Value(" "), "pace", output_field=TextField()))),
    )


def _digests(rows: QuerySet[Any], *columns: Any) -> list[object]:
    """Of these columns of the rows. One query."""
    return list(rows.order_by().aggregate(digest=digest_of(*columns)).values())


def _digest(facts: object) -> str:
    """Keyed: the row of an announced charter is read by members, who could try what it is the digest of."""
    return salted_hmac(__name__, json.dumps(facts), algorithm="sha256").hexdigest()[:16]
