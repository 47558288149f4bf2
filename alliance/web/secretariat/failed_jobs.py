"""Work in the background that failed: what it is, how old, why; try again, or give it up with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.access import Actor
from portal.kernel.jobs import Job
from portal.kernel.operations import (
    JobSubject,
    cancel_job,
    cancelled_jobs,
    failed_jobs,
    failing_kinds,
    job_subjects,
    retry_job,
    retry_jobs,
)
from portal.kernel.web import ActorRequest, paginate, permissions, posts, requires

_NAV = "secretariat:journal"
_KIND_LABELS = {
    "build_open_data": gettext_lazy("Building the open data"),
    "build_document": gettext_lazy("Document"),
    "note_overdue_target": gettext_lazy("Letter about an overdue promise"),
    "prepare_cycle": gettext_lazy("Preparing the documents of a cycle"),
    "refresh_search": gettext_lazy("Making the index of the search anew"),
    "touch_public_revision": gettext_lazy("Making public pages anew"),
    "purge_cdn": gettext_lazy("Dropping the copies of public pages that a network keeps"),
    "refresh_filed_search": gettext_lazy("Looking up what is to be indexed anew after a change of name"),
    "apply_import": gettext_lazy("Applying an import"),
    "discard_file": gettext_lazy("Discarding a file"),
    "discard_folder": gettext_lazy("Discarding the parts of a document"),
    "discard_import": gettext_lazy("Discarding the files of an import"),
    "scan_file": gettext_lazy("Scanning a file for viruses"),
    "erase_file": gettext_lazy("Purging a file"),
    "read_report_upload": gettext_lazy("Reading a file with answers"),
    "expire_report_upload": gettext_lazy("Discarding a file with answers"),
    "check_supporters": gettext_lazy("Checking a file of supporters"),
    "import_supporters": gettext_lazy("Importing supporters"),
    "expire_supporter_import": gettext_lazy("Discarding an import of supporters"),
    "send_public_question_letter": gettext_lazy("Letter to the asker of a question of the public"),
    "send_follow_confirmation": gettext_lazy("Link to somebody who wants to follow the record"),
    "send_follow_link": gettext_lazy("Link to somebody who follows the record"),
    "send_follow_digest": gettext_lazy("Letter to somebody who follows the record"),
    "send_application_letter": gettext_lazy("Letter to an applicant"),
    "send_supporter_link": gettext_lazy("Link to a supporter"),
    "send_supporter_decision": gettext_lazy("Decision about a supporter"),
    "expire_invitation": gettext_lazy("Expiry of an invitation"),
    "close_affiliation": gettext_lazy("Closing an affiliation"),
    "put_charter_in_force": gettext_lazy("Putting a charter in force on its day"),
    "close_cycle": gettext_lazy("Closing a cycle after its days of grace"),
    "publish_cycle": gettext_lazy("Publishing a cycle at its planned hour"),
    "miss_report": gettext_lazy("Marking a report as not filed"),
    "remind": gettext_lazy("Reminder"),
    "remind_reading": gettext_lazy("Reminder of a second reading"),
    "remind_comment": gettext_lazy("Reminder of an invitation to comment"),
    "remind_correction": gettext_lazy("Reminder of a correction"),
    "remind_delegation": gettext_lazy("Reminder of a section of a report"),
    "remind_expiry": gettext_lazy("Reminder of an alert that expires"),
    "ask_still_works": gettext_lazy("Question whether a practice still works"),
    "note_sigma_rules": gettext_lazy("Noting which detection rules Sigma knows"),
    "remind_finding": gettext_lazy("Reminder of a finding"),
    "remind_objections": gettext_lazy("Reminder that members can object to a charter version"),
    "remind_stalled": gettext_lazy("Notice of what nobody takes on"),
    "remind_token": gettext_lazy("Reminder that a token expires"),
    "note_erasure": gettext_lazy("Noting an erasure for restored backups"),
    "purge_expired": gettext_lazy("Removing expired data"),
    "make_partitions": gettext_lazy("Preparing the coming months in the database"),
    "route_event": gettext_lazy("Choosing recipients"),
    "route_part": gettext_lazy("Notifying recipients"),
    "route_webhooks": gettext_lazy("Choosing webhooks"),
    "send_webhook": gettext_lazy("Messages to a webhook"),
    "note_practice_change": gettext_lazy("Feed of changes of practices"),
    "check_chain": gettext_lazy("Checking the chain of publications"),
    "scrub_files": gettext_lazy("Checking stored files"),
    "send_account_letter": gettext_lazy("Account e-mails"),
    "send_digest": gettext_lazy("Digest"),
    "send_bundle": gettext_lazy("Reminders of one morning"),
    "send_reply_refusal": gettext_lazy("Answer to a reply by e-mail"),
    "send_weekly": gettext_lazy("Letter of the week"),
    "send_contact_message": gettext_lazy("Message from the contact page"),
    "send_delivery": gettext_lazy("Message"),
    "send_email_change_letter": gettext_lazy("Change of address"),
    "send_erasure_confirmation": gettext_lazy("Confirmation of an erasure"),
    "send_invitation": gettext_lazy("Invitation"),
    "send_test_mail": gettext_lazy("Test e-mail"),
}


@require_safe
@requires("operations.read")
def job_list(request: ActorRequest) -> HttpResponse:
    """List of failed jobs, the oldest first, filtered by kind, or of cancelled jobs."""
    kind, show = request.GET.get("kind", ""), request.GET.get("show", "")
    page = paginate(cancelled_jobs() if show == "cancelled" else failed_jobs(kind), request)
    context = {
        "page": page,
        "rows": failed_job_rows(request.actor, page),
        "kinds": [(failing_kind, _kind_label(failing_kind.kind)) for failing_kind in failing_kinds()],
        "kind": kind,
        "show": show,
        **permissions(request.actor, may_retry="job.retry"),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/job_list.html", context)


# what is begun anew elsewhere, where trying again cannot help
_OTHER_WAYS = {
    "check_supporters": ("secretariat:supporter-import-list", gettext_lazy("Upload again")),
    "import_supporters": ("secretariat:supporter-import-list", gettext_lazy("Upload again")),
    "build_document": ("secretariat:document-list", gettext_lazy("Request it again")),
    "send_delivery": ("secretariat:delivery-list", gettext_lazy("See what was sent")),
    "send_test_mail": ("secretariat:settings", gettext_lazy("Send another")),
}


@dataclass(frozen=True, slots=True)
class JobRow:
    """A failed job: its kind in words, what it is about, and another way where trying it again cannot help."""

    job: Job
    kind: str
    about: JobSubject

    @property
    def is_pointless(self) -> bool:
        """Whether what it is about is there no more: every further try would fail alike."""
        return bool(self.job.last_error.endswith((".DoesNotExist", ".FileNotFoundError")))

    @property
    def waits_for_file(self) -> bool:
        """Whether it needs a stored file that is damaged, and can be tried again once that is restored."""
        return bool(self.job.last_error.endswith(".DamagedFile"))

    @property
    def other_way(self) -> tuple[str, str] | None:
        """Address and label of the page where what failed is begun anew."""
        name, label = _OTHER_WAYS.get(self.job.kind, ("", ""))
        return (reverse(name), str(label)) if name else None


def failed_job_rows(actor: Actor, jobs: Iterable[Job]) -> list[JobRow]:
    """The jobs in words, as far as the actor may know what they are about."""
    listed = list(jobs)
    subjects = job_subjects(actor, listed)
    return [JobRow(job, job_kind_label(job), about) for job, about in zip(listed, subjects, strict=True)]


def job_kind_label(job: Job) -> str:
    """What sort of work it is, in words; a kind that is new here by its name."""
    return _kind_label(job.kind)


def _kind_label(kind: str) -> str:
    return str(_KIND_LABELS.get(kind, kind))


@posts()
@requires("operations.read")
def job_retry(request: ActorRequest, pk: int) -> HttpResponse:
    """Retry one failed job."""
    retry_job(request.actor, get_object_or_404(failed_jobs(), pk=pk))
    messages.success(request, _("The job will be tried again."))
    return redirect("secretariat:job-list")


@posts()
@requires("operations.read")
def job_retry_kind(request: ActorRequest, kind: str) -> HttpResponse:
    """Retry all failed jobs of one kind."""
    count = retry_jobs(request.actor, kind)
    sentence = ngettext("%(n)d job will be tried again.", "%(n)d jobs will be tried again.", count)
    messages.success(request, sentence % {"n": count})
    return redirect("secretariat:job-list")


@requires("operations.read")
def job_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a failed job is cancelled, with a reason."""
    job: Job = get_object_or_404(failed_jobs(), pk=pk)
    url = reverse("secretariat:job-list")
    page = Confirmation(
        rule="job.cancel",
        subject=job,
        heading=_("Cancel the job"),
        title=_("Cancelling “%(kind)s” (%(subject)s):")
        % {"kind": job_kind_label(job), "subject": job_subjects(request.actor, [job])[0].subject},
        items=[
            _("it is not tried again: the message is not sent, the document is not created"),
            _("the message is marked as cancelled"),
            _("the reason is kept and shown to the secretariat"),
        ],
        label=_("Cancel the job"),
        cancel_url=url,
        message=_("Cancelled"),
        next_url=url,
        nav=_NAV,
        kind="danger",
        parent_title=_("Failed jobs"),
    )
    return confirm(request, page, lambda reason: cancel_job(request.actor, job, reason), ReasonForm)
