"""The page of operations: what needs a person first, never green where nobody can know, each thing with a way on."""

import re
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone, translation

from alliance.queries.files import MAX_DAMAGE_ROWS
from alliance.web.secretariat import failed_jobs
from portal.kernel import jobs, monitoring, webhooks
from portal.kernel.access import acting_as
from portal.kernel.files import FileDamage, Scrub
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.monitoring import LIMITS, BackupRun, Heartbeat, StorageState
from portal.kernel.notices import Delivery
from portal.kernel.publishing import ChainCheck, stale_copies
from portal.kernel.text import format_moment, format_span
from portal.kernel.webhooks import Webhook, WebhookDelivery
from tests.factories import Cast
from tests.support.manifests import DEPLOY
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def servers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the servers answer: all of them are there."""
    answers: dict[str, Any] = {"broker": True, "cache": True, "storage": StorageState.OK}
    monkeypatch.setattr(monitoring, "broker_answers", lambda seconds: answers["broker"])
    monkeypatch.setattr(monitoring, "cache_answers", lambda seconds: answers["cache"])
    monkeypatch.setattr(monitoring, "storage_state", lambda probe, missing, seconds: answers["storage"])
    return answers


@pytest.fixture
def running() -> None:
    """Everything has given its sign a moment ago, and was checked and backed up."""
    now = timezone.now()
    for kind in ("sweeper", "beat", "backup"):
        Heartbeat.objects.create(name=kind, kind=kind, seen_at=now)
    Heartbeat.objects.create(name="worker@one", kind="worker", seen_at=now, answered_at=now)
    Scrub.objects.create(finished_at=now, files=3)
    ChainCheck.objects.create(checked_at=now)
    Job.objects.all().delete()


def page(cast: Cast, name: str = "mona", route: str = "operations") -> Any:
    return signed_in(getattr(cast, name)).get(reverse(f"secretariat:{route}"))


def concerns(cast: Cast) -> str:
    text = words_of(page(cast))
    return text[text.index("Needs a person") : text.index("Programs Program")]


def fail(kind: str, error: str = "builtins.ValueError") -> Job:
    jobs.enqueue(kind, key=f"{kind}:1", payload={"thing": 7})
    Job.objects.filter(kind=kind).update(state="dead", attempts=8, last_error=error)
    return Job.objects.get(kind=kind)


def test_the_page_without_faults(cast: Cast, running: None) -> None:
    text = words_of(page(cast))
    assert "Everything runs Nothing needs a person." in text
    assert "Needs a person" not in text
    assert "Workers letters, documents and other jobs runs" in text
    # in Russian too, for whoever may only read
    with translation.override("ru"):
        cast.rita.language = "ru"
        cast.rita.save(update_fields=["language"])
        assert "Всё работает" in words_of(page(cast, "rita"))


def test_with_a_dead_broker_what_it_carries_is_unknown_and_never_green(
    cast: Cast, running: None, servers: dict[str, Any]
) -> None:
    servers["broker"] = False
    text = words_of(page(cast))
    assert page(cast).status_code == 200
    for words in (
        "The broker does not answer: work waits",
        "It is not known whether workers run",
        "It is not known whether the schedule runs",
    ):
        assert words in text
    assert "Workers letters, documents and other jobs not known since" in text
    # what workers look at is not green either, however lately it was looked at
    stored = text[text.index("Stored files") : text.index("Backups")]
    assert ("not known since" in stored, "in time" in stored) == (True, False)
    assert "Everything else runs" not in text


def test_dead_workers_and_a_dead_sweeper_are_reported_with_their_last_sign(cast: Cast, running: None) -> None:
    long_ago = timezone.now() - timedelta(hours=3)
    Heartbeat.objects.filter(kind="worker").update(answered_at=long_ago)
    assert "No worker answers: letters and documents wait last sign:" in concerns(cast)
    assert "It is not known whether the schedule runs" in concerns(cast)

    Heartbeat.objects.filter(kind="sweeper").delete()
    text = concerns(cast)
    assert "The sweeper gives no sign: workers are not woken there was no sign yet" in text
    assert "It is not known whether workers run" in text


def test_overdue_ages_are_reported_with_their_limit(cast: Cast, running: None) -> None:
    Heartbeat.objects.filter(kind="backup").update(seen_at=timezone.now() - timedelta(hours=50))
    Scrub.objects.all().delete()
    scrub = Scrub.objects.create()
    text = words_of(page(cast))  # the first reading has begun: it is not green, and not late
    assert "All stored files read not yet limit: 14 days" in text.replace("\xa0", " ")
    assert "never been read through" not in text

    scrub.delete()
    text = concerns(cast)
    assert "The last backup is 2 days old the limit is 36 hours" in text.replace("\xa0", " ")
    assert "Stored files have never been read through" in text


def note(kind: str, *, days: int = 0, **fields: Any) -> None:
    run = BackupRun.objects.create(kind=kind, archive=f"portal-{days}.tar", **fields)
    BackupRun.objects.filter(pk=run.pk).update(at=timezone.now() - timedelta(days=days))


def test_the_last_nights_say_what_became_of_their_backups(cast: Cast, running: None) -> None:
    assert "No copy is noted of the last year." in words_of(page(cast))
    assert set(re.findall('<li class="([a-z-]+)" title', page(cast).text)) == {"not-noted"}

    for days in (20, 9, 8, 6, 5, 3, 2, 1, 0):
        note("backup", days=days, bytes=44_000_000)
    note("backup", days=7, outcome="failed", detail="There is no room.")
    note("backup", days=5, outcome="failed", detail="There is no room.")  # tried again on the same day
    note("backup", days=1, outcome="damaged")
    note("backup", days=4, outcome="damaged")
    note("verify")
    note("drill", days=40, seconds=2460)
    text = page(cast).text

    nights = re.findall('<li class="([a-z-]+)" title', text)
    assert nights == ["missing"] * 4 + ["good"] * 2 + [
        "failed",
        "good",
        "good",
        "damaged",
        "good",
        "good",
        "good",
        "good",
    ]
    words = words_of(page(cast)).replace("\xa0", " ")
    assert "42.0 MB · read back, every digest is equal" in words
    assert "portal-40.tar · took 41 minutes" in words
    assert "Everything runs" in words  # no copy was ever noted: nobody is warned of it


def test_what_failed_last_of_backups_needs_a_person(cast: Cast, running: None) -> None:
    note("copy", days=3)
    assert "The last copy of a backup elsewhere is 3 days old the limit is 36 hours" in concerns(
        cast
    ).replace("\xa0", " ")

    for kind in ("backup", "verify", "copy", "drill"):
        note(kind, outcome="failed", detail="The connection was reset.")
    text = concerns(cast)
    for sentence in (
        "The last backup failed", "The last backup that was read back is not whole",
        "The last copy of a backup elsewhere failed", "The last trial of a restore failed",
    ):  # fmt: skip
        assert sentence in text
    assert text.count(": The connection was reset.") == 4

    for kind in ("backup", "verify", "copy", "drill"):
        note(kind)
    assert "Everything runs" in words_of(page(cast))


def test_work_that_failed_is_tried_again_or_has_another_way(cast: Cast, running: None) -> None:
    fail("build_open_data")
    gone = fail("check_supporters", "alliance.models.supporters.SupporterImport.DoesNotExist")
    fail("send_letter_of_nobody", "portal.kernel.files.errors.DamagedFile")
    answer = page(cast)
    text = words_of(answer)

    assert "3 jobs have failed each was tried eight times" in text
    assert "What it is about is no longer there: trying again cannot help." in text
    assert reverse("secretariat:supporter-import-list") in answer.text
    assert reverse("secretariat:job-retry", args=[gone.pk]) not in answer.text
    assert "It needs a file that is damaged: restore it first." in text
    # the list of all has the same; who may not act reads that
    assert "Upload again" in words_of(page(cast, route="job-list"))
    rita = page(cast, "rita")
    assert ("Only managers can do this." in words_of(rita), "/retry/" in rita.text) == (True, False)


def test_every_other_way_leads_somewhere() -> None:
    job = Job(payload={})
    for kind in failed_jobs._OTHER_WAYS:
        job.kind = kind
        row = failed_jobs.JobRow(job, "", failed_jobs.JobSubject(""))
        assert row.other_way is not None
        assert row.other_way[0].startswith("/secretariat/")


def test_a_webhook_that_fails_names_its_organisation_and_nothing_of_what_it_is_sent(
    cast: Cast, running: None
) -> None:
    with acting_as(cast.actor("sven")) as actor:
        webhook, _secret = webhooks.create_webhook(
            actor, name="Inner name", address="https://inner.example.org/key", kinds=["cycle.opened"]
        )
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=2))
    event = Event.objects.filter(kind="webhook.create").get()
    WebhookDelivery.objects.create(webhook=webhook, event=event, kind="cycle.opened", message_id="msg_1")
    answer = page(cast)

    text = words_of(answer).replace("\xa0", " ")
    assert "A webhook of Aurora Video has failed for 2 days it switches itself off on" in text
    assert "1 message waits" in text
    assert reverse("secretariat:member-letter-send", args=[cast.aurora.pk]) in answer.text
    for hidden in ("Inner name", "inner.example.org"):
        assert hidden not in answer.text


def test_stale_copies_in_the_cdn_are_reported(cast: Cast, running: None, settings: Any) -> None:
    settings.CDN_PURGE_URL = "https://cdn.example.org/purge"
    jobs.enqueue("purge_cdn", key="purge:1", payload={})
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=5, seconds=40), next_at=timezone.now())
    assert "Readers may see earlier copies of public pages for 5 minutes" in concerns(cast).replace(
        "\xa0", " "
    )

    # a later order that was taken has covered it
    jobs.enqueue("purge_cdn", key="purge:2", payload={})
    now = timezone.now()
    Job.objects.filter(dedupe_key="purge:2").update(state="done", done_at=now, lease_until=now + jobs.LEASE)
    assert stale_copies() == timedelta(0)
    assert "earlier copies" not in words_of(page(cast))


def test_letters_that_wait_are_those_that_should_be_sent_by_now(cast: Cast, running: None) -> None:
    now = timezone.now()
    jobs.enqueue("send_digest", key="digest", payload={})
    jobs.enqueue("send_bundle", key="of tomorrow", payload={}, at=now + timedelta(hours=9))
    jobs.enqueue("route_event", key="event", payload={})
    jobs.enqueue("send_webhook", key="message", payload={})

    assert "Mail Sent messages Sent today 0 Waiting 1 Came back" in words_of(page(cast))


@pytest.mark.parametrize(
    ("error", "minutes", "is_shown"),
    [
        ("portal.kernel.mail.smtp_connection.ServerUnreachable", 20, True),
        ("smtplib.SMTPAuthenticationError", 20, True),
        ("smtplib.SMTPRecipientsRefused", 10, False),  # some servers ask every stranger to come again
        ("builtins.ValueError", 20, False),
        ("", 20, False),
    ],
)
def test_letters_that_the_mail_server_does_not_take_need_a_person(
    cast: Cast, running: None, error: str, minutes: int, is_shown: bool
) -> None:
    """Each of them is due for moments alone, so that no job seems to be late."""
    now = timezone.now()
    jobs.enqueue("send_delivery", key="letter", payload={})
    Job.objects.update(
        last_error=error, created_at=now - timedelta(minutes=minutes), next_at=now + timedelta(seconds=15)
    )

    words = words_of(page(cast))

    assert ("The mail server has not taken 1 letter yet" in words) == is_shown
    assert ("Not taken yet by the mail server 1" in words) == ("mail" in error or "smtp" in error)
    assert "Background jobs are late" not in words


def test_returned_letters_are_counted_as_far_as_their_list_shows_them(cast: Cast, running: None) -> None:
    for target in (
        "alliance.cycle",
        "practices.practice",
    ):  # a practice that the secretariat may not read, or is gone
        event = Event.objects.create(kind="any", actor_kind="system", target_type=target, target_id=1)
        Delivery.objects.create(
            event=event, channel="email", recipient=cast.alice, tenant_id=cast.aurora.pk, state="bounced"
        )

    assert re.search("Came back in 7.days E-mail returned: 1 ", words_of(page(cast)))


def test_letters_that_a_mail_server_took_today_are_counted(cast: Cast, running: None) -> None:
    now = timezone.now()
    for days in (0, 2):
        event = Event.objects.create(
            kind="any", actor_kind="system", target_type="alliance.cycle", target_id=1
        )
        Delivery.objects.create(
            event=event, channel="email", recipient=cast.alice, tenant_id=cast.aurora.pk, state="sent",
            sent_at=now - timedelta(days=days),
        )  # fmt: skip

    moment = format_moment(now).replace("\xa0", " ")
    assert f"Sent today 1 the last one {moment}" in words_of(page(cast))


def test_all_damaged_files_are_counted_and_the_first_ones_shown(cast: Cast, running: None) -> None:
    for number in range(7):
        FileDamage.objects.create(
            path=f"files/{number}",
            sha256=f"{number}" * 64,
            actual_sha256="f" * 64,
            actual_size=1,
            detected_by="scrub",
        )
    text = words_of(page(cast))

    assert "7 stored files are damaged" in text
    assert text.count("This file is damaged") == MAX_DAMAGE_ROWS
    assert f"{7 - MAX_DAMAGE_ROWS} more files are damaged. They come here when these are restored." in text


def test_the_page_refreshes_itself_until_refreshing_is_stopped(cast: Cast, running: None) -> None:
    mona = signed_in(cast.mona)
    url, state = reverse("secretariat:operations"), reverse("secretariat:operations-state")
    moving, still, part = mona.get(url).text, mona.get(url, {"still": "1"}).text, mona.get(state).text

    assert f'hx-get="{state}"' in moving
    assert 'href="?still=1"' in moving
    assert state not in still
    assert "Look again by itself" in still
    assert ("Everything runs" in part, "<html" in part) == (True, False)
    # what is swapped in gives the focus back by its id
    links = re.findall(r"<(?:a|button)\b[^>]*>", part)
    assert [link for link in links if " id=" not in link] == []


def test_limits_are_those_of_the_alerts() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    expressions = {rule["alert"]: rule["expr"] for rule in rules["groups"][0]["rules"]}
    alerts = {
        "worker": "PortalWorkerSilent", "sweeper": "PortalWorkerSilent", "beat": "PortalScheduleSilent",
        "backup": "PortalNoBackup", "scrub": "PortalFilesUnchecked", "chain": "PortalChainUnchecked",
        "replica": "PortalReplicaAway", "copies": "PortalCopiesStale", "mail": "PortalLettersDelayed",
    }  # fmt: skip
    assert alerts.keys() == LIMITS.keys()
    for name, alert in alerts.items():
        seconds = max(int(number) for number in re.findall(r"> (\d+)", expressions[alert]))
        assert timedelta(seconds=seconds) == LIMITS[name], name


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=9), "9 seconds"),
        (timedelta(seconds=119), "119 seconds"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=12, hours=23), "12 days"),
        (timedelta(seconds=-3), "0 seconds"),
    ],
)
def test_a_time_span_is_formatted_in_its_largest_unit(span: timedelta, words: str) -> None:
    assert format_span(span).replace("\xa0", " ") == words


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (StorageState.SLOW, "The storage of files is slow: uploads and downloads take long"),
        (StorageState.MISSING, "The folder or bucket of files is not there: nothing is stored"),
        (StorageState.RESTORING, "A restore has not finished: what was purged or erased may be back"),
        (StorageState.FAILING, "The storage of files takes nothing: uploads are refused"),
    ],
)
def test_a_storage_that_is_slow_and_one_that_is_gone_are_two_things(
    cast: Cast, servers: dict[str, Any], state: StorageState, words: str
) -> None:
    servers["storage"] = state

    text = concerns(cast)

    assert words in text
    assert ("mount its disk" in text) == (state is StorageState.MISSING)
    assert ("start “restore” again" in text) == (state is StorageState.RESTORING)
    assert ("the portal serves all the same" in text) == (state is StorageState.SLOW)


def test_operations_shows_the_size_of_stored_files_and_the_clock_gap(cast: Cast, running: None) -> None:
    Scrub.objects.update(bytes=3 * 1024**2)
    text = words_of(page(cast)).replace("\N{NO-BREAK SPACE}", " ")

    assert "Stored files took 3.0 MB of it at the last check" in text
    assert "ms off the clock of the database" in text
