"""What of the running portal needs a person: a sentence for each, why, and where it is put right; the worst first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.queries.files import DamageRow
from portal.kernel.mail import DelayedLetters
from portal.kernel.monitoring import LIMITS, MOST_CONNECTIONS, MOST_DISK
from portal.kernel.operations import LATE_AFTER, Condition, ProgramState
from portal.kernel.text import format_figure, format_moment, format_span

_WEBHOOK_TERM = timedelta(days=1)  # what fails for less puts itself right, or its organisation does
_NAMED_ONE_BY_ONE = 3


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that needs a person. `url` leads to where something can be done; it may be a place on the page."""

    icon: str
    title: str
    detail: str
    url: str
    label: str
    is_urgent: bool = False


Facts = Mapping[str, Any]


def find_concerns(facts: Facts) -> Sequence[Concern]:
    """Everything that needs a person, as the facts of the page have it."""
    concerns = [
        *_damages(facts["damages"], facts["damage_count"]),
        *_chain(facts),
        *_schema(facts),
        *(concern for program in facts["programs"].values() for concern in _program(program)),
        *_work(facts),
        *_mail(facts["delayed_letters"]),
        *_copies(facts["copies_stale_for"]),
        *_ages(facts),
        *_failed_backups(facts),
        *_webhooks(facts),
        *_room(facts),
    ]
    return sorted(concerns, key=lambda concern: not concern.is_urgent)


def _damages(rows: Sequence[DamageRow], count: int) -> Iterator[Concern]:
    if not rows:
        return
    sentence = ngettext("%(n)s stored file is damaged", "%(n)s stored files are damaged", count)
    first = rows[0]
    names = ", ".join(organisation.name for organisation in first.owners)
    detail = _("found %(at)s, %(how)s") % {
        "at": format_moment(first.damage.detected_at),
        "how": first.damage.get_detected_by_display(),
    }
    yield Concern(
        "file-x",
        sentence % {"n": format_figure(count)},
        f"{names}; {detail}" if names else detail,
        "#damaged-files",
        _("Restore damaged files"),
        is_urgent=True,
    )


def _chain(facts: Facts) -> Iterator[Concern]:
    check = facts["chain_check"]
    if check is not None and check.broken_at:
        yield Concern(
            "unlink",
            _("The record is not as it was published"),
            _("from publication No. %(number)s on, since %(at)s")
            % {"number": check.broken_at, "at": format_moment(check.broken_since)},
            "#chain-heading",
            _("See the check"),
            is_urgent=True,
        )


def _schema(facts: Facts) -> Iterator[Concern]:
    missing = facts["database"].missing_migrations
    if missing:
        sentence = ngettext(
            "The database lacks %(n)d migration", "The database lacks %(n)d migrations", missing
        )
        yield Concern(
            "database",
            sentence % {"n": missing},
            _("this code is newer than the database: run “migrate”"),
            "#versions-heading",
            _("See the versions"),
            is_urgent=True,
        )


