"""Audiences: a label with those whom it names; and readers as tokens, of which one set may lie within another."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.enums import Label

# What a label says to the readers of what bears it.
HANDLING_TEXTS: Mapping[str, str | Promise] = {
    Label.CLEAR: _("For everybody: it may be passed on and published."),
    Label.GREEN: _(
        "For the community: every active member, associate and partner, and the secretariat. Do "
        "not publish it or pass it to anyone else."
    ),
    Label.AMBER: _(
        "For the readers named, and the confirmed affiliates of the organisations named. Do not pass it on to "
        "anyone else."
    ),
    Label.AMBER_STRICT: _("For the readers named only. Do not pass it on to anyone else."),
    Label.RED: _("For the people named only, and not for their colleagues."),
}


@dataclass(frozen=True, slots=True)
class Audience:
    """The readers of a practice. People stand as `access.person_token` writes them; organisations and groups as ids."""

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


def by_kind(tokens: Iterable[str]) -> dict[str, list[str]]:
    """Tokens of readers by their kind: everybody, community, person, group, staff, client, each with what it names."""
    kinds: dict[str, list[str]] = {}
    for token in tokens:
        kind, _colon, name = token.partition(":")
        kinds.setdefault(kind, []).append(name)
    return kinds


def is_narrowing(old: Collection[str], new: Collection[str]) -> bool:
    """Whether nobody, now or later, can read by the tokens `new` what they could not read by `old`.

    Anything else is widening, be the label ever so "strict": AMBER brings in the affiliates of those it names,
    and whatever is not RED may be read by the whole source organisation.
    """
    return not added_tokens(old, new)


def added_tokens(old: Collection[str], new: Collection[str]) -> list[str]:
    """The tokens of `new` by which somebody can read, now or later, who could not by `old`."""
    if "everybody" in old:
        return []
    return sorted(token for token in new if token not in old and not _is_covered(token, old))


def _is_covered(token: str, old: Collection[str]) -> bool:
    """A named person acts as a person of the community, and as one of the staff of their organisation."""
    if "community" in old:
        return token != "everybody"
    kind, _colon, name = token.partition(":")
    return kind == "person" and f"staff:{name.partition('.')[2]}" in old


def audience(
    label: str, people: Iterable[str] = (), organisations: Iterable[int] = (), groups: Iterable[int] = ()
) -> Audience:
    """Build an audience from rows of a form or arrays of a record."""
    return Audience(label, frozenset(people), frozenset(organisations), frozenset(groups))
