"""Who can read, in sentences."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.queries.directory import PersonInOrganisation
from practices.queries.readers import AudienceMembers


def reader_sentences(members: AudienceMembers) -> list[str]:
    """One line for each audience, with names."""
    if members.world:
        return [_("everybody in the world; it becomes part of the public record")]
    if members.everybody:
        return [_community(members)]
    people = map(str, members.named_people)
    return [*_organisations(members), *_groups(members), *people, *_source_and_authors(members)]


def _community(members: AudienceMembers) -> str:
    number = len(members.members)
    return ngettext(
        "the %(n)d organisation of the community: active members, associates and partners, and the secretariat",
        "all %(n)d organisations of the community: active members, associates and partners, and the secretariat",
        number,
    ) % {"n": number}


def _organisations(members: AudienceMembers) -> list[str]:
    sentences = [_("everybody at %(name)s") % {"name": row.name} for row in members.named_organisations]
    sentences += [
        _("everybody at %(name)s, an affiliate of %(of)s")
        % {"name": affiliate.name_genitive, "of": of.name_accusative}
        for affiliate, of in members.affiliates
    ]
    if members.has_clients:
        sentences.append(
            _(
                "affiliates that the organisations named here get later, once the secretariat has confirmed them; you "
                "are notified of each"
            )
        )
    return sentences


def _groups(members: AudienceMembers) -> list[str]:
    return [
        _(
            "the working group “%(name)s”, now: %(people)s. People who join it later will read it "
            "too; its leaders decide who joins: %(leaders)s"
        )
        % {
            "name": group.name,
            "people": "; ".join(map(str, inside)) or _("No one"),
            "leaders": leaders_text(members.leaders[group.pk]),
        }
        for group, inside in members.groups
    ]


def leaders_text(leaders: Sequence[PersonInOrganisation]) -> str:
    """Who leads a group; where nobody does, the secretariat brings people in."""
    return "; ".join(map(str, leaders)) or _("Secretariat")


def _source_and_authors(members: AudienceMembers) -> list[str]:
    authors = "; ".join(map(str, members.author_people))
    if not members.has_colleagues:
        return [_("its authors: %(people)s; none of their colleagues") % {"people": authors}]
    outside = "; ".join(
        str(author_person)
        for author_person in members.author_people
        if author_person.organisation.pk != members.source.pk
    )
    own = [_("your colleagues at %(name)s") % {"name": members.source.name}]
    return [
        *own,
        *([_("authors of other organisations: %(people)s") % {"people": outside}] if outside else []),
    ]