_SENTENCES: Mapping[tuple[str, Condition], str | Promise] = {
    ("worker", Condition.AWAY): gettext_lazy("No worker answers: letters and documents wait"),
    ("worker", Condition.UNKNOWN): gettext_lazy("It is not known whether workers run"),
    ("sweeper", Condition.AWAY): gettext_lazy("The sweeper gives no sign: workers are not woken"),
    ("beat", Condition.AWAY): gettext_lazy("The schedule gives no sign: reminders come late"),
    ("beat", Condition.UNKNOWN): gettext_lazy("It is not known whether the schedule runs"),
    ("broker", Condition.AWAY): gettext_lazy("The broker does not answer: work waits"),
    ("cache", Condition.AWAY): gettext_lazy("The cache does not answer: pages are slower"),
    ("storage", Condition.AWAY): gettext_lazy("The storage of files takes nothing: uploads are refused"),
    ("storage", Condition.MISSING): gettext_lazy("The folder or bucket of files is not there: nothing is stored"),
    ("storage", Condition.RESTORING): gettext_lazy("A restore has not finished: what was purged or erased may be back"),
    ("storage", Condition.LATE): gettext_lazy("The storage of files is slow: uploads and downloads take long"),
    ("replica", Condition.AWAY): gettext_lazy("The replica does not answer: the primary serves its readers too"),
    ("replica", Condition.LATE): gettext_lazy("The replica is behind: the primary serves its readers too"),
    ("scanner", Condition.AWAY): gettext_lazy("The virus scanner does not answer: new files wait for it"),
}  # fmt: skip
# what to do, where that is more than to look at the program
_ADVICE: Mapping[tuple[str, Condition], str | Promise] = {
    ("storage", Condition.MISSING): gettext_lazy(
        "no file is lost by this, and nothing is made in its place: mount its disk, or name the right folder or bucket"
    ),
    ("storage", Condition.RESTORING): gettext_lazy(
        "stop the portal, and start “restore” again with the same archive"
    ),
    ("storage", Condition.LATE): gettext_lazy(
        "the portal serves all the same: look at the disk, the network or the store"
    ),
}
_DOWN = (Condition.AWAY, Condition.MISSING, Condition.RESTORING)
_URGENT_PROGRAMS = ("worker", "sweeper", "storage")


def _program(program: ProgramState) -> Iterator[Concern]:
    if program.runs:
        return
    yield Concern(
        "server-crash" if program.condition in _DOWN else "circle-question-mark",
        str(_SENTENCES[program.name, program.condition]),
        str(_ADVICE.get((program.name, program.condition), "")) or _last_sign(program),
        "#programs-heading",
        _("See the programs"),
        is_urgent=program.name in _URGENT_PROGRAMS and program.condition in _DOWN,
    )


def _last_sign(program: ProgramState) -> str:
    if program.behind is not None:
        return _("%(span)s behind") % {"span": format_span(program.behind)}
    if program.is_asked_now:
        return _("asked just now")
    if program.seen_at is None:
        return _("there was no sign yet")
    if program.condition is Condition.UNKNOWN:
        return _("not known since %(at)s") % {"at": format_moment(program.seen_at)}
    return _("last sign: %(at)s") % {"at": format_moment(program.seen_at)}


def _work(facts: Facts) -> Iterator[Concern]:
    waited: timedelta = facts["oldest_wait"]
    if waited > LATE_AFTER:
        yield Concern(
            "clock-alert",
            _("Background jobs are late"),
            _("the oldest has waited for %(span)s") % {"span": format_span(waited)},
            "#work-heading",
            _("See the jobs"),
            is_urgent=True,
        )
    failed = sum(count.failed for count in facts["kinds"].values())
    if failed:
        sentence = ngettext("%(n)s job has failed", "%(n)s jobs have failed", failed)
        yield Concern(
            "circle-alert",
            sentence % {"n": format_figure(failed)},
            _("each was tried eight times, and waits for a decision"),
            "#failed-heading",
            _("Look at them"),
        )
    on_hold = sum(count.on_hold for count in facts["kinds"].values())
    if facts["restoration"] is not None:
        sentence = ngettext("%(n)s message is held", "%(n)s messages are held", on_hold)
        yield Concern(
            "pause",
            sentence % {"n": format_figure(on_hold)},
            _("the portal was restored from a backup: they may already have been sent"),
            reverse("secretariat:on-hold-list"),
            _("Review held messages"),
        )


def _mail(letters: DelayedLetters) -> Iterator[Concern]:
    if letters.oldest_at is None or timezone.now() - letters.oldest_at <= LIMITS["mail"]:
        return
    sentence = ngettext(
        "The mail server has not taken %(n)s letter yet",
        "The mail server has not taken %(n)s letters yet",
        letters.count,
    )
    yield Concern(
        "mail-x",
        sentence % {"n": format_figure(letters.count)},
        _("the oldest is from %(at)s; they are tried again by themselves")
        % {"at": format_moment(letters.oldest_at)},
        reverse("secretariat:job-list"),
        _("See why"),
    )


