"""Audiences: a label with those whom it names, and whether one audience lies within another."""

from collections.abc import Iterable
from dataclasses import dataclass

from practices.enums import Label


@dataclass(frozen=True, slots=True)
class Audience:
    """The readers of a practice. People stand as `access.named` writes them; organisations and groups as ids."""

    label: str
    people: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()

    @property
    def effective(self) -> "Audience":
        """Only what the label makes use of: CLEAR and GREEN name nobody, RED names people."""
        if self.label in (Label.CLEAR, Label.GREEN):
            return Audience(self.label)
        if self.label == Label.RED:
            return Audience(self.label, self.people, frozenset(), self.groups)
        return self


def is_narrowing(old: Audience, new: Audience) -> bool:
    """Whether nobody, now or later, can read by `new` what they could not read by `old`.

    Anything else is widening, be the label ever so "strict": AMBER brings in the affiliates of those it names,
    and whatever is not RED may be read by the whole source organisation.
    """
    before, after = old.effective, new.effective
    if before.label == Label.CLEAR or before == after:
        return True
    if after.label == Label.CLEAR:
        return False
    if before.label == Label.GREEN:
        return True  # whoever is named acts as a person of the community
    if after.label == Label.GREEN:
        return False
    return _leaves_out_circles(before, after) and _names_within(before, after)


def _leaves_out_circles(before: Audience, after: Audience) -> bool:
    """The source's colleagues come in with every label but RED, a named organisation's affiliates with AMBER."""
    if before.label == Label.RED:
        return after.label == Label.RED
    if before.label == Label.AMBER_STRICT:
        return after.label != Label.AMBER or not after.organisations
    return True


def _names_within(before: Audience, after: Audience) -> bool:
    """Whoever is named was named before, or is staff of an organisation that was."""
    return (
        after.organisations <= before.organisations
        and after.groups <= before.groups
        and all(_organisation_of(one) in before.organisations for one in after.people - before.people)
    )


def _organisation_of(named: str) -> int:
    return int(named.partition(".")[2])


def audience(
    label: str, people: Iterable[str] = (), organisations: Iterable[int] = (), groups: Iterable[int] = ()
) -> Audience:
    """An audience of whatever is at hand: rows of a form, arrays of a record."""
    return Audience(label, frozenset(people), frozenset(organisations), frozenset(groups))
