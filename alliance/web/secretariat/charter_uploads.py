"""Charter files in the browser: send one, see what it would bring, load it as a draft or delete it."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.charter_file import MAX_FILE_SIZE
from alliance.models import CharterUpload
from alliance.queries.charter_dry_run import CharterDryRun, DryRunOutcome, charter_dry_run
from alliance.queries.charter_problems import text_key
from alliance.services.charter_errata import correct_translation
from alliance.services.charter_uploads import (
    delete_charter_upload,
    load_charter_upload,
    send_charter_file,
)
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.charters import CharterFileForm, ErrataForm
from alliance.web.forms.reasons import EmptyForm
from alliance.web.forms.renewable import SeenForm
from portal.kernel.text import format_date, format_moment
from portal.kernel.web import ActorRequest, refusals_on, requires

_RULE, _NAV = "charter.load", "secretariat:charter-list"


@requires(_RULE)
def charter_import(request: ActorRequest) -> HttpResponse:
    """Form to send a charter file, and those that wait to be loaded."""
    form = CharterFileForm(posted_data(request, with_files=True), request.FILES or None)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        with refusals_on(form):
            upload = send_charter_file(request.actor, sent.name, sent.read(MAX_FILE_SIZE + 1))
        if form.is_valid():
            run = charter_dry_run(bytes(upload.content))
            return _drop_same(request, upload, run) or redirect("secretariat:charter-upload", upload.pk)
    uploads = CharterUpload.objects.visible_to(request.actor).select_related("person").defer("content")
    context = {"nav": _NAV, "form": form, "uploads": uploads[:50]}
    status = 422 if form.is_bound else 200
    return render(request, "alliance/secretariat/charter_import.html", context, status=status)


UploadView = Callable[[ActorRequest, CharterUpload], HttpResponse]


def _about_upload(view: UploadView) -> Callable[[ActorRequest, int], HttpResponse]:
    """A page about one file; one that was loaded or deleted meanwhile says so, and leads on, with status 404."""

    @requires(_RULE)
    @wraps(view)
    def page(request: ActorRequest, pk: int) -> HttpResponse:
        rows = CharterUpload.objects.visible_to(request.actor).select_related("person")
        upload = rows.filter(pk=pk).first()
        if upload is None:
            return render(request, "alliance/secretariat/charter_upload_gone.html", {"nav": _NAV}, status=404)
        return view(request, upload)

    return page


@_about_upload
@require_safe
def charter_upload(request: ActorRequest, upload: CharterUpload) -> HttpResponse:
    """Dry run of a file: every fault with its line, or what it would make and how that differs; nothing is written."""
    context = {"nav": _NAV, "upload": upload, "run": charter_dry_run(bytes(upload.content))}
    return render(request, "alliance/secretariat/charter_upload.html", context)


@_about_upload
def charter_upload_load(request: ActorRequest, upload: CharterUpload) -> HttpResponse:
    """Confirmation page before a file is loaded as a draft."""
    run = charter_dry_run(bytes(upload.content))
    if request.method == "POST" and (dropped := _drop_same(request, upload, run)) is not None:
        return dropped
    page = reverse("secretariat:charter-upload", args=[upload.pk])
    confirmation = Confirmation(
        rule=_RULE,
        subject=upload,
        heading=_("Load as a draft"),
        title=_("What will happen"),
        items=_load_consequences(run),
        label=_("Load as a draft"),
        cancel_url=page,
        message=_("Charter loaded as a draft"),
        next_url=_loaded_url(run) or page,
        nav=_NAV,
        parent_title=_("What the file would bring"),
        refusal="" if run.can_be_loaded else _("There is nothing to load: the page of the file says why."),
    )

    def act(seen: str | None) -> None:
        load_charter_upload(request.actor, upload, seen=seen)

    return confirm(request, confirmation, act, SeenForm, {"seen": text_key(run.stored)})


def _drop_same(request: ActorRequest, upload: CharterUpload, run: CharterDryRun) -> HttpResponse | None:
    """Delete a file that is a stored version already, and lead to that version; None where it is none."""
    version = run.same_version
    if version is None:
        return None
    delete_charter_upload(request.actor, upload)
    message = _("This file is version %(version)d, loaded on %(day)s. There is nothing to change.")
    messages.info(request, message % {"version": version.version, "day": format_date(version.loaded_at)})
    return redirect("secretariat:charter", version.key, version.version)


def _load_consequences(run: CharterDryRun) -> list[str]:
    first = _("a new draft is made with all that the file says")
    if run.outcome == DryRunOutcome.UPDATED and run.stored is not None:
        first = _(
            "the draft of this version, last changed on %(moment)s, is replaced as a whole by the file"
        ) % {"moment": format_moment(run.stored.edited_at)}
    return [
        first,
        _("only the secretariat sees it, until it is put in force"),
        _("the file itself is deleted here: it can be exported from the draft at any time"),
    ]


def _loaded_url(run: CharterDryRun) -> str:
    return reverse("secretariat:charter", args=[run.text.key, run.text.version]) if run.text else ""


@_about_upload
def charter_upload_correct(request: ActorRequest, upload: CharterUpload) -> HttpResponse:
    """Confirmation page before the translations of a version in force are corrected."""
    run = charter_dry_run(bytes(upload.content))
    page = reverse("secretariat:charter-upload", args=[upload.pk])
    confirmation = Confirmation(
        rule="charter.correct_translation",
        subject=upload,
        heading=_("Correct the translation"),
        title=_("What will happen"),
        items=[
            _("the texts change in the language in which the file corrects them, and nothing else"),
            _(
                "the corrected text is published as the next revision of this version; the earlier one stays readable"
            ),
            _("signatures, pledges and reports stay as they are; the reason is published"),
        ],
        label=_("Publish the corrected translation"),
        cancel_url=page,
        message=_("Corrected translation published"),
        next_url=_loaded_url(run) or page,
        nav=_NAV,
        parent_title=_("What the file would bring"),
        refusal=""
        if run.outcome == DryRunOutcome.ERRATA
        else _("There is nothing to load: the page of the file says why."),
    )

    def act(*, reason: str, seen: str | None) -> None:
        correct_translation(request.actor, upload, reason, seen=seen)

    return confirm(request, confirmation, act, ErrataForm, {"seen": text_key(run.stored)})


@_about_upload
def charter_upload_delete(request: ActorRequest, upload: CharterUpload) -> HttpResponse:
    """Delete a file that is not wanted, on POST; nothing of it was loaded."""
    if EmptyForm(posted_data(request)).is_valid():
        delete_charter_upload(request.actor, upload)
        messages.success(request, _("File deleted"))
    return redirect("secretariat:charter-import")
