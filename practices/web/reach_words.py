"""Who can read, in sentences."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.queries.directory import Somebody
from practices.queries.reach import Reach


def who_reads(reach: Reach) -> list[str]:
    """One line for each circle of readers, with names."""
    if reach.world:
        return [_("everybody in the world; it becomes part of the public record")]
    if reach.everybody:
        return [_community(reach)]
    return [*_organisations(reach), *_groups(reach), *_people(reach), *_own(reach)]


def _community(reach: Reach) -> str:
    number = len(reach.members)
    return ngettext(
        "the %(n)d organisation of the community: active members, associates and partners, and the secretariat",
        "all %(n)d organisations of the community: active members, associates and partners, and the secretariat",
        number,
    ) % {"n": number}


def _organisations(reach: Reach) -> list[str]:
    lines = [_("everybody at %(name)s") % {"name": row.name} for row in reach.named_organisations]
    lines += [
        _("everybody at %(name)s, registered by %(of)s as its affiliate") % {"name": one.name, "of": of.name}
        for one, of in reach.affiliates
    ]
    return lines


def _groups(reach: Reach) -> list[str]:
    return [
        _(
            "the working group “%(name)s”, now: %(people)s. People who join it later will read it "
            "too; its leaders decide who joins: %(leaders)s"
        )
        % {
            "name": group.name,
            "people": "; ".join(map(str, inside)) or _("Nobody"),
            "leaders": leaders_in_words(reach.leaders[group.pk]),
        }
        for group, inside in reach.groups
    ]


def leaders_in_words(leaders: Sequence[Somebody]) -> str:
    """Who leads a group; where nobody does, the secretariat brings people in."""
    return "; ".join(map(str, leaders)) or _("Secretariat")


def _people(reach: Reach) -> list[str]:
    return [str(one) for one in reach.named_people]


def _own(reach: Reach) -> list[str]:
    authors = "; ".join(map(str, reach.author_people))
    if not reach.has_colleagues:
        return [_("its authors: %(people)s; none of their colleagues") % {"people": authors}]
    outside = "; ".join(str(one) for one in reach.author_people if one.organisation.pk != reach.source.pk)
    own = [_("your colleagues at %(name)s") % {"name": reach.source.name}]
    return [
        *own,
        *([_("authors of other organisations: %(people)s") % {"people": outside}] if outside else []),
    ]
