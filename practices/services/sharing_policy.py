"""What an organisation decides for its staff: the labels that they may use."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, journal
from portal.kernel.access import Actor, require, tenant_of
from portal.kernel.errors import DomainError
from practices.enums import Label
from practices.models import LabelPolicy


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
