"""Reads of the letters that are sent to one person alone: invitations, links, words about an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import EmailChange, Invitation, MailTest, Person
from portal.kernel.access import Actor, can
from portal.kernel.models import Job, JobState, Outcome

NOBODY = 0  # the number of the person where nobody has the address
# What they are, by the kind of their job, and by which of several letters it sends.
_WORDS = {
    ("send_invitation", ""): gettext_lazy("Invitation"),
    ("send_account_letter", "password_reset"): gettext_lazy("Link for a new password"),
    ("send_account_letter", "password_changed"): gettext_lazy("Password changed"),
    ("send_account_letter", "factors_changed"): gettext_lazy("Second factors changed"),
    ("send_account_letter", "factors_reset"): gettext_lazy("Second factors removed"),
    ("send_email_change_letter", "old"): gettext_lazy("Change of address, to the old address"),
    ("send_email_change_letter", "new"): gettext_lazy("Change of address, to the new address"),
    ("send_email_change_letter", "confirmed_for_you"): gettext_lazy(
        "New address confirmed by the secretariat"
    ),
    ("send_email_change_letter", "done_old"): gettext_lazy("Address changed, to the old address"),
    ("send_email_change_letter", "done_new"): gettext_lazy("Address changed, to the new address"),
    ("send_test_mail", ""): gettext_lazy("Test e-mail"),
    ("send_contact_message", ""): gettext_lazy("Message from the contact page"),
}
# Whose number the payload holds, and under which name.
_OF: dict[str, tuple[Any, str]] = {
    "send_invitation": (Invitation, "invitation"),
    "send_account_letter": (Person, "person"),
    "send_email_change_letter": (EmailChange, "change"),
    "send_test_mail": (MailTest, "test"),
}
_PATH_TO_NAME = {EmailChange: "person__name", MailTest: "asked_by__name"}
KINDS = sorted({kind for kind, _which in _WORDS})


def letters(actor: Actor, person: str = "") -> QuerySet[Any]:
    """The letters to one person alone, the newest first; nothing for who may not read of operations.

    `person`: a part of the recipient's name. Where nobody had the address, no letter was owed.
    """
    if not can(actor, "operations.read"):
        return Job.objects.none()
    rows = Job.objects.filter(kind__in=KINDS).exclude(kind="send_account_letter", payload__person=NOBODY)
    return (rows.filter(_to(actor, person)) if person else rows).order_by("-pk")


def _to(actor: Actor, person: str) -> Q:
    """Those to people whose name has this in it."""
    found = Q(pk__in=())
    for kind, (model, name) in _OF.items():
        rows = model.objects.visible_to(actor).filter(**{f"{_path_of(model)}__icontains": person})
        found |= Q(kind=kind, **{f"payload__{name}__in": list(rows.values_list("pk", flat=True))})
    return found


def _path_of(model: Any) -> str:
    return _PATH_TO_NAME.get(model, "name")


@dataclass(frozen=True, slots=True)
class Letter:
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
        if self.job.state == JobState.HELD:
            return str(self.job.get_state_display())
        return _("Failed: will be tried again") if self.job.last_error else _("Being sent")

    @property
    def is_bad(self) -> bool:
        """Whether somebody did not get what they should."""
        return self.is_failing or self.job.outcome == Outcome.REFUSED

    @property
    def is_failing(self) -> bool:
        return self.job.state in (JobState.READY, JobState.LEASED, JobState.DEAD) and bool(
            self.job.last_error
        )


def named_letters(actor: Actor, jobs: Sequence[Job]) -> list[Letter]:
    """The letters in words. One query for each kind that is among them."""
    found = {kind: _rows_of(actor, kind, jobs) for kind in {job.kind for job in jobs} & set(_OF)}
    return [_named(job, found) for job in jobs]


def _rows_of(actor: Actor, kind: str, jobs: Sequence[Job]) -> dict[int, tuple[str, str]]:
    """Name and organisation, by the number in the payload."""
    model, name = _OF[kind]
    rows = model.objects.visible_to(actor).filter(
        pk__in=[job.payload[name] for job in jobs if job.kind == kind]
    )
    organisation = "organisation__name" if model is Invitation else "pk"
    return {
        pk: (person, said if model is Invitation else "")
        for pk, person, said in rows.values_list("pk", _path_of(model), organisation)
    }


def _named(job: Job, found: Mapping[str, Mapping[int, tuple[str, str]]]) -> Letter:
    which = str(job.payload.get("letter", ""))
    words = str(_WORDS.get((job.kind, which), job.kind))
    if job.kind not in _OF:
        return Letter(job, words, _("The portal’s own address"), "")
    name, organisation = found[job.kind].get(job.payload[_OF[job.kind][1]], ("", ""))
    return Letter(job, words, name or _("Erased person"), organisation)
