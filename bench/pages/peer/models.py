"""The portal's tables as the peer reads them: without managers, visibility policies or translations."""

from django.db import models


class Organisation(models.Model):
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=200, db_column="name_en")
    sector = models.CharField(max_length=120, db_column="sector_en")
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    website = models.URLField()
    since = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "alliance_organisation"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    name = models.CharField(max_length=120, db_column="name_en")
    sort = models.CharField(max_length=120, db_column="sort_en")

    class Meta:
        managed = False
        db_table = "alliance_service"

    def __str__(self) -> str:
        return self.name


class Ownership(models.Model):
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ownerships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "alliance_ownership"

    def __str__(self) -> str:
        return str(self.pk)


class Cycle(models.Model):
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120, db_column="title_en")
    state = models.CharField(max_length=10)
    charter_id = models.BigIntegerField()
    starts_on = models.DateField()

    class Meta:
        managed = False
        db_table = "alliance_cycle"
        ordering = ("-starts_on",)

    def __str__(self) -> str:
        return self.title


class Commitment(models.Model):
    charter_id = models.BigIntegerField()
    key = models.SlugField(max_length=60)
    code = models.CharField(max_length=8)
    title = models.CharField(max_length=200, db_column="title_en")
    position = models.PositiveSmallIntegerField()

    class Meta:
        managed = False
        db_table = "alliance_commitment"
        ordering = ("position",)

    def __str__(self) -> str:
        return self.title


class Report(models.Model):
    valid_from = models.PositiveBigIntegerField()
    valid_to = models.PositiveBigIntegerField(null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE)
    notice = models.CharField(max_length=10)
    late = models.BooleanField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "alliance_publishedreport"

    def __str__(self) -> str:
        return str(self.pk)


class Verdict(models.Model):
    valid_to = models.PositiveBigIntegerField(null=True)
    organisation_id = models.BigIntegerField()
    cycle_id = models.BigIntegerField()
    commitment_key = models.SlugField(max_length=60)
    measure_key = models.SlugField(max_length=60)
    value = models.CharField(max_length=13)

    class Meta:
        managed = False
        db_table = "alliance_publishedverdict"

    def __str__(self) -> str:
        return self.value


class Pledge(models.Model):
    valid_to = models.PositiveBigIntegerField(null=True)
    organisation_id = models.BigIntegerField()
    state = models.CharField(max_length=9)
    commitment_key = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    text = models.TextField()
    signatory_name = models.CharField(max_length=150)
    signed_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "alliance_publishedpledge"

    def __str__(self) -> str:
        return self.title


class TimelineEntry(models.Model):
    valid_from = models.PositiveBigIntegerField()
    organisation_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    title = models.JSONField()

    class Meta:
        managed = False
        db_table = "alliance_timelineentry"
        ordering = ("-valid_from",)

    def __str__(self) -> str:
        return self.kind


class Publication(models.Model):
    number = models.PositiveBigIntegerField(primary_key=True)
    type = models.CharField(max_length=32)
    published_at = models.DateTimeField()
    title = models.JSONField()

    class Meta:
        managed = False
        db_table = "portal_publication"
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)
