"""What the public pages read: rows derived from publications alone, each valid from one number to another."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models

from alliance.enums import PledgeState, TargetState, VerdictValue
from alliance.models.charters import Charter
from alliance.models.cycles import Cycle
from alliance.models.figures import FigureColumns
from alliance.models.organisations import Organisation, Service
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.publishing import Projection


class CorrectedProjection(Projection):
    """A row whose value may have been corrected: by which publication, and what stood there before."""

    corrected_in = models.PositiveBigIntegerField(null=True)
    # {"status", "value", "choice"} of a figure or total, {"value", "reason"} of a verdict, {"text"} of a reply,
    # {"standing", "reason"} of a report or notice: how it was filed
    was = models.JSONField(null=True)

    class Meta:
        abstract = True


class PublishedReport(CorrectedProjection):
    """A member's report as it is public: its frame and its answers; what is corrected of it is how it was filed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+")
    notice = models.CharField(
        max_length=10, blank=True, default=""
    )  # '', `not_filed` or `exempt`; `late` or `filed` by a correction
    reason = models.TextField(blank=True, default="")  # of an exemption
    late = models.BooleanField(default=False)
    # the version that the member has signed and answers to, where that is an earlier one than the cycle's
    earlier_version = models.PositiveSmallIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submission_sha256 = models.CharField(max_length=64, blank=True, default="")
    signatory_name = models.CharField(max_length=150, blank=True, default="")
    signatory_office = models.CharField(max_length=150, blank=True, default="")
    # [{"measure", "indicator", "pledge", "text", "language", "withheld"}]
    answers = models.JSONField(default=list)
    # [{"measure", "kind", "title", "url", "file_name", "size", "sha256", "evidence": id | null}]
    evidence = models.JSONField(default=list)
    # how many verdicts on commitments it has of each value, in the order of `VERDICT_ORDER`; empty of a notice
    verdict_counts = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "cycle"],
                condition=models.Q(valid_to__isnull=True),
                name="current_report",
            ),
        )
        indexes = (
            # what became of all that were due for a cycle, counted without the rows themselves
            models.Index(
                fields=["cycle", "notice", "late"],
                include=["organisation"],
                condition=models.Q(valid_to__isnull=True),
                name="report_standings",
            ),
        )


class PublishedFigure(FigureColumns, CorrectedProjection):
    """One figure as the public may know it; withheld ones have no value."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, null=True, related_name="+")
    indicator_key = models.SlugField(max_length=60)
    cell = models.CharField(max_length=130, blank=True, default="")
    withheld = models.BooleanField(default=False)

    class Meta:
        indexes = (
            # one indicator of some members in some cycles, its wholes apart from its parts, whose figures these are
            # counted without the rows themselves; and all figures of one report
            models.Index(
                fields=["indicator_key", "cell", "organisation", "cycle"],
                include=["service"],
                condition=models.Q(valid_to__isnull=True),
                name="figure_in_cycles",
            ),
            models.Index(
                fields=["organisation", "cycle"],
                condition=models.Q(valid_to__isnull=True),
                name="figure_by_report",
            ),
            # one indicator in a few cycles, of all members, on any day: ranked and compared without the rows themselves
            models.Index(
                fields=["cycle", "indicator_key"],
                include=["organisation", "service", "value", "withheld", "valid_from", "valid_to"],
                condition=models.Q(cell=""),
                name="figure_over_cycles",
            ),
            # the few whose definition changed, on any day
            models.Index(
                fields=["cycle", "indicator_key"],
                condition=models.Q(cell="", definition_changed=True),
                name="figure_defined_anew",
            ),
            # the few that are estimated or have bounds, on any day
            models.Index(
                fields=["cycle", "indicator_key"],
                include=["organisation", "service", "lower", "upper", "estimate", "valid_from", "valid_to"],
                condition=models.Q(models.Q(estimate=True) | models.Q(lower__isnull=False), cell=""),
                name="figure_estimated",
            ),
            # what a correction has changed
            models.Index(
                fields=["corrected_in"],
                condition=models.Q(corrected_in__isnull=False),
                name="figure_by_correction",
            ),
        )


class PublishedTotal(CorrectedProjection):
    """An indicator's total over services, as published; a withheld total has no value.

    It has a table of its own because it cannot be worked out from public figures where parts are withheld.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+")
    indicator_key = models.SlugField(max_length=60)
    cell = models.CharField(max_length=130, blank=True, default="")
    withheld = models.BooleanField(default=False)
    value = models.DecimalField(max_digits=39, decimal_places=15, null=True)
    parts = models.PositiveSmallIntegerField(default=0)  # services with a figure
    of = models.PositiveSmallIntegerField(default=0)  # services that it applies to

    class Meta:
        indexes = (
            # one indicator of some members in some cycles
            models.Index(
                fields=["indicator_key", "cell", "organisation", "cycle"],
                condition=models.Q(valid_to__isnull=True),
                name="total_in_cycles",
            ),
            models.Index(
                fields=["cycle", "indicator_key"],
                include=["organisation", "value", "withheld", "valid_from", "valid_to"],
                condition=models.Q(cell=""),
                name="total_over_cycles",
            ),
            models.Index(
                fields=["corrected_in"],
                condition=models.Q(corrected_in__isnull=False),
                name="total_by_correction",
            ),
        )


