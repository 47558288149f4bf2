"""What becomes of a member's pledges to earlier versions of a charter once its signature is published, in sentences."""

from django.utils.translation import ngettext

from alliance.models import Charter
from alliance.queries.supersession import pledges_moved_by


def moved_pledges(organisation_id: int, charter: Charter) -> list[str]:
    """A sentence for the pledges that follow, and one for those that return for signing; none where there are none."""
    following, returning = pledges_moved_by(organisation_id, charter)
    items = []
    if following:
        sentence = ngettext(
            "%(count)d pledge moves to this version and takes its keys",
            "%(count)d pledges move to this version and take its keys",
            len(following),
        )
        items.append(sentence % {"count": len(following)})
    if returning:
        sentence = ngettext(
            "%(count)d pledge returns for signing: this version split, merged or left out what it names",
            "%(count)d pledges return for signing: this version split, merged or left out what they name",
            len(returning),
        )
        items.append(sentence % {"count": len(returning)})
    return items
