"""The background programs that journeys use: real, and they see what a test commits."""

import os
from pathlib import Path

from django.core.mail import send_mail

from tests.support.background_programs import Worker
from tests.support.mail import MailServer


def test_the_worker_is_there_and_comes_back_after_a_kill(worker: Worker) -> None:
    worker.kill()
    worker.start()
    assert worker.is_running()


def test_mail_is_really_sent(mail: MailServer) -> None:
    send_mail("Привет", "Слово", "portal@example.org", ["alice@example.org"])
    assert [message["Subject"] for message in mail.wait_for("alice@example.org")] == ["Привет"]


def test_each_process_has_a_data_folder_of_its_own() -> None:
    assert Path(os.environ["PORTAL_DATA_DIR"]).name.startswith("test-")
