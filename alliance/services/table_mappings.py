"""Named writes on tables of one's own: say what their columns are, forget a kept mapping."""

import copy as copies
from dataclasses import replace

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.enums import UploadKind
from alliance.models import ReportUpload, TableMapping
from alliance.queries.upload_differences import UploadDifferences
from alliance.queries.working_copy import working_copy
from alliance.services.reports import check_report_editing, lock_report_for_editing
from alliance.services.table_reading import read_table
from alliance.services.table_sources import refuse_changed_table, with_names
from alliance.services.upload_reading import FileReading, ReadFile
from alliance.validators.table_guesses import shape_of
from alliance.validators.table_plans import MAX_NAMES, TablePlan
from alliance.workflows import REPORT_UPLOAD
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import to_stored


def map_table(actor: Actor, upload: ReportUpload, plan: TablePlan, before: str = "") -> ReportUpload:
    """Say what a table holds: what it proposes is then compared with the report. The mapping is kept for the next one:
    each table of a file of several has its own.

    What was decided about an earlier reading of it is dropped. The report is locked only when the table is read and
    compared, which may take seconds; whether it is still read as the page says (`before`) is asked then. Raises
    TableChanged where it is not, Forbidden, WrongState when it does not wait for that or the report cannot be edited,
    and DomainError where nothing would be read.
    """
    check_report_editing(actor, upload.report)
    file = _read(upload, plan)
    proposals = [proposal.to_json() for proposal in file.proposals]
    with transaction.atomic():
        report = lock_report_for_editing(actor, upload.report)
        locked = ReportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        _refuse_without_rows(locked)
        refuse_changed_table(locked, before)
        TableMapping.objects.update_or_create(
            organisation_id=locked.organisation_id,
            charter_key=report.charter.key,
            shape=shape_of(locked.table_rows, plan.block),
            defaults={
                "name": locked.name,
                "plan": plan.to_json(),
                "saved_by_id": person_of(actor),
                "saved_at": clock.now(),
            },
        )
        remarks = [*locked.table["remarks"], *map(to_stored, file.remarks)]
        table = {**locked.table, **with_names(locked, plan.block_key, plan.names), "plan": plan.to_json()}
        changes = {"proposals": proposals, "choices": {}, "remarks": remarks, "table": table}
        return REPORT_UPLOAD.apply(actor, locked, "map", changes=changes, data={"answers": len(proposals)})


def _read(upload: ReportUpload, plan: TablePlan) -> ReadFile:
    """What the table proposes by this plan, once it was compared with the report; stores nothing."""
    _refuse_without_rows(upload)
    plan = replace(plan, facts=upload.table_facts)
    if not plan.fits(upload.table_rows):
        raise DomainError(_("The header rows leave no row with values. Choose them anew."))
    if len(plan.all_names(upload.table_rows)) > MAX_NAMES:
        message = _(
            "There are more than %(most)d different names. A column with free texts is no column of names."
        )
        raise DomainError(message % {"most": MAX_NAMES})
    copy = working_copy(upload.report)
    reading = FileReading(b"", copy.frame, get_language() or "en", lambda _done, _total, _proposals: None)
    file = read_table(reading, upload.table_rows, plan)
    if not file.proposals:
        raise DomainError(
            _("Nothing would be read: no column of values has an indicator. Say what the names stand for.")
        )
    probe = copies.copy(upload)
    probe.proposals = [proposal.to_json() for proposal in file.proposals]
    UploadDifferences(probe, copy)  # what cannot be compared is found out here, not on the page
    return file


def _refuse_without_rows(upload: ReportUpload) -> None:
    if upload.kind != UploadKind.TABLE or not upload.table_rows:
        raise WrongState(_("This file has no columns that can be chosen."))


@transaction.atomic
def delete_table_mapping(actor: Actor, mapping: TableMapping) -> None:
    """Forget a kept mapping: the next file of its make begins with guesses. Raises Forbidden."""
    require(actor, "table_mapping.delete", mapping)
    journal.record(actor, "table_mapping.delete", mapping)
    mapping.delete()
