"""Who reads a practice: its readers are chosen before it is shared, narrowed at once, widened by the source alone."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Membership, Organisation
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.text import clean_text
from practices.access import person_token
from practices.audiences import Audience, added_tokens, audience
from practices.enums import NAMED_LABELS, Label, PracticeState
from practices.models import Practice
from practices.models.labelled import Labelled
from practices.queries.directory import community_organisations, groups_named
from practices.queries.readers import audience_members
from practices.queries.readership import reader_tokens
from practices.queries.sharing_policy import allowed_labels_of
from practices.services.field_history import forget_earlier_wordings
from practices.services.publications import publish_withdrawal
from practices.services.searches import notify_saved_searches
from practices.services.versions import drop_proposal

_ENDED_STATES = (PracticeState.RECALLED,)
_UNSHARED_STATES = (PracticeState.DRAFT,)


def audience_of(subject: Labelled) -> Audience:
    """The readers as the record names them."""
    return audience(subject.label, subject.reader_people, subject.reader_organisations, subject.reader_groups)


@transaction.atomic
def set_readers(
    actor: Actor, practice: Practice, new: Audience, *, reason: str = "", shown_readers: str = ""
) -> Practice:
    """Give a practice its label and readers.

    In a draft every writer may choose. Once it is shared, readers are taken away at once by everyone who may
    write; anything else is widening, and takes a signatory of the source. What leaves TLP:CLEAR is withdrawn from
    the public record, with the reason. With TLP:RED go the earlier wordings of the fields: what authors have taken
    out is not for their colleagues. `shown_readers` is the digest of those of whom the actor has read that they read
    it. Refuses with Forbidden, WrongState (others read it by now too), or the DomainError of a missing reason, of a
    label that the organisation does not use, or of a reader who cannot be one.
    """
    locked = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    if locked.state in _ENDED_STATES or locked.state == PracticeState.IN_MODERATION:
        raise WrongState(_("This cannot be changed now."))
    refuse_other_readers(locked, shown_readers)
    old_tokens, new_tokens = locked.reader_tokens, reader_tokens(locked, new)
    added = added_tokens(old_tokens, new_tokens)
    if locked.state in _UNSHARED_STATES:
        require(actor, "practice.edit", locked)
    else:
        require(actor, "practice.widen" if added else "practice.narrow", locked)
        _refuse_unmoderated(locked.label, new.label)
        if new.label != Label.CLEAR:
            publish_withdrawal(actor, locked, clean_text(reason, field="reason").strip())
    refuse_disallowed_label(locked, new.label)
    refuse_unknown_readers(new)
    _write_readers(actor, locked, new)
    if locked.state not in _UNSHARED_STATES:
        # one change may do both: each of its entries is for other people
        if not added or added_tokens(new_tokens, old_tokens):
            journal.record(actor, "practice.narrow", locked, label=new.label)
        if added:
            earlier = sorted(old_tokens)
            journal.record(
                actor, "practice.widen", locked, label=new.label, added=added, earlier_readers=earlier
            )
            notify_saved_searches(actor, locked)
    return locked


def _write_readers(actor: Actor, practice: Practice, new: Audience) -> None:
    if (
        new.label == Label.RED
        and person_token(actor.person_id, actor.tenant_id) not in practice.author_people
    ):
        raise Forbidden(_("Only authors can apply TLP:RED."))
    was_of_authors = practice.label == Label.RED != new.label
    if practice.label != new.label:
        practice.labelled_at = clock.now()
    practice.label = new.label
    practice.reader_people = sorted(new.people)
    practice.reader_organisations = sorted(new.organisations)
    practice.reader_groups = sorted(new.groups)
    practice.save(
        update_fields=["label", "labelled_at", "reader_people", "reader_organisations", "reader_groups"]
    )
    if was_of_authors:
        forget_earlier_wordings(practice)
    if new.label in NAMED_LABELS:
        drop_proposal(practice)  # what is named is not the secretariat's to read


def _refuse_unmoderated(old: str, new: str) -> None:
    """What was shared with named readers has been read by no moderator, what is TLP:GREEN not for the world."""
    if new == Label.CLEAR != old and old not in NAMED_LABELS:
        raise DomainError(_("The secretariat must read it first: propose it for everybody."), field="label")
    if old in NAMED_LABELS and new not in NAMED_LABELS:
        raise DomainError(
            _("The secretariat must read it first: propose it for the community, or submit a copy."),
            field="label",
        )


def refuse_other_readers(locked: Practice, shown: str) -> None:
    """Raise WrongState where others would read it by now than those of this digest; an empty one is of nobody shown."""
    if shown and audience_members(locked).digest != shown:
        raise WrongState(_("Others would be able to read it by now: see who, then confirm again."))


def refuse_disallowed_label(subject: Labelled, label: str) -> None:
    """Raises a DomainError for a label that the record's organisation does not let its staff use."""
    if label not in allowed_labels_of(subject.organisation_id):
        raise DomainError(
            _("Your organisation does not use %(label)s.") % {"label": Label(label).label}, field="label"
        )


def refuse_unknown_readers(new: Audience) -> None:
    """Raises a DomainError unless every reader could read: active organisations, their people, open groups."""
    if new.label in NAMED_LABELS and not (new.people or new.organisations or new.groups):
        raise DomainError(_("Name at least one reader."), field="organisations")
    _refuse_unknown(new.organisations, _readable_organisations(new.organisations), field="organisations")
    people = {person.partition(".")[::2] for person in new.people}
    memberships = Membership.objects.current().filter(
        person_id__in=[int(person) for person, _organisation in people], person__is_active=True
    )
    current = {person_token(*pair) for pair in memberships.values_list("person_id", "organisation_id")}
    if new.people - current:
        raise DomainError(_("One of the people named no longer belongs to the organisation."), field="people")
    _refuse_unknown(
        {int(organisation) for _person, organisation in people},
        _readable_organisations([int(organisation) for _person, organisation in people]),
        field="people",
    )
    if set(new.groups) - {row.pk for row in groups_named(new.groups) if row.closed_at is None}:
        raise DomainError(_("One of the working groups is closed."), field="groups")


def _readable_organisations(ids: Collection[int]) -> set[int]:
    return set(community_organisations().filter(pk__in=ids).values_list("pk", flat=True))


def _refuse_unknown(requested: Collection[int], existing: set[int], *, field: str) -> None:
    missing = set(requested) - existing
    if missing:
        names = Organisation.objects.filter(pk__in=missing).order_by("pk")
        raise DomainError(
            _("%(names)s: not active on the portal, so nothing can be shared with them.")
            % {"names": ", ".join(row.name for row in names) or _("Organisation")},
            field=field,
        )
