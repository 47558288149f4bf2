"""The demonstration's mail: stored in files, shown in the demonstration alone."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from portal.kernel.mail import headers as mail
from portal.mailbox import FileBackend, letters

pytestmark = pytest.mark.django_db
HTML = "<p>Hello <b>you</b><script>alert(1)</script></p>"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.EMAIL_FILE_PATH, settings.DEMO = tmp_path / "mail", True
    return tmp_path / "mail"


def send(subject: str = "Привет", message_id: str = "<one@portal>", text: str = "Hello you") -> None:
    mail = EmailMultiAlternatives(subject, text, "portal@localhost", ["alice@aurora.example"])
    mail.attach_alternative(HTML, "text/html")
    mail.extra_headers["Message-ID"] = message_id
    FileBackend().send_messages([mail])


def test_each_message_is_one_whole_file(folder: Path) -> None:
    send()
    send("Second", "<two@portal>")
    assert len(list(folder.iterdir())) == len(list(folder.glob("*.eml"))) == 2
    assert {letter.subject for letter in letters()} == {"Привет", "Second"}


def test_a_message_that_is_sent_again_replaces_itself(folder: Path) -> None:
    send()
    send(text="Hello again")
    (letter,) = letters()
    assert letter.text.strip() == "Hello again"


def test_a_long_name_of_the_sender_stands_without_gaps(folder: Path) -> None:
    name = "Альянс за безопасное детство в сети"
    sender = mail.encode_mailbox("From", name, "portal@localhost")
    FileBackend().send_messages([EmailMultiAlternatives("Hello", "Hello", sender, ["alice@aurora.example"])])
    (letter,) = letters()
    assert letter.sender == f"{name} <portal@localhost>"


def test_the_list_leads_to_the_message_and_its_html(folder: Path, client: Client) -> None:
    send(text="See http://127.0.0.1:8000/accounts/login/ <b>")
    (letter,) = client.get("/dev/mail/").context["letters"]
    page = client.get(f"/dev/mail/{letter.name}/").content.decode()
    assert 'href="http://127.0.0.1:8000/accounts/login/"' in page
    assert "&lt;b&gt;" in page
    html = client.get(f"/dev/mail/{letter.name}/html/")
    assert html.content.decode().strip() == HTML
    assert html["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@pytest.mark.parametrize("name", ["..", "0" * 32, "nothing", "%2e%2e%2fsecret"])
def test_what_is_no_message_is_not_found(folder: Path, client: Client, name: str) -> None:
    assert client.get(f"/dev/mail/{name}/").status_code == 404


def test_outside_the_demonstration_there_is_no_such_page(folder: Path, client: Client, settings: Any) -> None:
    send()
    (letter,) = letters()
    settings.DEMO = False
    for path in ("", f"{letter.name}/", f"{letter.name}/html/"):
        assert client.get(f"/dev/mail/{path}").status_code == 404


def test_an_empty_mailbox_says_so(folder: Path, client: Client) -> None:
    assert "No mail yet" in client.get("/dev/mail/").content.decode()
