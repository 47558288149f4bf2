"""Reads of the letters that are sent to one person alone: invitations, links, words about an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import EmailChange, ErasureConfirmation, Invitation, MailTest, Person
from portal.kernel.access import Actor, can
from portal.kernel.jobs import Job, JobState, Outcome

NO_PERSON = 0  # the number of the person where nobody has the address
# What they are, by the kind of their job, and by which of several letters it sends.
_LETTER_NAMES = {
    ("send_invitation", ""): gettext_lazy("Invitation"),
    ("send_account_letter", "password_reset"): gettext_lazy("Link for a new password"),
    ("send_account_letter", "password_changed"): gettext_lazy("Password changed"),
    ("send_account_letter", "account_frozen"): gettext_lazy("Account frozen"),
    ("send_account_letter", "account_thawed"): gettext_lazy("Account unfrozen"),
    ("send_account_letter", "factors_changed"): gettext_lazy("Second factors changed"),
    ("send_account_letter", "factors_reset"): gettext_lazy("Second factors removed"),
    ("send_account_letter", "membership_ended"): gettext_lazy("Membership ended"),
    ("send_account_letter", "organisation_access_ended"): gettext_lazy("Access of the organisation ended"),
    ("send_account_letter", "organisation_merged"): gettext_lazy("Organisation merged"),
    ("send_account_letter", "account_closed"): gettext_lazy("Account closed"),
    ("send_account_letter", "account_reopened"): gettext_lazy("Account reopened"),
    ("send_erasure_confirmation", ""): gettext_lazy("Erasure confirmed"),
    ("send_email_change_letter", "old"): gettext_lazy("Change of address, to the old address"),
    ("send_email_change_letter", "new"): gettext_lazy("Change of address, to the new address"),
    ("send_email_change_letter", "confirmed_for_you"): gettext_lazy("Confirmed in place of the old mailbox"),
    ("send_email_change_letter", "done_old"): gettext_lazy("Address changed, to the old address"),
    ("send_email_change_letter", "done_new"): gettext_lazy("Address changed, to the new address"),
    ("send_test_mail", ""): gettext_lazy("Test e-mail"),
    ("send_contact_message", ""): gettext_lazy("Message from the contact page"),
}
# Whose number the payload holds, and under which name.
_SUBJECT_MODELS: dict[str, tuple[Any, str]] = {
    "send_invitation": (Invitation, "invitation"),
    "send_account_letter": (Person, "person"),
    "send_email_change_letter": (EmailChange, "change"),
    "send_test_mail": (MailTest, "test"),
    "send_erasure_confirmation": (ErasureConfirmation, "confirmation"),  # nobody's to see
}
_PATH_TO_NAME = {EmailChange: "person__name", MailTest: "requested_by__name"}
KINDS = sorted({kind for kind, _which in _LETTER_NAMES})


def account_letters(actor: Actor, person: str = "") -> QuerySet[Any]:
    """Letters to a single person, newest first; empty for an actor without `operations.read`.

    `person`: a part of the recipient's name. Where no account had the address, no letter was queued.
    """
    if not can(actor, "operations.read"):
        return Job.objects.none()
    rows = Job.objects.filter(kind__in=KINDS).exclude(kind="send_account_letter", payload__person=NO_PERSON)
    return (rows.filter(_addressed_to(actor, person)) if person else rows).order_by("-pk")


def _addressed_to(actor: Actor, person: str) -> Q:
    """Those to people whose name has this in it."""
    condition = Q(pk__in=())
    for kind, (model, name) in _SUBJECT_MODELS.items():
        rows = model.objects.visible_to(actor).filter(**{f"{_path_of(model)}__icontains": person})
        condition |= Q(kind=kind, **{f"payload__{name}__in": list(rows.values_list("pk", flat=True))})
    return condition


def _path_of(model: Any) -> str:
    return _PATH_TO_NAME.get(model, "name")


@dataclass(frozen=True, slots=True)
class AccountLetterRow:
    """One letter in words: what it is, to whom it goes, and what became of it."""

    job: Any
    kind: str
    to: str
    organisation: str

    @property
    def outcome(self) -> str:
        """What became of it; of what is on its way, whether that goes wrong."""
        if self.job.state == JobState.DONE:
            return str(self.job.get_outcome_display()) if self.job.outcome else _("Sent")
        if self.job.state == JobState.DEAD:
            return _("Failed: a manager must decide")
        if self.job.state == JobState.CANCELLED:
            return _("Cancelled")
        if self.job.state == JobState.ON_HOLD:
            return str(self.job.get_state_display())
        return _("Failed: will be tried again") if self.job.last_error else _("Being sent")

    @property
    def has_failed(self) -> bool:
        """Whether somebody did not get what they should."""
        return self.is_failing or self.job.outcome == Outcome.REFUSED

    @property
    def is_failing(self) -> bool:
        return self.job.state in (JobState.READY, JobState.LEASED, JobState.DEAD) and bool(
            self.job.last_error
        )


def account_letter_rows(actor: Actor, jobs: Sequence[Job]) -> list[AccountLetterRow]:
    """The letters in words. One query for each kind that is among them."""
    names_by_kind = {
        kind: _names_by_id(actor, kind, jobs) for kind in {job.kind for job in jobs} & set(_SUBJECT_MODELS)
    }
    return [_letter_row(job, names_by_kind) for job in jobs]


def _names_by_id(actor: Actor, kind: str, jobs: Sequence[Job]) -> dict[int, tuple[str, str]]:
    """Name and organisation, by the number in the payload."""
    model, name = _SUBJECT_MODELS[kind]
    rows = model.objects.visible_to(actor).filter(
        pk__in=[job.payload[name] for job in jobs if job.kind == kind]
    )
    organisation = "organisation__name" if model is Invitation else "pk"
    return {
        pk: (person, organisation_name if model is Invitation else "")
        for pk, person, organisation_name in rows.values_list("pk", _path_of(model), organisation)
    }


def _letter_row(job: Job, names: Mapping[str, Mapping[int, tuple[str, str]]]) -> AccountLetterRow:
    which = str(job.payload.get("letter", ""))
    letter_name = str(_LETTER_NAMES.get((job.kind, which), job.kind))
    if job.kind not in _SUBJECT_MODELS:
        return AccountLetterRow(job, letter_name, _("The portal’s own address"), "")
    name, organisation = names[job.kind].get(job.payload[_SUBJECT_MODELS[job.kind][1]], ("", ""))
    return AccountLetterRow(job, letter_name, name or _("Erased person"), organisation)