def _copies(stale_for: timedelta | None) -> Iterator[Concern]:
    if stale_for is not None and stale_for > LIMITS["copies"]:
        yield Concern(
            "globe",
            _("Readers may see earlier copies of public pages"),
            _("for %(span)s the network in front has not been told to drop them; workers do that")
            % {"span": format_span(stale_for)},
            "#work-heading",
            _("See the jobs"),
            is_urgent=True,
        )


def _ages(facts: Facts) -> Iterator[Concern]:
    sentences = (
        ("backup_age", "archive", _("There is no backup yet"),
         _("The last backup is %(span)s old"), "#backups-heading"),
        ("copy_age", "copy", _("No backup has been copied elsewhere yet"),
         _("The last copy of a backup elsewhere is %(span)s old"), "#backups-heading"),
        ("scrub_age", "hard-drive", _("Stored files have never been read through"),
         _("Stored files were last read through %(span)s ago"), "#stored-heading"),
        ("chain_age", "link", _("The chain of publications has never been computed"),
         _("The chain of publications was last computed %(span)s ago"), "#chain-heading"),
    )  # fmt: skip
    for name, icon, never, old, url in sentences:
        row = facts[name]
        if row is not None and row.is_over:
            yield Concern(
                icon,
                never if row.age is None else old % {"span": format_span(row.age)},
                _("the limit is %(span)s") % {"span": format_span(row.limit)},
                url,
                _("See"),
            )


def _failed_backups(facts: Facts) -> Iterator[Concern]:
    sentences = {
        "backup": _("The last backup failed"),
        "verify": _("The last backup that was read back is not whole"),
        "copy": _("The last copy of a backup elsewhere failed"),
        "drill": _("The last trial of a restore failed"),
    }
    for kind, sentence in sentences.items():
        runs = facts["backup_runs"][kind]
        if runs.has_failed:
            yield Concern(
                "archive",
                sentence,
                f"{format_moment(runs.last.at)}: {runs.last.detail}",
                "#backups-heading",
                _("See"),
                is_urgent=kind == "verify",
            )


def _webhooks(facts: Facts) -> Iterator[Concern]:
    lasting = [row for row in facts["failing_webhooks"] if row.failing_for > _WEBHOOK_TERM]
    for row in lasting[:_NAMED_ONE_BY_ONE]:
        yield Concern(
            "webhook",
            _("A webhook of %(organisation)s has failed for %(span)s")
            % {"organisation": row.organisation.name, "span": format_span(row.failing_for)},
            _("it switches itself off on %(at)s") % {"at": format_moment(row.webhook.off_at)},
            "#webhooks-heading",
            _("See"),
        )
    others = len(lasting) - _NAMED_ONE_BY_ONE
    if others > 0:
        sentence = ngettext("%(n)d more webhook fails", "%(n)d more webhooks fail", others)
        yield Concern("webhook", sentence % {"n": others}, "", "#webhooks-heading", _("See"))


def _room(facts: Facts) -> Iterator[Concern]:
    disk, database = facts["disk"], facts["database"]
    if disk is not None and disk.share > MOST_DISK:
        yield Concern(
            "hard-drive",
            _("The disk of the data folder is %(percent)s full") % {"percent": f"{disk.percent} %"},
            _("when there is no room left, uploads are refused"),
            "#disk-heading",
            _("See"),
            is_urgent=True,
        )
    if database.connections > MOST_CONNECTIONS * database.most_connections:
        yield Concern(
            "database",
            _("The database server has few connections left"),
            f"{database.connections} / {database.most_connections}",
            "#versions-heading",
            _("See"),
        )
