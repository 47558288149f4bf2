"""Which members a charter version concerns once it is in force: by their signatures and by their pledges."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.enums import SignatureRule
from alliance.models import Organisation
from alliance.queries.charter_signatures import (
    carried_accessions,
    published_accessions,
    standing_objections,
)
from alliance.queries.cycles import named
from alliance.queries.supersession import Passage
from alliance.queries.supersession_outlook import Course
from portal.kernel.access import Actor
from portal.kernel.alphabet import alphabet_key


@dataclass(frozen=True, slots=True)
class ConcernedMembers:
    """Members of which the same becomes: how many, and the first of them by name.

    Each with how many of its pledges, none of a signature.
    """

    outcome: str
    count: int
    members: Sequence[tuple[Organisation, int]]

    @property
    def is_cut(self) -> bool:
        return len(self.members) < self.count


def concerned_members(
    actor: Actor, passage: Passage, pledges: Mapping[Course, Mapping[int, int]], most: int | None = None
) -> list[ConcernedMembers]:
    """Whose signatures carry over and whose stay, and whose pledges follow, return or stay; what is nobody's is left
    out, and so are members that the actor does not see. So many members in all that each group has its share, or every
    one. Four queries at most.

    `pledges`: how many each organisation has, by what becomes of them.
    """
    signed = _signatures(passage)
    concerned = {number for numbers in signed.values() for number in numbers}
    concerned |= {number for counts in pledges.values() for number in counts}
    organisations = named(Organisation.objects.visible_to(actor)).in_bulk(concerned)
    version = {"version": passage.superseded.version}
    outcomes: dict[str, Mapping[int, int]] = {
        **{outcome: dict.fromkeys(numbers, 0) for outcome, numbers in signed.items()},
        _("Pledges that move to this version"): pledges[Course.FOLLOWS],
        _("Pledges that return for signing"): pledges[Course.RETURNS],
        _("Pledges that stay on version %(version)d") % version: pledges[Course.STAYS],
    }
    rows = {
        outcome: sorted(
            ((organisations[number], count) for number, count in counts.items() if number in organisations),
            key=lambda row: alphabet_key(row[0].name),
        )
        for outcome, counts in outcomes.items()
    }
    filled = {outcome: members for outcome, members in rows.items() if members}
    share = None if most is None else most // max(1, len(filled))
    return [ConcernedMembers(outcome, len(members), members[:share]) for outcome, members in filled.items()]


def _signatures(passage: Passage) -> dict[str, Collection[int]]:
    """By what becomes of their signatures, the members that stand by the version before."""
    charter, version = passage.charter, {"version": passage.superseded.version}
    signed = set(published_accessions(passage.superseded).values_list("organisation_id", flat=True))
    if charter.signatures != SignatureRule.CARRY_OVER:
        return {_("Stay on version %(version)d until they sign this one") % version: signed}
    carried = set(carried_accessions(charter, passage.superseded).values_list("organisation_id", flat=True))
    objecting = signed & set(standing_objections(charter).values_list("organisation_id", flat=True))
    return {
        _("Signatures that carry over"): carried,
        _("Stay on version %(version)d: they have objected") % version: objecting,
        _("Stay on version %(version)d: they did not have the whole notice") % version: signed
        - carried
        - objecting,
    }
