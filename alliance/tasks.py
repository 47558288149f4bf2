"""Tasks of the schedule, and the alliance's own kinds of job; the schedule is in the settings."""

from datetime import date, timedelta

from celery import shared_task
from django.utils import translation

from alliance.documents import open_data as open_data_documents
from alliance.models import ReportUpload, SupporterImport
from alliance.queries.local_dates import end_of_day, today
from alliance.services import (
    absences,
    charter_plans,
    comment_reminders,
    correction_answers,
    correction_reminders,
    cycles,
    delegation_reminders,
    finding_reminders,
    invitations,
    objection_reminders,
    obligations,
    open_data,
    overdue_targets,
    pauses,
    planned_publication,
    public_documents,
    reminders,
    report_upload_work,
    report_uploads,
    second_readings,
    subscription_digests,
    supporter_import_work,
    supporter_imports,
    tokens,
)
from alliance.services.supporter_file import read_supporter_file
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from portal.kernel.jobs import Claim, Payload, handles, on_cancelled, on_exhausted
from portal.kernel.publishing import renew_public_revision


@shared_task(name="alliance.enqueue_missed_reports")
def enqueue_missed_reports_task() -> None:
    """Queue a job for each report whose days of grace are over."""
    with acting_as(SYSTEM):
        obligations.enqueue_missed_reports()


@handles("miss_report")
def mark_report_not_filed(claim: Claim) -> None:
    """Record that a report was not filed, if that still holds when the job is done."""
    with claim.finishing():
        obligations.mark_not_filed(int(claim.payload["report"]))


@shared_task(name="alliance.enqueue_due_closings")
def enqueue_due_closings_task() -> None:
    """Queue a job for each cycle whose days of grace are over."""
    with acting_as(SYSTEM):
        cycles.enqueue_due_closings()


@shared_task(name="alliance.prepare_cycle_documents")
def prepare_cycle_documents_task() -> None:
    """Have the documents of each published cycle built that has changed since the last ones."""
    with acting_as(SYSTEM):
        public_documents.prepare_public_cycles()


@handles("prepare_cycle")
def prepare_cycle_documents(claim: Claim) -> None:
    """Have the documents of a cycle built of which something was published, if they are others now."""
    with claim.finishing():
        public_documents.prepare_public_cycle(str(claim.payload["cycle"]))


@shared_task(name="alliance.enqueue_open_data")
def enqueue_open_data_task() -> None:
    """Have the open data built where the record, or the day, is another than at the last time."""
    with acting_as(SYSTEM):
        open_data.enqueue_open_data()


@shared_task(name="alliance.enqueue_follow_digests")
def enqueue_follow_digests_task() -> None:
    """Queue the letters of the day to those who follow the public record."""
    subscription_digests.enqueue_follow_digests()


@handles("build_open_data", is_long=True)
def build_open_data(claim: Claim) -> None:
    """Build the tables of the open data."""
    open_data_documents.build_open_data(claim)


@shared_task(name="alliance.enqueue_due_charters")
def enqueue_due_charters_task() -> None:
    """Queue a job for each charter whose day to come into force has begun."""
    with acting_as(SYSTEM):
        charter_plans.enqueue_due_charters()


@handles("put_charter_in_force")
def put_planned_charter_in_force(claim: Claim) -> None:
    """Put a charter in force, if its day still stands when the job is done."""
    with claim.finishing():
        charter_plans.put_planned_charter_in_force(int(claim.payload["charter"]))


@handles("close_cycle")
def close_due_cycle(claim: Claim) -> None:
    """Close a cycle, if that still holds when the job is done."""
    with claim.finishing():
        cycles.close_due_cycle(int(claim.payload["cycle"]))


@shared_task(name="alliance.enqueue_due_publications")
def enqueue_due_publications_task() -> None:
    """Queue a job for each cycle whose planned hour of publication has come."""
    with acting_as(SYSTEM):
        planned_publication.enqueue_due_publications()


@shared_task(name="alliance.begin_public_day")
def begin_public_day_task() -> None:
    """Have public pages made anew once a day begins: a promise may be overdue that was due the day before."""
    renew_public_revision(end_of_day(today() - timedelta(days=1)))


