"""Supporters: thousands of organisations that have only acceded to a charter; and, apart, how each is reached."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from alliance import access
from alliance.enums import ImportRowOutcome, SupporterKind, SupporterState, TwinDecision
from alliance.models.charters import Charter
from alliance.models.people import Person
from portal.kernel.access import visible_by
from portal.kernel.alphabet import AlphabetKey
from portal.kernel.text import LANGUAGES


class Supporter(models.Model):
    """What the directory says of one: public data outside the numbered record; it has no people and no reports.

    `name_key`, `plain_name` and `search` are made from the other columns when they are saved
    (`alliance.services.supporters`).
    """

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="supporters")
    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=12, choices=SupporterKind.choices)
    region = models.CharField(_("Region"), max_length=100)
    town = models.CharField(_("Town"), max_length=100, blank=True, default="")
    website = models.URLField(_("Website"), max_length=200, blank=True, default="")
    state = models.CharField(
        max_length=11, choices=SupporterState.choices, default=SupporterState.UNCONFIRMED
    )
    acceded_on = models.DateField(_("Acceded"))
    ended_on = models.DateField(null=True)
    # of the secretariat, for hiding or ending it; the supporter is sent it
    state_reason = models.TextField(blank=True, default="")
    # the name without legal form, quotation marks and alphabet: by it a second entry of the same body is found
    name_key = models.CharField(max_length=400)
    plain_name = models.CharField(
        max_length=200, blank=True, default=""
    )  # without legal form: it is sorted by it
    initial = models.CharField(max_length=1)  # under which it stands in the directory
    search = models.CharField(max_length=1200)  # name and place in Latin letters, small
    # another entry that may be of the same body, until a manager has decided; the one that replaced this one
    likely_twin = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")
    # the import that brought it, by which it can be taken back
    import_number = models.PositiveBigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = visible_by(access.supporters).as_manager()

    class Meta:
        ordering = ("-acceded_on", "-pk")
        verbose_name = _("Supporter")
        indexes = (
            # the directory: newest first, and by name; the secretariat's list, of all states
            models.Index(fields=["state", "-acceded_on", "-id"], name="supporter_newest"),
            models.Index(fields=["-acceded_on", "-id"], name="supporter_newest_of_all"),
            *(
                models.Index(
                    F("state"),
                    AlphabetKey("plain_name", "name", language=language),
                    F("id"),
                    name=f"supporter_by_name_{language}",
                )
                for language in LANGUAGES
            ),
            # what an import has brought
            models.Index(
                fields=["import_number"],
                condition=models.Q(import_number__isnull=False),
                name="supporter_import",
            ),
            # None for words inside of names: behind row-level security no operator of trigrams may use an index
            # before the policy has been asked (docs/performance.md).
        )

    def __str__(self) -> str:
        return self.name

    @property
    def has_contact(self) -> bool:
        """Whether letters to it have an address. One query where the contact was not read with it."""
        return hasattr(self, "contact")

    @property
    def twin_in_question(self) -> "Supporter | None":
        """The likely twin, while somebody can decide whether the two are one."""
        states = {SupporterState.LISTED, SupporterState.HIDDEN}
        twin = self.likely_twin
        return twin if twin is not None and {self.state, twin.state} <= states else None


class SupporterContact(models.Model):
    """Who signed for a supporter, and its e-mail: the secretariat's alone. Links in letters are here as digests.

    A link belongs to one sending (`link_sent_at`); a later one takes its place.
    """

    supporter = models.OneToOneField(
        Supporter, on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    email = models.EmailField(_("E-mail"))
    signatory_name = models.CharField(_("Signatory"), max_length=150, blank=True, default="")
    signatory_office = models.CharField(_("Office"), max_length=150, blank=True, default="")
    language = models.CharField(max_length=8)
    consent_revision = models.PositiveIntegerField(null=True)  # of the text that was agreed to
    link_sha256 = models.CharField(max_length=64, blank=True, default="")
    link_sent_at = models.DateTimeField(null=True)
    link_expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    bounce_code = models.CharField(
        max_length=16, blank=True, default=""
    )  # of the last letter, if it came back

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("E-mail and signatory of a supporter")
        indexes = (
            # a link is asked for by its e-mail
            models.Index(Upper("email"), name="supporter_contact_email"),
            models.Index(
                fields=["link_sha256"],
                condition=~models.Q(link_sha256=""),
                name="supporter_contact_link",
            ),
        )

    def __str__(self) -> str:
        """No address: this goes into logs."""
        return f"contact of supporter {self.pk}"


class SupporterImport(models.Model):
    """A file of supporters that a manager has sent: checked by a worker, then taken over whole or not at all.

    Its stage follows from its moments. `choices` are corrections for many rows: the order of day and month in dates,
    kinds by the words of the file. Rows and file are removed when it has ended.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)  # of the file
    file = models.CharField(max_length=300, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    choices = models.JSONField(default=dict)
    left_columns = models.JSONField(default=list)  # headings that were not recognised
    counts = models.JSONField(default=dict)  # rows by ImportRowOutcome; together all rows of the file
    compared_with = models.PositiveIntegerField(default=0)  # entries that were here at the check
    is_public_at_once = models.BooleanField(default=False)  # else each is asked by e-mail to confirm
    rows_done = models.PositiveIntegerField(default=0)  # of the work in progress
    rows_total = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)  # the work in progress, or the last that was done
    round = models.PositiveIntegerField(default=1)  # of checks: each correction begins another
    refusal = models.TextField(blank=True, default="")  # why the file cannot be taken
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    checked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    imported_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("Import of supporters")

    def __str__(self) -> str:
        return f"import of supporters {self.pk}"

    @property
    def is_checking(self) -> bool:
        return self.checked_at is None and self.cancelled_at is None

    @property
    def is_waiting(self) -> bool:
        """Whether it was checked and waits for a decision."""
        return bool(self.checked_at) and not (self.confirmed_at or self.cancelled_at)

    @property
    def is_importing(self) -> bool:
        return bool(self.confirmed_at) and not (self.imported_at or self.cancelled_at)

    @property
    def check_seconds(self) -> int:
        """How long the last check has taken, at least one second; 0 where it is not known."""
        if self.begun_at is None or self.checked_at is None:
            return 0
        return max(1, round((self.checked_at - self.begun_at).total_seconds()))


class SupporterImportRow(models.Model):
    """One row of the file: what it would become, and why it cannot be taken or which entry it may be."""

    upload = models.ForeignKey(SupporterImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # as a spreadsheet numbers it; the heading is row 1
    outcome = models.CharField(max_length=8, choices=ImportRowOutcome.choices)
    values = models.JSONField()  # by column; of a faulty row as they stand in the file
    fault_column = models.CharField(max_length=20, blank=True, default="")
    fault = models.CharField(max_length=20, blank=True, default="")
    name_key = models.CharField(max_length=400, blank=True, default="")
    twin = models.ForeignKey(Supporter, on_delete=models.SET_NULL, null=True, related_name="+")
    twin_row = models.PositiveIntegerField(null=True)  # an earlier row of the file that it may be the same as
    # of the names, in per cent; null where the twin was found by e-mail or by another spelling of the name
    likeness = models.PositiveSmallIntegerField(null=True)
    decision = models.CharField(max_length=5, choices=TwinDecision.choices, blank=True, default="")

    objects = visible_by(access.secretariat_only).as_manager()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["upload", "number"], name="import_row_once"),)
        indexes = (models.Index(fields=["upload", "outcome", "number"], name="import_row_outcome"),)

    def __str__(self) -> str:
        return f"row {self.number} of {self.upload_id}"
