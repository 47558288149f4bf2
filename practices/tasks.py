"""The practices app's tasks of the schedule, and its own kinds of job; the schedule is in the settings."""

from datetime import date

from celery import shared_task
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.models import Person
from alliance.queries.actors import actor_for
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import TRIES, Claim, LostLease, Payload, handles, on_cancelled, on_exhausted
from practices.models import PracticeImport
from practices.services import affiliations, expiry, import_work, imports, signals, still_works


@handles("apply_import", is_long=True)
def apply_import_task(claim: Claim) -> None:
    """Apply the files of an import as the person who confirmed it, as they are allowed now."""
    pk = int(claim.payload["import"])
    with acting_as(SYSTEM):
        practice_import = PracticeImport.objects.get(pk=pk)
        language = Person.objects.get(pk=practice_import.person_id).language
    with translation.override(language):
        try:
            refused = _apply_and_get_refusal(claim, practice_import)
        except LostLease:
            raise
        except Exception:
            if claim.attempt < TRIES:
                with acting_as(SYSTEM):
                    import_work.set_import_progress(pk, _("It failed and will be tried again automatically"))
            raise
        with claim.finishing():
            import_work.finish_import(pk, refused=refused)


def _apply_and_get_refusal(claim: Claim, practice_import: PracticeImport) -> str:
    """Why nothing can be done, or nothing once all is done."""
    actor = actor_for(practice_import.person_id, practice_import.organisation_id)
    if not actor.is_person:
        return _("You no longer belong to this organisation.")
    import_work.apply_files(actor, practice_import.pk, claim.renew)
    return ""


@on_exhausted("apply_import")
@on_cancelled("apply_import")
def give_up_import(payload: Payload) -> None:
    """Nobody goes on with an import any more: its page says so, and which of its files were imported."""
    with acting_as(SYSTEM):
        import_work.give_up_import(int(payload["import"]))


@handles("discard_import")
def discard_import_task(claim: Claim) -> None:
    """Remove the files of an import that is over or was never confirmed."""
    with claim.finishing():
        imports.remove_files(int(claim.payload["import"]))


@shared_task(name="practices.enqueue_expiry_reminders")
def enqueue_expiry_reminders_task() -> None:
    """Queue the reminders of alerts that expire soon, or have expired."""
    with acting_as(SYSTEM):
        expiry.enqueue_expiry_reminders()


@handles("remind_expiry")
def remind_expiry(claim: Claim) -> None:
    """Remind of the last day of an alert, if it still holds when the job is done."""
    on, planned_on = (date.fromisoformat(str(claim.payload[name])) for name in ("on", "planned"))
    with claim.finishing():
        expiry.record_expiry_reminder(
            str(claim.payload["kind"]), int(claim.payload["practice"]), on, planned_on
        )


@shared_task(name="practices.enqueue_affiliation_closings")
def enqueue_affiliation_closings_task() -> None:
    """Queue a job for each affiliation that lapses, or that two organisations can no longer have."""
    with acting_as(SYSTEM):
        affiliations.enqueue_affiliation_closings()


@handles("close_affiliation")
def close_affiliation_task(claim: Claim) -> None:
    """Close an affiliation, if that still holds when the job is done."""
    with claim.finishing():
        affiliations.close_affiliation(int(claim.payload["affiliation"]))


@shared_task(name="practices.enqueue_still_works")
def enqueue_still_works_task() -> None:
    """Queue the questions whether practices still work for those who use them, and end those that outlived theirs."""
    with acting_as(SYSTEM):
        still_works.end_leftover_questions()
        still_works.enqueue_questions()


@handles("ask_still_works")
def ask_still_works(claim: Claim) -> None:
    """Ask the organisation of a use, if that still holds when the job is done."""
    with claim.finishing():
        still_works.record_question(int(claim.payload["adoption"]))


@shared_task(name="practices.enqueue_rule_notes")
def enqueue_rule_notes_task() -> None:
    """Queue a job for each file of rules that is from before rules were noted that are none of Sigma's."""
    with acting_as(SYSTEM):
        signals.enqueue_rule_notes()


@handles("note_sigma_rules")
def note_sigma_rules(claim: Claim) -> None:
    """Note which rules of a file are none of Sigma's: it is parsed once, and by no download."""
    pk = int(claim.payload["attachment"])
    with acting_as(SYSTEM):
        places = signals.find_rules_not_sigma(pk)
    with claim.finishing():
        if places is not None:
            signals.note_rules_not_sigma(pk, places)
