"""The portal's tables as the peer reads them: without managers, visibility policies or translations."""

from django.db import models


class Member(models.Model):
    slug = models.SlugField(max_length=60)
    name_en = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200)
    sector_en = models.CharField(max_length=120)
    sector_ru = models.CharField(max_length=120)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    website = models.URLField()
    since = models.DateField(null=True)
    successor = models.ForeignKey("self", on_delete=models.CASCADE, null=True)

    class Meta:
        managed = False
        db_table = "alliance_organisation"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class Service(models.Model):
    slug = models.SlugField(max_length=60)
    name_en = models.CharField(max_length=120)
    name_ru = models.CharField(max_length=120)
    sort_en = models.CharField(max_length=120)
    sort_ru = models.CharField(max_length=120)

    class Meta:
        managed = False
        db_table = "alliance_service"

    def __str__(self) -> str:
        return self.slug


class Ownership(models.Model):
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    organisation = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="ownerships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "alliance_ownership"

    def __str__(self) -> str:
        return str(self.pk)


class FormerName(models.Model):
    organisation = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="former_names")
    name_en = models.CharField(max_length=200)
    name_ru = models.CharField(max_length=200)
    until = models.DateField()

    class Meta:
        managed = False
        db_table = "alliance_formername"

    def __str__(self) -> str:
        return self.name_en


class Charter(models.Model):
    key = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField()

    class Meta:
        managed = False
        db_table = "alliance_charter"

    def __str__(self) -> str:
        return self.key


class Cycle(models.Model):
    slug = models.SlugField(max_length=30)
    title_en = models.CharField(max_length=80)
    title_ru = models.CharField(max_length=80)
    charter = models.ForeignKey(Charter, on_delete=models.CASCADE)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        managed = False
        db_table = "alliance_cycle"

    def __str__(self) -> str:
        return self.slug


class Report(models.Model):
    organisation = models.ForeignKey(Member, on_delete=models.CASCADE)
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE)
    state = models.CharField(max_length=17)
    due_on = models.DateField()
    late = models.BooleanField()
    submitted_at = models.DateTimeField(null=True)
    respond_by = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "alliance_report"

    def __str__(self) -> str:
        return str(self.pk)
