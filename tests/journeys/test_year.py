"""A year of a small alliance under a moved clock, and the ledger of its letters: who was sent what, when, how often."""

import os
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings

from alliance.enums import ReportState, Role
from alliance.models import Commitment, Cycle, Invitation, Measure, Person, Report, Site
from alliance.services.cycles import (
    CyclePlan,
    open_cycle,
    plan_cycle,
    publish_cycle,
)
from alliance.services.invitation_tokens import invitation_token_of
from alliance.services.invitations import accept_invitation, invite_person
from alliance.services.obligations import exempt_report
from alliance.services.responses import respond_to_verdicts
from alliance.services.reviews import conclude_report, give_verdict, request_changes, start_review
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submissions import submit_report
from alliance.services.tokens import create_token
from portal.celery import app
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Pace
from portal.kernel.text import NO_BREAK
from tests.factories import Cast, make_organisation, make_person, read_charter
from tests.factories.cycles import make_cycle, make_report
from tests.support.calendar import MIDNIGHT, Calendar, send_waiting_letters
from tests.support.digest_days import choose_pace
from tests.support.jobs import run_all_jobs
from tests.support.working_copies import fill_report

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BEGIN, END = date(2027, 1, 11), date(2027, 12, 31)
LEDGER = Path(__file__).with_name("year_of_letters.md")
_HEAD = """# A year of letters

What a small alliance is sent by e-mail in 2027, as `test_year.py` plays it: day and time in Moscow, to whom, what.
Sven lives in Vladivostok and reads Russian; Rita chose a digest once a day. `WRITE_LEDGER=1` writes this table anew.

| day | time | to | letter |
|---|---|---|---|
"""
# what comes round by the schedule, but digests, what waits for a morning, and files of which nobody is notified
_FILES = ("alliance.enqueue_open_data", "alliance.prepare_cycle_documents")
_SCHEDULE = [
    entry["task"]
    for entry in portal_settings.CELERY_BEAT_SCHEDULE.values()
    if not entry["task"].startswith("portal.") and entry["task"] not in _FILES
]


