"""The first floor's own kinds of job."""

from django.utils import translation
from django.utils.translation import gettext as _

from alliance.models import Person
from alliance.queries.actors import actor_for
from portal.kernel.access import SYSTEM
from portal.kernel.outbox import TRIES, Claim, LostLease, handles
from portal.kernel.row_security import acting_as
from practices.models import PracticeImport
from practices.services import import_work, imports


@handles("apply_import")
def apply_import(claim: Claim) -> None:
    """Apply the files of an import as the person who confirmed it, as they are allowed now."""
    pk = int(claim.payload["import"])
    with acting_as(SYSTEM):
        found = PracticeImport.objects.get(pk=pk)
        language = Person.objects.get(pk=found.person_id).language
    with translation.override(language):
        try:
            refused = _worked(claim, found)
        except LostLease:
            raise
        except Exception:
            _say_that_it_stopped(claim, pk)
            raise
        with claim.finishing():
            import_work.finish_import(pk, refused=refused)


def _worked(claim: Claim, found: PracticeImport) -> str:
    """Why nothing can be done, or nothing once all is done."""
    actor = actor_for(found.person_id, found.organisation_id)
    if not actor.is_person:
        return _("You no longer belong to this organisation.")
    import_work.apply_files(actor, found.pk, claim.renew)
    return ""


def _say_that_it_stopped(claim: Claim, pk: int) -> None:
    """That there will be another try; after the last one, that there will be none."""
    with acting_as(SYSTEM):
        if claim.attempt >= TRIES:
            import_work.finish_import(
                pk, refused=_("It failed. The error has been recorded; you can try again.")
            )
        else:
            import_work.say_of_import(pk, _("It failed and will be tried again automatically."))


@handles("discard_import")
def discard_import(claim: Claim) -> None:
    """Remove the files of an import that is over or was never confirmed."""
    with claim.finishing():
        imports.remove_files(int(claim.payload["import"]))
