"""What an organisation decides for its staff: the labels that they may use."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.queries.last_edits import refuse_other_values
from portal.kernel import clock, journal
from portal.kernel.access import Actor, require, tenant_of
from portal.kernel.errors import DomainError
from practices.enums import Label
from practices.models import LabelPolicy


@transaction.atomic
def choose_labels(actor: Actor, labels: Collection[str], *, seen: str | None = None) -> LabelPolicy:
    """Set the labels that staff may use from now on. What is shared already keeps its label.

    `seen`: the key of the `label_values` that the actor has seen, None for any. Raises Forbidden without
    `labels.choose`, Conflict when they were changed in between, and DomainError when no label is chosen.
    """
    require(actor, "labels.choose")
    chosen = [label for label in Label.values if label in labels]
    if not chosen:
        raise DomainError(_("Choose at least one."), field="labels")
    policy = _locked_policy(tenant_of(actor))
    refuse_other_values(actor, policy, label_values(policy.labels), seen, "labels.choose")
    policy.labels, policy.changed_at = chosen, clock.now()
    policy.save(update_fields=["labels", "changed_at"])
    journal.record(actor, "labels.choose", policy, labels=chosen)
    return policy


def label_values(usable: Collection[str]) -> dict[str, object]:
    """What a choice of labels replaces: those that staff may use, in the order of the labels."""
    return {"labels": [label for label in Label.values if label in usable]}


def _locked_policy(organisation_id: int) -> LabelPolicy:
    """The policy of an organisation, locked; where it has not chosen, one that allows all labels."""
    LabelPolicy.objects.get_or_create(organisation_id=organisation_id, defaults={"labels": Label.values})
    policy: LabelPolicy = LabelPolicy.objects.select_for_update(of=("self",)).get(
        organisation_id=organisation_id
    )
    return policy