@handles("publish_cycle", outward=True, is_long=True)
def publish_planned_cycle(claim: Claim) -> None:
    """Publish a cycle, if that still is planned when the job is done and nothing stands in the way."""
    with claim.finishing():
        planned_publication.publish_planned_cycle(int(claim.payload["cycle"]))


@on_cancelled("publish_cycle")
def end_cancelled_plan(payload: Payload) -> None:
    """A person has decided that a cycle is not published at its hour: its plan ends."""
    planned_publication.end_cancelled_plan(int(payload["cycle"]), str(payload["at"]))


@shared_task(name="alliance.enqueue_reminders")
def enqueue_reminders_task() -> None:
    """Queue the reminders of today; pauses of reviews that are over end first."""
    with acting_as(
        SYSTEM
    ):  # a transaction of its own: what it locks is free again before the reminders are looked for
        absences.note_earlier_losses()
        correction_answers.set_answer_days()
    with acting_as(SYSTEM):
        pauses.end_pauses_that_are_over()
        reminders.enqueue_reminders()
        finding_reminders.enqueue_finding_reminders()
        correction_reminders.enqueue_correction_reminders()
        comment_reminders.enqueue_comment_reminders()
        objection_reminders.enqueue_objection_reminders()
        second_readings.enqueue_reading_reminders()
        delegation_reminders.enqueue_delegation_reminders()
        tokens.enqueue_token_reminders()
        invitations.enqueue_expired_invitations()
        overdue_targets.enqueue_overdue_targets()


@shared_task(name="alliance.enqueue_stalled_reminder")
def enqueue_stalled_reminder_task() -> None:
    """Queue the week's look at what nobody takes on."""
    with acting_as(SYSTEM):
        reminders.enqueue_stalled_reminder()


@handles("remind")
def remind(claim: Claim) -> None:
    """Remind of a day, if there is still something to remember when the job is done."""
    on, planned_on = (date.fromisoformat(str(claim.payload[name])) for name in ("on", "planned"))
    with claim.finishing():
        reminders.record_reminder(str(claim.payload["kind"]), int(claim.payload["report"]), on, planned_on)


@handles("remind_finding")
def remind_of_finding(claim: Claim) -> None:
    """Remind of a finding, if it still waits for the member when the job is done."""
    with claim.finishing():
        day = date.fromisoformat(str(claim.payload["on"]))
        finding_reminders.record_finding_reminder(int(claim.payload["finding"]), day)


@handles("note_overdue_target")
def note_overdue_target(claim: Claim) -> None:
    """Notify a member that a target is overdue, if nothing has decided it when the job is done."""
    with claim.finishing():
        day = date.fromisoformat(str(claim.payload["on"]))
        pledge, number = (int(claim.payload[name]) for name in ("pledge", "number"))
        overdue_targets.record_overdue_target(pledge, number, day)


@handles("remind_delegation")
def remind_of_delegation(claim: Claim) -> None:
    """Remind of a section, if its assignee still has to write it by that day when the job is done."""
    with claim.finishing():
        day = date.fromisoformat(str(claim.payload["on"]))
        number, assignee = (int(claim.payload[name]) for name in ("delegation", "assignee"))
        delegation_reminders.record_delegation_reminder(number, day, assignee)


@handles("remind_correction")
def remind_of_correction(claim: Claim) -> None:
    """Remind of the last day to answer a correction or to look at verdicts again, if it waits when the job is done."""
    with claim.finishing():
        day = date.fromisoformat(str(claim.payload["on"]))
        correction_reminders.record_correction_reminder(int(claim.payload["correction"]), day)


@handles("remind_comment")
def remind_of_comment(claim: Claim) -> None:
    """Remind a partner of the day of an invitation to comment, if it is still open when the job is done."""
    with claim.finishing():
        day = date.fromisoformat(str(claim.payload["on"]))
        comment_reminders.record_comment_reminder(int(claim.payload["comment"]), day)


@handles("remind_objections")
def remind_of_objections(claim: Claim) -> None:
    """Remind signatories that they can object to a version, if they still can when the job is done."""
    with claim.finishing():
        day = date.fromisoformat(str(claim.payload["on"]))
        objection_reminders.record_objection_reminder(int(claim.payload["charter"]), day)


