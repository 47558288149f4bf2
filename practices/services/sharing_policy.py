"""What an organisation decides for its staff: the labels that they may use, and who its affiliates are."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.access import has_portal_access
from alliance.models import Organisation
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require, tenant_of
from portal.kernel.errors import DomainError
from practices.enums import Label
from practices.models import Affiliation, LabelPolicy


@transaction.atomic
def choose_labels(actor: Actor, labels: Collection[str]) -> LabelPolicy:
    """Set the labels that staff may use from now on. What is shared already keeps its label.

    Raises Forbidden without `labels.choose`, and DomainError when no label is chosen.
    """
    require(actor, "labels.choose")
    chosen = [label for label in Label.values if label in labels]
    if not chosen:
        raise DomainError(_("Choose at least one."), field="labels")
    policy, _made = LabelPolicy.objects.update_or_create(
        organisation_id=tenant_of(actor), defaults={"labels": chosen, "changed_at": clock.now()}
    )
    journal.record(actor, "labels.choose", policy, labels=chosen)
    return policy


@transaction.atomic
def register_affiliate(actor: Actor, affiliate: Organisation) -> Affiliation:
    """Register an organisation as an affiliate: it can read what is TLP:AMBER for the actor's organisation.

    A second call changes nothing. Raises Forbidden without `affiliate.register`, and DomainError for an inactive
    organisation, a supporter, or the actor's own.
    """
    require(actor, "affiliate.register")
    if not has_portal_access(affiliate.kind, affiliate.state):
        raise DomainError(
            _("%(names)s: not active on the portal, so nothing can be shared with them.")
            % {"names": affiliate.name},
            field="affiliate",
        )
    if affiliate.pk == tenant_of(actor):
        raise DomainError(_("Your own organisation needs no registration."), field="affiliate")
    affiliation, is_new = Affiliation.objects.get_or_create(
        organisation_id=tenant_of(actor),
        affiliate=affiliate,
        defaults={"registered_by_id": person_of(actor)},
    )
    if is_new:
        journal.record(actor, "affiliate.register", affiliation, affiliate=affiliate.pk)
    return affiliation


@transaction.atomic
def strike_off_affiliate(actor: Actor, affiliation: Affiliation) -> None:
    """Remove an affiliate: it can no longer read what is TLP:AMBER for the actor's organisation.

    A second call changes nothing. Raises Forbidden without `affiliate.strike_off`.
    """
    require(actor, "affiliate.strike_off")
    row = Affiliation.objects.filter(pk=affiliation.pk, organisation_id=tenant_of(actor)).first()
    if row is None:
        return
    journal.record(actor, "affiliate.strike_off", row, affiliate=row.affiliate_id)
    row.delete()
