"""Supporters, and files of them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SupporterKind(TextChoices):
    """What sort of body has acceded as a supporter."""

    SCHOOL = "school", _("School")
    KINDERGARTEN = "kindergarten", _("Kindergarten")
    LIBRARY = "library", _("Library")
    UNIVERSITY = "university", _("University or college")
    PARENTS = "parents", _("Parents’ association")
    YOUTH = "youth", _("Youth or volunteer association")
    CULTURE = "culture", _("Museum, club or creative team")
    COMPANY = "company", _("Company")
    OTHER = "other", _("Other")


class ImportRowOutcome(TextChoices):
    """What a row of a file of supporters would become."""

    NEW = "new", _("New")
    UNCLEAR = "unclear", _("May be one that is here")
    KNOWN = "known", _("Here already")
    REPEATED = "repeated", _("Twice in the file")
    FAULTY = "faulty", _("Faulty")


class TwinDecision(TextChoices):
    """What a manager has decided of a row that may be an entry that is here; undecided ones stay out."""

    APART = "apart", _("Two organisations")
    SAME = "same", _("One and the same")
    OUT = "out", _("Leave the row out")


class SupporterState(TextChoices):
    """Until its e-mail is confirmed an entry is not public; an ended one is not listed any more."""

    UNCONFIRMED = "unconfirmed", _("Not confirmed")
    LISTED = "listed", _("In the directory")
    HIDDEN = "hidden", _("Hidden")
    ENDED = "ended", _("Ended")
