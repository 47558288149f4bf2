"""Rows that are held back: which ones stay so, and that no policy is handed on that says one of them.

Nobody sees them, so that all of this is read as the portal itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from practices.enums import AttachmentKind
from practices.models import Attachment, Practice
from practices.packs.held_back import PolicyTexts, text_key
from practices.packs.test_set_rows import LabelledRow, labelled_rows, stored_rows
from practices.packs.test_sets import TestSetFile


def texts_held_back(practice: Practice, *, only_shared: bool = False) -> set[str]:
    """The keys of the texts that test sets of the practice hold back."""
    with acting_as(SYSTEM):
        rows = Attachment.objects.filter(practice=practice, kind=AttachmentKind.HELD_ROWS)
        if only_shared:
            rows = rows.filter(belongs_to__shared_at__isnull=False)
        return _text_keys_in(rows)


def texts_given(practice: Practice) -> set[str]:
    """The keys of the texts that versions have given out."""
    with acting_as(SYSTEM):
        rows = Attachment.objects.filter(practice=practice, kind=AttachmentKind.TEST_SET)
        return _text_keys_in(rows.filter(shared_at__isnull=False))


def _text_keys_in(rows: QuerySet[Attachment]) -> set[str]:
    paths = dict(rows.values_list("sha256", "file"))
    return {text_key(row["text"]) for path in paths.values() for row in stored_rows(files.read(path))}


def working_test_set(practice: Practice) -> Attachment | None:
    """The test set of the working copy."""
    rows = Attachment.objects.filter(practice=practice, kind=AttachmentKind.TEST_SET, removed_at__isnull=True)
    return rows.order_by("pk").last()


def rows_to_keep(
    practice: Practice, parsed: TestSetFile, content: Mapping[str, Any]
) -> Iterator[LabelledRow]:
    """The rows that the working copy holds back and the file does not have, as long as the policy has their class.

    An id that the file gives to another row is exchanged: answers to it are to that row from now on.
    """
    texts, ids = {text_key(row.text) for row in parsed.rows}, {row.id for row in parsed.rows}
    classes = {row["key"] for row in content.get("classes", [])}
    for row in rows_held_back_of(working_test_set(practice)):
        if text_key(row.text) not in texts and row.class_key in classes:
            row_id = row.id if row.id not in ids else f"held-{text_key(row.text)}"
            yield replace(row, id=row_id)


def rows_held_back_of(test_set: Attachment | None) -> list[LabelledRow]:
    """The rows that are held back of it. For the portal's own work: nobody is given them."""
    with acting_as(SYSTEM):
        row = Attachment.objects.filter(belongs_to=test_set, kind=AttachmentKind.HELD_ROWS).first()
    if test_set is None or row is None:
        return []
    return [replace(each, is_held_back=True) for each in labelled_rows(files.read(row.file))]


def refuse_shown_rows(practice: Practice, content: Mapping[str, Any]) -> None:
    """Refuse to hand on a policy that says what its test set holds back: readers would have the row by it."""
    rows = rows_held_back_of(working_test_set(practice))
    policy = PolicyTexts(content) if rows else None
    shown = next((row for row in rows if policy is not None and policy.hold(row.text)), None)
    if shown is not None:
        message = _(
            "The policy says a row that its test set holds back: “%(text)s”. Take it out of the policy, or add the "
            "test set again: then this row is given out."
        )
        raise DomainError(message % {"text": shown.text[:80]})
