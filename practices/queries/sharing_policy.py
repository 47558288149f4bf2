"""What an organisation has decided for its staff."""

from practices.enums import Label
from practices.models import LabelPolicy


def allowed_labels_of(organisation_id: int) -> list[str]:
    """The labels that an organisation's staff may use; all of them, where it has not chosen."""
    policy = LabelPolicy.objects.filter(organisation_id=organisation_id).first()
    return [label for label in Label.values if policy is None or label in policy.labels]
