"""What carries a label: whose it is, who wrote it, and whom it names as readers."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation
from practices.enums import EARLIER_LABEL, NAMED_LABELS, Label, strictest

# of what the tokens are made
_OWNERS = ("label", "organisation", "author_people")
_READERS = (*_OWNERS, "reader_people", "reader_organisations", "reader_groups")


def id_array() -> ArrayField:
    return ArrayField(models.BigIntegerField(), default=list, blank=True)


def person_token_array() -> ArrayField:
    """People as `access.person_token` writes them."""
    return ArrayField(models.CharField(max_length=41), default=list, blank=True)


def tokens() -> ArrayField:
    """Readers as `practices_reader_tokens` writes them."""
    return ArrayField(models.TextField())


class Part(models.Model):
    """Belongs to a practice, and is seen with it; what was there when the practice was opened has readers of its own.

    These are the readers that the practice had until then, as tokens. Whoever holds none of them does not see the row,
    however many may read the practice now. None: the row is seen by all who see the practice.
    """

    earlier_readers = ArrayField(models.TextField(), null=True, editable=False)

    class Meta:
        abstract = True

    def label_beside(self, label: str) -> str:
        """The label under which it leaves the portal, beside a record of this label: what is earlier is for fewer."""
        return label if self.earlier_readers is None else strictest(label, EARLIER_LABEL)

    @property
    def handling_label(self) -> str:
        """The same beside its practice."""
        label: str = self.practice.label  # type: ignore[attr-defined]  # each model has it
        return self.label_beside(label)


class Labelled(models.Model):
    """Readers stand in arrays on the record. What its label makes of them, PostgreSQL keeps next to them as tokens.

    So a query and the row-level policy read the row alone, and compare its tokens with those that the actor holds.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="%(class)ss")
    author_people = person_token_array()
    label = models.CharField(_("Label"), max_length=12, choices=Label.choices, default=Label.AMBER_STRICT)
    reader_people = person_token_array()
    reader_organisations = id_array()
    reader_groups = id_array()
    # who may read it once it is released, whose it is among them; and whose it is in any state
    reader_tokens = models.GeneratedField(
        expression=Func(*_READERS, function="practices_reader_tokens"), output_field=tokens(), db_persist=True
    )
    owner_tokens = models.GeneratedField(
        expression=Func(*_OWNERS, function="practices_owner_tokens"), output_field=tokens(), db_persist=True
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Forgets the tokens of before an update: they are read again when somebody asks."""
        is_update = not self._state.adding
        super().save(*args, **options)
        if is_update:
            self.__dict__.pop("reader_tokens", None)
            self.__dict__.pop("owner_tokens", None)

    @property
    def is_named(self) -> bool:
        """Whether its readers are named, so that nobody else may learn that it exists."""
        return self.label in NAMED_LABELS
