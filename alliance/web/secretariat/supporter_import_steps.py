"""The pages before an import of supporters is made, thrown away or taken back."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.models import SupporterImport
from alliance.queries import supporter_imports as reads
from alliance.services import supporter_imports as services
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.supporter_imports import ConfirmImportForm
from alliance.web.secretariat.supporter_imports import NAV, RULE, find_import
from alliance.web.supporter_wording import staying_out
from portal.kernel.text import format_figure
from portal.kernel.web import ActorRequest


def supporter_import_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before the import: how many entries, who sees them, which letters go."""
    upload = find_import(request, pk)
    count = services.importable_rows(upload)
    out = ", ".join(staying_out(upload.counts, reads.unclear_by_decision(request.actor, upload)))
    items = [
        ngettext("%(count)s entry is made.", "%(count)s entries are made, all of them or none.", count)
        % {"count": format_figure(count)},
        *([_("Rows that stay out: %(rows)s.") % {"rows": out}] if out else []),
        _("What is here already is not changed."),
        _("It can be taken back as a whole for a week."),
    ]
    label = ngettext("Import %(all)s row", "Import %(all)s rows", count) % {"all": format_figure(count)}
    page = _confirmation(
        upload,
        _("Import the new rows"),
        items,
        label,
        message=_("The import has begun."),
        refusal=services.confirming_refusal(upload),
    )

    def act(*, is_public_at_once: bool, seen: str | None) -> None:
        services.confirm_import(request.actor, upload, is_public_at_once=is_public_at_once, seen=seen)

    return confirm(request, page, act, ConfirmImportForm, initial={"seen": services.shown_rows(upload)})


def supporter_import_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an import is cancelled or its file thrown away."""
    upload = find_import(request, pk)
    items = [
        _("No entry is made and no letter goes."),
        _("The file is deleted; the journal keeps who cancelled it, when, and how many rows it had."),
    ]
    page = _confirmation(
        upload,
        _("Throw the file away"),
        items,
        _("Throw away"),
        message=_("The file is thrown away."),
        refusal=services.cancelling_refusal(upload),
        kind="danger",
    )
    return confirm(request, page, lambda: services.cancel_import(request.actor, upload))


def supporter_import_take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before all entries of an import are removed again."""
    upload = find_import(request, pk)
    restored = services.merged_into_import(upload).count()
    items = [
        ngettext(
            "%(count)s entry is removed, also if it was confirmed or changed since.",
            "%(count)s entries are removed, those that were confirmed or changed since among them.",
            upload.rows_done,
        )
        % {"count": format_figure(upload.rows_done)},
        *([_returning(restored)] if restored else []),
        _("Links in letters that have gone out no longer work."),
        _("This cannot be undone."),
    ]
    page = _confirmation(
        upload,
        _("Take the import back"),
        items,
        _("Take back"),
        message=_("The import is taken back."),
        refusal=services.taking_back_refusal(upload),
        kind="danger",
    )
    return confirm(request, page, lambda: services.take_import_back(request.actor, upload))


def _returning(count: int) -> str:
    message = ngettext(
        "%(count)s entry that acceded by itself and was merged into one of these is in the directory again.",
        "%(count)s entries that acceded by themselves and were merged into these are in the directory again.",
        count,
    )
    return message % {"count": format_figure(count)}


def _confirmation(
    upload: SupporterImport,
    heading: str,
    items: list[str],
    label: str,
    *,
    message: str,
    refusal: str,
    kind: str = "primary",
) -> Confirmation:
    page = reverse("secretariat:supporter-import", args=[upload.pk])
    return Confirmation(
        rule=RULE,
        subject=upload,
        heading=heading,
        title=_("What will happen"),
        items=items,
        label=label,
        cancel_url=page,
        message=message,
        next_url=page,
        nav=NAV,
        kind=kind,
        refusal=refusal,
        parent_title=_("What the file would bring") if upload.is_waiting else _("Import of supporters"),
    )