class Year:
    """The story: what the people do, by day, and the letters that follow."""

    def __init__(self, cast: Cast, calendar: Calendar, letters: list[Any]) -> None:
        self.cast, self.calendar, self.letters = cast, calendar, letters
        self.cycle = Cycle()
        self.lines: list[tuple[str, str, str, str]] = []
        self.acts: dict[date, Callable[[], object]] = {
            date(2027, 1, 12): self.open_the_cycle,
            date(2027, 1, 20): self.exempt_cedar,
            date(2027, 2, 22): self.alice_asks_for_sign_off,
            date(2027, 3, 1): lambda: self.submit("sven", "aurora-video"),
            date(2027, 3, 10): lambda: self.request_changes("aurora-video"),
            date(2027, 3, 18): self.carol_files_late,
            date(2027, 3, 26): lambda: self.submit("sven", "aurora-video"),
            date(2027, 4, 5): lambda: self.conclude("aurora-video"),
            date(2027, 4, 6): lambda: self.conclude("beacon-search"),
            date(2027, 4, 19): self.sven_replies,
            date(2027, 5, 4): self.publish,
            date(2027, 6, 1): self.alice_makes_a_token,
            date(2027, 6, 7): self.sven_invites_nina,
            date(2027, 6, 9): self.nina_accepts,
        }

    def play(self) -> None:
        """Each day: beat at midnight, in Sven's morning, in everybody else's; what people do at eleven."""
        while self.calendar.today <= END:
            day = self.calendar.today
            self.calendar.set(day, MIDNIGHT)
            self.come_round()
            for at in (time(2), time(9)):
                self.calendar.set(day, at)
                send_waiting_letters()
                self.take_letters()
            self.calendar.set(day, time(11))
            if day in self.acts:
                self.acts[day]()
            run_all_jobs()
            send_waiting_letters()
            self.take_letters()
            self.calendar.pass_days(1)

    def come_round(self) -> None:
        for task in _SCHEDULE:
            app.tasks[task]()
        run_all_jobs()
        send_waiting_letters()
        self.take_letters()

    def take_letters(self) -> None:
        """Enter what was sent since."""
        names = dict(Person.objects.values_list("email", "name"))
        for letter in self.letters:
            (address,) = letter.to
            moment = (self.calendar.today.isoformat(), self.calendar.now.strftime("%H:%M"))
            self.lines.append((*moment, names.get(address, address), letter.subject.replace(NO_BREAK, " ")))
        self.letters.clear()

    # --- What people do ---

    def report(self, slug: str) -> Report:
        return Report.objects.select_related("organisation", "cycle").get(
            organisation__slug=slug, cycle=self.cycle
        )

    def open_the_cycle(self) -> None:
        plan = CyclePlan(
            "2026-h2",
            {"en": "Half 2 of 2026", "ru": "2026 год, полугодие 2"},
            read_charter(),
            date(2026, 7, 1),
            date(2026, 12, 31),
            date(2027, 3, 1),
        )
        with acting_as(self.cast.actor("mona")) as mona:
            self.cycle = open_cycle(mona, plan_cycle(mona, plan))

    def exempt_cedar(self) -> None:
        with acting_as(self.cast.actor("mona")) as mona:
            exempt_report(mona, self.report("cedar"), "It joined in December.")

    def alice_asks_for_sign_off(self) -> None:
        report = self.report("aurora-video")
        fill_report(self.cast.actor("alice"), report)
        with acting_as(self.cast.actor("alice")) as alice:
            ask_for_sign_off(alice, report)

    def submit(self, name: str, slug: str) -> None:
        with acting_as(self.cast.actor(name)) as actor:
            submit_report(actor, self.report(slug))

    def carol_files_late(self) -> None:
        fill_report(self.cast.actor("carol"), self.report("beacon-search"))
        self.submit("carol", "beacon-search")

    def request_changes(self, slug: str) -> None:
        with acting_as(self.cast.actor("rita")) as rita:
            request_changes(rita, start_review(rita, self.report(slug)), "Give the source of each figure.")

    def conclude(self, slug: str) -> None:
        charter = read_charter()
        with acting_as(self.cast.actor("rita")) as rita:
            report = start_review(rita, self.report(slug))
            for measure in Measure.objects.filter(charter=charter):
                give_verdict(rita, report, measure=measure, value="limited", reason="As filed.")
            for commitment in Commitment.objects.filter(charter=charter):
                give_verdict(rita, report, commitment=commitment, value="limited", reason="As filed.")
            conclude_report(rita, report)

    def sven_replies(self) -> None:
        with acting_as(self.cast.actor("sven")) as sven:
            respond_to_verdicts(sven, self.report("aurora-video"), None, "We go on.", "en")

    def publish(self) -> None:
        with acting_as(self.cast.actor("mona")) as mona:
            self.cycle.refresh_from_db()
            publish_cycle(mona, self.cycle)

    def alice_makes_a_token(self) -> None:
        with acting_as(self.cast.actor("alice")) as alice:
            create_token(alice, name="Nightly export", scopes=["read"], days=90)

    def sven_invites_nina(self) -> None:
        with acting_as(self.cast.actor("sven")) as sven:
            invite_person(
                sven, self.cast.aurora, email="nina@aurora-video.example", name="Nina", roles=[Role.EDITOR]
            )

    def nina_accepts(self) -> None:
        token = invitation_token_of(Invitation.objects.get())
        assert token
        accept_invitation(token, name="Nina", password="a good long password for Nina")


def test_the_ledger_of_a_year_says_who_is_sent_what_when_and_how_often(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    app.loader.import_default_modules()
    calendar = Calendar(monkeypatch, BEGIN)
    with acting_as(SYSTEM):
        Site.objects.create(name_en="The Alliance", name_ru="Альянс", short_name_en="TA", short_name_ru="А")
        cedar = make_organisation("cedar")
        make_person("Cleo", cedar, Role.SIGNATORY)
        # accessions to the charter, from an earlier cycle whose reports are long public
        earlier = make_cycle(read_charter(), "2025-h2", "published")
        for organisation in (cast.aurora, cast.beacon, cedar):
            make_report(earlier, organisation, ReportState.PUBLISHED)
        Person.objects.filter(pk=cast.sven.pk).update(
            time_zone="Asia/Vladivostok", morning_hour=9, language="ru"
        )
        choose_pace(cast.rita.pk, Pace.DAILY)
    year = Year(cast, calendar, mailoutbox)

    year.play()

    lines = year.lines
    assert len(set(lines)) == len(lines)  # nothing twice
    nights = [line for line in lines if line[1] == "00:05"]
    assert nights == []
    table = _HEAD + "".join(f"| {' | '.join(line)} |\n" for line in lines)
    if os.environ.get("WRITE_LEDGER"):
        LEDGER.write_text(table)
    assert table == LEDGER.read_text()
