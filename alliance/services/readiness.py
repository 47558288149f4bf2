"""What still keeps a working copy from sign-off: the refusal that names every place."""

from collections.abc import Sequence

from django.utils.translation import ngettext

from alliance.queries.attention_items import AttentionItem, faults_of
from portal.kernel.errors import Gaps


def refuse_sign_off(blockers: Sequence[AttentionItem]) -> None:
    """Raises Gaps with every place and its first fault, when there are any."""
    if blockers:
        faults = faults_of(blockers)
        sentence = ngettext(
            "The report cannot be signed off yet: %(count)d problem.",
            "The report cannot be signed off yet: %(count)d problems.",
            len(faults),
        )
        raise Gaps(sentence % {"count": len(faults)}, faults)
