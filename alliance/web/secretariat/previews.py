"""What becomes public, in sentences that name every count."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.queries.cycles import PublicationPreview


def preview_items(preview: PublicationPreview) -> list[str]:
    """One sentence for each kind of content; what is withheld is counted as exactly as what is shown."""
    items = [
        _count_text(preview.reports, ngettext("%(n)s report", "%(n)s reports", preview.reports)),
        _disclosure_text(
            ngettext("%(n)d figure", "%(n)d figures", preview.figures) % {"n": preview.figures},
            preview.figures_withheld,
        ),
        _disclosure_text(
            ngettext("%(n)d text", "%(n)d texts", preview.texts) % {"n": preview.texts},
            preview.texts_withheld,
        ),
        _disclosure_text(
            ngettext("%(n)d piece of evidence", "%(n)d pieces of evidence", preview.evidence)
            % {"n": preview.evidence},
            preview.evidence_withheld,
        ),
        _count_text(
            preview.verdicts,
            ngettext("%(n)s verdict with its reason", "%(n)s verdicts with their reasons", preview.verdicts),
        ),
        _count_text(preview.replies, ngettext("%(n)d reply", "%(n)d replies", preview.replies)),
    ]
    return [*items, *_notices(preview)]


def _count_text(count: int, text: str) -> str:
    return text % {"n": count}


def _disclosure_text(public: str, withheld: int) -> str:
    """How many become public, and, where some stay with the secretariat, how many those are."""
    text = _("%(n)d more for the secretariat only: not published")
    return f"{public}; {text % {'n': withheld}}" if withheld else public


def _notices(preview: PublicationPreview) -> list[str]:
    """Who did not file or need not, and what follows later; empty groups are left out."""
    notices = []
    if preview.not_filed:
        text = ngettext(
            "%(n)d notice of a report not filed", "%(n)d notices of reports not filed", preview.not_filed
        )
        notices.append(_count_text(preview.not_filed, text))
    if preview.exempt:
        text = ngettext(
            "%(n)d exemption with its reason", "%(n)d exemptions with their reasons", preview.exempt
        )
        notices.append(_count_text(preview.exempt, text))
    if preview.in_progress:
        text = ngettext(
            "%(n)d report is still in review: it follows when it is concluded",
            "%(n)d reports are still in review: they follow one by one when they are concluded",
            preview.in_progress,
        )
        notices.append(_count_text(preview.in_progress, text))
    return notices