@handles("remind_reading")
def remind_of_reading(claim: Claim) -> None:
    """Remind a second reader who is silent, if the reading still waits when the job is done."""
    with claim.finishing():
        second_readings.record_reading_reminder(int(claim.payload["reading"]))


@handles("remind_stalled")
def remind_stalled(claim: Claim) -> None:
    """Notify the managers of what nobody takes on."""
    with claim.finishing():
        reminders.record_stalled_reminder()


@handles("remind_token")
def remind_token(claim: Claim) -> None:
    """Remind the owner of a token that runs out soon, if it still works when the job is done."""
    with claim.finishing():
        on, planned_on = (date.fromisoformat(str(claim.payload[name])) for name in ("on", "planned"))
        tokens.record_token_reminder(int(claim.payload["token"]), on, planned_on)


@handles("expire_invitation")
def record_expired_invitation(claim: Claim) -> None:
    """Note that an invitation ran out unanswered, if that still holds when the job is done."""
    with claim.finishing():
        invitations.record_expiry(int(claim.payload["invitation"]), str(claim.payload["sending"]))


@handles("check_supporters", is_long=True)
def check_supporters(claim: Claim) -> None:
    """Check a file of supporters row by row; where it cannot be read, the import ends with the reason."""
    pk = int(claim.payload["import"])
    with acting_as(SYSTEM):
        upload = SupporterImport.objects.select_related("person").get(pk=pk)
    if not upload.file:
        with claim.finishing():
            supporter_imports.forget_rows(pk)
            return
    content = files.read(upload.file, upload.sha256)
    with translation.override(upload.person.language):
        try:
            with claim.finishing():
                source = read_supporter_file(upload.name, content)
                supporter_import_work.check_rows(pk, int(claim.payload["round"]), source)
        except DomainError as refusal:
            with claim.finishing():
                supporter_import_work.refuse_file(pk, str(refusal))
        except supporter_import_work.ImportCancelled:
            with claim.finishing():
                supporter_imports.forget_rows(pk)


@handles("import_supporters", is_long=True)
def import_supporters(claim: Claim) -> None:
    """Take the rows of a checked file over, all or none."""
    pk = int(claim.payload["import"])
    try:
        with claim.finishing():
            supporter_import_work.import_rows(pk)
    except supporter_import_work.ImportCancelled:
        with claim.finishing():
            supporter_imports.forget_rows(pk)


@on_exhausted("check_supporters")
@on_cancelled("check_supporters")
@on_exhausted("import_supporters")
@on_cancelled("import_supporters")
def give_up_supporter_import(payload: Payload) -> None:
    """Nobody goes on with an import any more: its page says so, and no longer that it is under way."""
    with acting_as(SYSTEM):
        supporter_import_work.give_up_import(int(payload["import"]))


@handles("expire_supporter_import")
def expire_supporter_import(claim: Claim) -> None:
    """Delete a file of supporters that nobody has decided on."""
    with claim.finishing():
        supporter_imports.expire_import(int(claim.payload["import"]))


@handles("read_report_upload", is_long=True)
def read_report_upload(claim: Claim) -> None:
    """Read a file with answers; where it cannot be taken, it ends with the reason."""
    pk = int(claim.payload["upload"])
    with acting_as(SYSTEM):
        upload = ReportUpload.objects.select_related("person").get(pk=pk)
    if not upload.file:
        with claim.finishing():
            return
    content = files.read(upload.file, upload.sha256)
    language = upload.person.language
    with translation.override(language):
        try:
            with claim.finishing():
                report_upload_work.read_upload(pk, content, language)
        except DomainError as refusal:
            with claim.finishing():
                report_uploads.fail_upload(pk, refusal.message)
        except report_upload_work.UploadEnded:
            with claim.finishing():
                pass


@on_exhausted("read_report_upload")
@on_cancelled("read_report_upload")
def give_up_report_upload(payload: Payload) -> None:
    """Nobody reads a file any more: its page says so, and no longer that it is being read."""
    with acting_as(SYSTEM):
        report_uploads.give_up_reading(int(payload["upload"]))


@handles("expire_report_upload")
def expire_report_upload(claim: Claim) -> None:
    """Delete a file with answers that nobody has decided about."""
    with claim.finishing():
        report_uploads.expire_upload(int(claim.payload["upload"]))
