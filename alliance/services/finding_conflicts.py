"""Two who decide about one finding: the second reads what the first has said before anything is done."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.enums import FindingEntryKind
from alliance.models import Finding, FindingEntry
from alliance.workflows import FINDING
from portal.kernel.access import Actor, require
from portal.kernel.errors import WrongState
from portal.kernel.text import format_date, format_moment


def lock_as_read(actor: Actor, finding: Finding, action: str, seen: str | None) -> None:
    """Lock the finding before its state is asked: who was quicker is read with what they have said.

    Raises Forbidden, or as `refuse_unread_entry`.
    """
    locked = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    require(actor, FINDING.rule(action), locked)
    refuse_unread_entry(locked, seen)


def refuse_unread_entry(finding: Finding, seen: str | None) -> None:
    """Raise WrongState with the last entry, where it is another one than the actor was shown."""
    entry = finding.entries.select_related("written_by").last()
    if entry is None or seen in (None, str(entry.pk)):
        return
    withdrawn = _("Since then %(name)s has withdrawn the finding, on %(at)s.")
    sentences = {
        FindingEntryKind.CLAIM: _("Since then %(name)s has reported the finding done, on %(at)s."),
        FindingEntryKind.CARRY: _("Since then %(name)s has carried the finding on to %(day)s, on %(at)s."),
        FindingEntryKind.COMPLETE: _("Since then %(name)s has recorded the finding as done, on %(at)s."),
        FindingEntryKind.REOPEN: _("Since then %(name)s has opened the finding again, on %(at)s."),
        FindingEntryKind.EDIT: _("Since then %(name)s has edited the finding, on %(at)s."),
        FindingEntryKind.REDRAFT: _("Since then %(name)s has edited the finding, on %(at)s."),
        FindingEntryKind.WITHDRAW: withdrawn,
        FindingEntryKind.DISCARD: withdrawn,
    }
    facts = {"name": entry.written_by.name, "at": format_moment(entry.written_at)}
    sentence = sentences[FindingEntryKind(entry.kind)] % {**facts, "day": format_date(finding.due_on)}
    raise WrongState(
        " ".join([sentence, *_words(finding, entry), _("Nothing was done: read it, then decide.")])
    )


def _words(finding: Finding, entry: FindingEntry) -> list[str]:
    """What was said with the entry; of an edit, which has what stood there before, all that stands there now."""
    if not entry.is_edit:
        return [_("“%(words)s”") % {"words": entry.text}] if entry.text else []
    now = _("It says now: “%(words)s”, due on %(day)s.")
    return [
        now % {"words": finding.text, "day": format_date(finding.due_on)},
        pgettext("finding", "It is published beside the verdict.")
        if finding.public
        else pgettext("finding", "It is not published."),
    ]
