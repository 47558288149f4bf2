"""What the band of labels says of a part of a practice that is for fewer readers than the practice is."""

from practices.models import Practice


def under_label(practice: Practice, label: str) -> Practice:
    """The practice, or a stand-in that bears the label of what a page shows of it."""
    return practice if label == practice.label else Practice(label=label, state=practice.state)