class PublishedVerdict(CorrectedProjection):
    """A published verdict with the reply beside it; without a measure it is the commitment's."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+")
    commitment_key = models.SlugField(max_length=60, blank=True, default="")
    measure_key = models.SlugField(max_length=60, blank=True, default="")
    pledge_record = models.UUIDField(null=True)
    value = models.CharField(max_length=13, choices=VerdictValue.choices)
    reason = models.TextField(blank=True, default="")
    difference = models.TextField(blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")  # empty in older publications
    given_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(
                fields=["cycle", "organisation"],
                condition=models.Q(valid_to__isnull=True),
                name="verdict_matrix",
            ),
            # those on one commitment, and the publications that they are in
            models.Index(
                fields=["commitment_key", "valid_from"],
                include=["valid_to", "corrected_in", "pledge_record"],
                condition=models.Q(measure_key=""),
                name="verdict_of_commitment",
            ),
            # those on commitments, cycle by cycle, on any day: counted and compared without the rows themselves
            models.Index(
                fields=["cycle", "commitment_key"],
                include=["organisation", "value", "valid_from", "valid_to"],
                condition=models.Q(measure_key="", pledge_record__isnull=True),
                name="verdict_on_commitment",
            ),
            # the few that were corrected
            models.Index(
                fields=["cycle", "organisation"],
                condition=models.Q(valid_to__isnull=True, corrected_in__isnull=False),
                name="verdict_by_correction",
            ),
            # those on commitments that began or ended with a publication
            models.Index(
                fields=["valid_from"], condition=models.Q(measure_key=""), name="verdict_by_publication"
            ),
            models.Index(
                fields=["valid_to"],
                condition=models.Q(measure_key="", valid_to__isnull=False),
                name="verdict_by_end",
            ),
        )


class PublishedResponse(CorrectedProjection):
    """A member's reply, beside the verdict that it answers."""

    # the publication that corrected the verdict after it was signed; not stored (`mark_earlier_replies`)
    before_correction: int | None = None

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="+")
    commitment_key = models.SlugField(max_length=60, blank=True, default="")
    text = models.TextField()
    language = models.CharField(max_length=8)
    signatory_name = models.CharField(max_length=150)
    signatory_office = models.CharField(max_length=150, blank=True, default="")
    signed_at = models.DateTimeField()
    # signed before the review was reopened, to a verdict that is another one now
    is_before_reopening = models.BooleanField(default=False, db_default=False)

    @property
    def correction_key(self) -> str:
        """How an address names this reply, to correct it."""
        return CorrectionPlace.of_response(self.commitment_key).key


class PublishedPledge(Projection):
    """A pledge as published."""

    earlier_version: int | None = None  # of the charter, where it is not to the one in force; not stored
    is_superseded = False  # revised or ended since it stood beside a report; not stored
    is_later = False  # made after the report was published; not stored
    membership_ended: date | None = None  # the day on which its member left; not stored

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    record = models.UUIDField()
    revision = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=PledgeState.choices)
    commitment_key = models.SlugField(max_length=60, blank=True, default="")
    # the version under whose keys it was published; None of one beyond the charter
    charter = models.ForeignKey(Charter, on_delete=models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    language = models.CharField(max_length=8)
    services = models.JSONField(default=list)  # [{"slug", "name": {"en", "ru"}}]
    measures = models.JSONField(default=list)  # keys of opt-in measures
    targets = models.JSONField(default=list)  # [{"text", "due_on", "indicator", "value", "decision"}]
    signatory_name = models.CharField(max_length=150)
    signatory_office = models.CharField(max_length=150, blank=True, default="")
    signed_at = models.DateTimeField()
    ended_reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=["organisation", "commitment_key"],
                condition=models.Q(valid_to__isnull=True),
                name="published_pledge_current",
            ),
        )


class PublishedTarget(Projection):
    """What became of one target of a published pledge, as far as publications decide it.

    `outcome` is what holds once its day is over, empty without a day: before, it is due, whatever is published.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    record = models.UUIDField()  # of the pledge
    number = models.PositiveSmallIntegerField()  # of the target in it, from 1
    commitment_key = models.SlugField(max_length=60, blank=True, default="")
    due_on = models.DateField(null=True)
    outcome = models.CharField(max_length=9, choices=TargetState.choices, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["record", "number"],
                condition=models.Q(valid_to__isnull=True),
                name="current_target",
            ),
        )
        indexes = (
            # the ledger: all of them, or those of one member, by their day
            models.Index(
                fields=["organisation", "due_on"],
                condition=models.Q(valid_to__isnull=True),
                name="target_of_member",
            ),
        )


class WithdrawnPublication(Projection):
    """A record that is withdrawn; `number` is its last revision, which stays readable."""

    type = models.CharField(max_length=32)
    record = models.CharField(max_length=200)
    number = models.PositiveBigIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    reason = models.JSONField(default=dict)  # by language

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["type", "record"],
                condition=models.Q(valid_to__isnull=True),
                name="withdrawn_once",
            ),
        )


class TimelineEntry(Projection):
    """One entry of the public timeline; the publication's number is `valid_from`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=32)  # the publication's type, or what it did: `pledge.withdrawn`
    at = models.DateTimeField()
    title = models.JSONField(default=dict)
    detail = models.JSONField(default=dict)
    commitment_key = models.SlugField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ("-valid_from",)
        indexes = (
            models.Index(fields=["-valid_from"], name="timeline_latest"),
            models.Index(fields=["organisation", "-valid_from"], name="timeline_organisation"),
        )
