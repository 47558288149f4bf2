"""Files with answers that an organisation uploads to its report."""

import hashlib
import json

from django.db import models
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import UploadKind, UploadStage, UploadState
from alliance.models.organisations import Organisation
from alliance.models.people import Person
from alliance.models.reports import Report
from alliance.report_proposals import CellCount
from alliance.validators.foreign_tables import TableFacts
from portal.kernel import clock
from portal.kernel.access import visible_by
from portal.kernel.text import from_stored


class ReportUpload(models.Model):
    """A file with answers: read by a worker, compared with the working copy, then saved whole or not at all.

    `proposals` are what was read (`alliance.report_proposals`), and are compared anew whenever somebody looks.
    `choices` hold what a person decided, by the number of the proposal: "take", "leave" or "both", with the version of
    the answer in the report beside which it was decided. `written` holds
    what each answer was before it was saved, and which version it got, so that all can be taken back. File, table,
    proposals and choices are removed when it has ended; of one that was saved the refused proposals stay, and where its
    tables began: they wait no more in the file, until they are taken back.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="uploads")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=UploadKind.choices)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.READING)
    name = models.CharField(max_length=200)  # of the file
    file = models.CharField(max_length=300, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    stage = models.CharField(max_length=10, choices=UploadStage.choices, default=UploadStage.RECEIVED)
    rows_done = models.PositiveIntegerField(default=0)  # of the work in progress
    rows_total = models.PositiveIntegerField(default=0)
    # when the form was made; of a table of figures, when it was uploaded
    taken_at = models.DateTimeField(null=True)
    left_empty = models.PositiveIntegerField(default=0)  # rows of the form without an answer
    # of a table of one's own: its `rows` as texts, their `source`, the `sheets` of a workbook, `remarks` on how it was
    # read, what `names` were last said to stand for (`names_of` each table of a file of several), the `plan` that was
    # last applied, the first rows of the tables that are `read` already, by the reading (`reading_digest`) in which
    # they were; of a text, figures too, what it was `decoded_from`; of what is read by itself the `cells` (`CellCount`)
    table = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)  # on what was passed over, each in every language
    proposals = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    written = models.JSONField(default=list)
    refusal = models.JSONField(blank=True, default=str)  # why the file cannot be taken, in every language
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)
    ready_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # failed, cancelled, expired, taken back
    expires_at = models.DateTimeField()
    saved_count = models.PositiveIntegerField(default=0)

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("File with answers")
        indexes = (models.Index(fields=["report", "-id"], name="report_upload_newest"),)

    def __str__(self) -> str:
        return f"upload {self.pk} to report {self.report_id}"

    @property
    def refusal_sentence(self) -> str | Promise:
        return from_stored(self.refusal)

    @property
    def remark_sentences(self) -> list[str | Promise]:
        return [*map(from_stored, self.remarks)]

    @property
    def cells(self) -> CellCount:
        """Of the rows that are read so far."""
        return CellCount(*self.table.get("cells", ()))

    @property
    def table_remarks(self) -> list[str | Promise]:
        """On how the rows of a table of one's own were read."""
        return [*map(from_stored, self.table.get("remarks", []))]

    @property
    def proposals_digest(self) -> str:
        """Changes when other answers are read from the file: a number of a proposal then means another one."""
        return _digest(self.proposals)

    @property
    def reading_digest(self) -> str:
        """Changes when the file of a table is read another way."""
        return _digest(self.table.get("source", {}))

    @property
    def table_facts(self) -> TableFacts:
        """What its rows alone do not say of a table of one's own."""
        return TableFacts.from_json(self.table.get("facts", {}))

    @property
    def tables_read(self) -> list[int]:
        """The first rows of the tables whose answers are saved, as the file is read now: another sheet has others."""
        read: dict[str, list[int]] = self.table.get("read", {})
        return read.get(self.reading_digest, [])

    def table_names(self, block_key: str) -> dict[str, str]:
        """What names were last said to stand for, in the table of this key among several of the file."""
        names: dict[str, str] = (
            self.table.get("names_of", {}).get(block_key, {}) if block_key else self.table.get("names", {})
        )
        return names

    @property
    def table_rows(self) -> list[list[str]]:
        """The rows of a table of one's own; none of another file, and none once it has ended."""
        rows: list[list[str]] = self.table.get("rows", [])
        return rows


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


class TableMapping(models.Model):
    """What the rows, columns and names of a table of one's own are, kept for the next file of the same make.

    `shape` is what such a file is known by (`alliance.validators.table_guesses.shape_of`), `plan` how it is read.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    charter_key = models.SlugField(max_length=60)
    shape = models.CharField(max_length=64)
    name = models.CharField(max_length=200)  # of the file that it was last used for
    plan = models.JSONField(default=dict)
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=clock.now)

    objects = visible_by(access.working_copies).as_manager()

    class Meta:
        ordering = ("-saved_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "charter_key", "shape"], name="one_table_mapping"
            ),
        )

    def __str__(self) -> str:
        return f"mapping {self.pk} of {self.organisation_id}"
