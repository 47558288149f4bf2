"""The tables of the first floor."""

from practices.models.circles import Affiliation, GroupMembership, LabelPolicy, WorkingGroup
from practices.models.practices import Author, Draft, Opening, Practice, Version

__all__ = [
    "Affiliation",
    "Author",
    "Draft",
    "GroupMembership",
    "LabelPolicy",
    "Opening",
    "Practice",
    "Version",
    "WorkingGroup",
]
