"""What becomes public, in sentences that name every count."""

from django.utils.translation import ngettext

from alliance.queries.cycles import PublicationPreview


def preview_items(preview: PublicationPreview) -> list[str]:
    """One sentence for each kind of thing; what is kept, where anything is, is counted as exactly as what is shown."""
    items = [
        _counted(preview.reports, ngettext("%(n)s report", "%(n)s reports", preview.reports)),
        _shown(
            ngettext("%(n)d figure", "%(n)d figures", preview.figures) % {"n": preview.figures},
            preview.figures_kept,
            ngettext(
                "0 of %(n)d figure for the secretariat only",
                "0 of %(n)d figures for the secretariat only",
                preview.figures_kept,
            ),
        ),
        _shown(
            ngettext("%(n)d text", "%(n)d texts", preview.texts) % {"n": preview.texts},
            preview.texts_kept,
            ngettext(
                "0 of %(n)d text for the secretariat only",
                "0 of %(n)d texts for the secretariat only",
                preview.texts_kept,
            ),
        ),
        _shown(
            ngettext("%(n)d piece of evidence", "%(n)d pieces of evidence", preview.evidence)
            % {"n": preview.evidence},
            preview.evidence_kept,
            ngettext(
                "0 of %(n)d piece of evidence for the secretariat only",
                "0 of %(n)d pieces of evidence for the secretariat only",
                preview.evidence_kept,
            ),
        ),
        _counted(
            preview.verdicts,
            ngettext("%(n)s verdict with its reason", "%(n)s verdicts with their reasons", preview.verdicts),
        ),
        _counted(preview.replies, ngettext("%(n)d reply", "%(n)d replies", preview.replies)),
    ]
    return [*items, *_notices(preview)]


def _counted(count: int, text: str) -> str:
    return text % {"n": count}


def _shown(public: str, kept: int, text: str) -> str:
    """How many become public, and, where some stay with the secretariat, that none of those does."""
    return f"{public}; {text % {'n': kept}}" if kept else public


def _notices(preview: PublicationPreview) -> list[str]:
    """Who did not file or need not, and what follows later; nothing is said of what there is none of."""
    notices = []
    if preview.not_filed:
        text = ngettext(
            "%(n)d notice of a report not filed", "%(n)d notices of reports not filed", preview.not_filed
        )
        notices.append(_counted(preview.not_filed, text))
    if preview.exempt:
        text = ngettext(
            "%(n)d exemption with its reason", "%(n)d exemptions with their reasons", preview.exempt
        )
        notices.append(_counted(preview.exempt, text))
    if preview.in_work:
        text = ngettext(
            "%(n)d report is still in review: it follows when it is concluded",
            "%(n)d reports are still in review: they follow one by one when they are concluded",
            preview.in_work,
        )
        notices.append(_counted(preview.in_work, text))
    return notices
