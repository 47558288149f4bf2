"""Replies by mail: who may, what is taken of them, and what is refused; under each label."""

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from alliance.enums import Role
from alliance.models import Membership, Person
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.mail import (
    MailReply,
    NotAReply,
    ReplyAddress,
    make_reply_address,
    new_text,
    read_reply,
    read_reply_address,
)
from portal.kernel.notices import receive_reply
from portal.kernel.notices import replies as reply_handlers
from practices.enums import NAMED_LABELS, Label, PracticeState
from practices.models import Post, Practice
from practices.services.mail_replies import reply_address
from tests.factories import Cast
from tests.factories.discussion import make_post, set_label_directly
from tests.factories.practices import call_as
from tests.support.jobs import run_all_jobs
from tests.support.notifications import make_shared_practice

ANSWER = "Two hours are enough.\n\nWe tried a day."
MX = "mx.portal.example"


@pytest.fixture(autouse=True)
def address_of_replies(settings: Any) -> None:
    settings.REPLY_ADDRESS = "replies@portal.example"
    settings.REPLY_AUTHENTICATION_SERVER = MX


def mail_to(
    to: str,
    text: str = ANSWER,
    *,
    sender: str = "",
    html: str = "",
    name: str = "one",
    results: str = "",
    **headers: str,
) -> bytes:
    message = EmailMessage()
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message["Authentication-Results"] = results or f"{MX}; dmarc=pass header.from={domain}"
    message["From"], message["To"], message["Message-ID"] = sender, to, f"<{name}@mail.example>"
    message["Subject"] = "Re: [TLP:GREEN] A question about your practice"
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(html or text, subtype="html" if html else "plain")
    return message.as_bytes()


@pytest.mark.parametrize(
    "quoted",
    [
        f"{ANSWER}\n\nOn Mon, 30 Nov 2026 at 10:00, Alliance <a@portal.example>\nwrote:\n> ##- To answer\n> Secret",
        f"{ANSWER}\n\nпн, 30 нояб. 2026 г. в 10:00, Альянс <replies@portal.example>:\n\n> Secret\n> more",
        f"{ANSWER}\n\n-----Original Message-----\nFrom: Alliance\nSecret",
        f"{ANSWER}\n\nОт: Альянс\nОтправлено: 30 ноября\nКому: Алиса\nSecret",
        f"{ANSWER}\n\n##- To answer, reply to this e-mail\nSecret",
        f"{ANSWER}\n-- \nAlice, Secret & Co",
        f"> Secret\n{ANSWER}\n\nSent from my iPhone",
        f"{ANSWER}\r\n\r\n30.11.2026 10:00, Альянс пишет:\r\n> Secret",
        f"{ANSWER}\n\n{'_' * 32}\nFrom: Alliance <a@portal.example>\nSent: Monday\nSecret\n\nFrom: Carol\nSecret too",
        f"{ANSWER}\n\nBegin forwarded message:\n\nFrom: Alliance\nDate: 30 November\nSecret",
        f"{ANSWER}\n\nLe lun. 30 nov. 2026 à 10:00, Alliance <a@portal.example> a écrit :\n> Secret",
        f"{ANSWER}\n\nAm 30.11.2026 um 10:00 schrieb Alliance <a@portal.example>:\n> Secret\n> > Secret too",
        f"{ANSWER}\n\n-------- Исходное сообщение --------\nОт: Альянс\nДата: 30.11.2026\nSecret",
    ],
)
def test_only_the_new_text_of_a_mail_becomes_a_message(quoted: str) -> None:
    assert new_text(quoted) == ANSWER


def test_text_that_looks_like_a_quotation_in_the_middle_stays() -> None:
    words = "They wrote: no.\nFrom: the first day on\nwe saw less.\n\n- one\n- two"
    assert new_text(words) == words
    # a stranger's text takes no time, however it is made
    assert len(new_text("From: " * 20_000 + "\n" * 20_000 + "wrote :" * 20_000)) > 0


def thread(cast: Cast, label: str = Label.GREEN) -> tuple[Practice, Post, str]:
    """Carol has asked about Aurora's practice, and Alice is told: the address in her letter."""
    practice = make_shared_practice(cast, label)
    question = make_post(cast.actor("carol"), practice, "How long?")
    return practice, question, call_as(cast.actor("alice"), reply_address, question)


def letters_about_the_question(cast: Cast, mailoutbox: list[Any]) -> list[Any]:
    return [
        letter
        for letter in mailoutbox
        if letter.to == [cast.alice.email] and "A question about your practice" in letter.subject
    ]


def words_sent_to(person: Person, mailoutbox: list[Any]) -> str:
    """The one letter to a person, which names neither the practice nor what was asked."""
    (letter,) = [each for each in mailoutbox if each.to == [person.email]]
    words = " ".join(letter.body.split())
    assert "Canary" not in words
    assert "How long?" not in words
    return words


def answers(question: Post) -> list[tuple[str, int]]:
    with acting_as(SYSTEM):
        return list(Post.objects.filter(parent=question).values_list("text", "person_id"))


def receive(raw: bytes) -> str:
    outcome = receive_reply(read_reply(raw))
    run_all_jobs()
    return outcome


@pytest.mark.django_db
def test_a_reply_becomes_an_answer_once_and_under_the_rights_of_its_writer(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    _practice, question, address = thread(cast)
    run_all_jobs()
    (letter,) = letters_about_the_question(cast, mailoutbox)
    assert read_reply_address(letter.reply_to[0]) == read_reply_address(address)
    assert len(address.partition("@")[0]) <= 64
    raw = mail_to(
        f"Alliance <{address.upper()}>", f"{ANSWER}\n\n> How long?", sender=f"Alice <{cast.alice.email}>"
    )

    assert [receive(raw), receive(raw)] == ["posted", "posted"]
    assert answers(question) == [(ANSWER, cast.alice.pk)]


@pytest.mark.django_db
def test_an_html_mail_is_read_without_its_quotation(cast: Cast) -> None:
    _practice, question, address = thread(cast)
    html = (
        "<style>p{}</style><p>Two hours.</p><script>x</script><div>On Monday, A &lt;a@b.example&gt; wrote:</div>"
        "<blockquote>Secret</blockquote>"
    )
    assert receive(mail_to(address, sender=cast.alice.email, html=html)) == "posted"
    assert answers(question) == [("Two hours.", cast.alice.pk)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "forgery",
    [
        {"sender": "mallory@evil.example"},
        {"results": f"{MX}; dmarc=fail"},
        {"results": "mx.evil.example; dmarc=pass"},
        {"results": "mx.portal.example.evil.example; dmarc=pass"},
    ],
)
def test_a_reply_without_proof_of_its_sender_is_dropped_without_an_answer(
    cast: Cast, mailoutbox: list[Any], forgery: dict[str, str]
) -> None:
    _practice, question, address = thread(cast)
    run_all_jobs()
    mailoutbox.clear()
    assert receive(mail_to(address, **{"sender": cast.alice.email, **forgery})) == "ignored"
    assert answers(question) == []
    assert mailoutbox == []


SENDER, FOREIGN = "alice@aurora.example", "dmarc=pass header.from=aurora.example"
EVIL = "dmarc=fail header.from=evil.example"


@pytest.mark.parametrize(
    ("is_proven", "results"),
    [
        (True, f"{MX}; {FOREIGN}"),
        (True, f"{MX} 1 ; spf=pass smtp.mailfrom=x@m.example;\r\n DMARC = pass (p=none; x) Header.From=Aurora.Example"),
        (False, f"{MX}; none"),
        (False, f"{MX}; dmarc=pass"),
        (False, f"{MX}; dmarc=pass header.from=evil.example"),
        (False, f"{MX}; dmarc=pass header.from=aurora.example.evil.example"),
        (False, f"{MX}; dmarc=passed header.from=aurora.example"),
        (False, f"{MX}; {FOREIGN}; {EVIL}"),
        # what the sender's own envelope and comments say is no result
        (False, f"{MX}; spf=pass smtp.mailfrom=dmarc=pass@evil.example; {EVIL}"),
        (False, f'{MX}; spf=pass smtp.mailfrom="x; {FOREIGN}; y"@evil.example; none=none'),
        (False, f'{MX}; spf=pass smtp.mailfrom="x\\"; {FOREIGN}; y"@evil.example'),
        (False, f"{MX}; spf=pass (helo x; {FOREIGN};) smtp.mailfrom=evil.example"),
        (False, f"{MX}; spf=pass (helo \\) x; {FOREIGN};) smtp.mailfrom=evil.example"),
        (False, f"{MX}; spf=pass smtp.mailfrom==?utf-8?q?;_dmarc=3Dpass_header.from=3Daurora.example_?=@evil.example"),
        (False, f"{MX}; spf=pass (x; {FOREIGN}"),
        (False, f"mx.evil.example; {FOREIGN}"),
        (False, f"{MX}.evil.example; {FOREIGN}"),
        (False, f"({MX}) mx.evil.example; {FOREIGN}"),
    ],
)  # fmt: skip
def test_the_sender_is_proven_by_one_result_of_dmarc_for_the_domain_in_from(
    is_proven: bool, results: str
) -> None:
    address = make_reply_address(ReplyAddress("q", 1, 2, 3, date(2030, 1, 1)))
    raw = f"Authentication-Results: {results}\r\nFrom: Alice <{SENDER}>\r\nTo: {address}\r\n\r\nWords."
    # below the server's own header a sender may write what they like
    assert read_reply(raw.encode()).is_authentic is is_proven
    below = f"Authentication-Results: {MX}; none\r\n{raw}"
    assert not read_reply(below.encode()).is_authentic


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ("From: =?utf-8?q?alice=40aurora=2Eexample=2C?= <mallory@aurora.example>", "mallory@aurora.example"),
        ("From: alice@aurora.example, mallory@aurora.example", ""),
        ("From: alice@aurora.example\r\nFrom: mallory@aurora.example", ""),
    ],
)
def test_a_name_or_a_second_address_in_from_makes_nobody_the_sender(headers: str, sender: str) -> None:
    address = make_reply_address(ReplyAddress("q", 1, 2, 3, date(2030, 1, 1)))
    raw = f"Authentication-Results: {MX}; {FOREIGN}\r\n{headers}\r\nTo: {address}\r\n\r\nWords."
    reply = read_reply(raw.encode())
    assert (reply.sender, reply.is_authentic) == (sender, bool(sender))


def give_to_command(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(raw)))
    call_command("receive_reply")


def test_a_mail_that_cannot_be_taken_at_present_is_left_to_the_mail_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_database(reply: MailReply) -> str:
        raise OperationalError("could not connect to the server at 10.0.0.7")

    monkeypatch.setitem(reply_handlers._HANDLERS, "q", without_database)
    address = make_reply_address(ReplyAddress("q", 1, 2, 3, date(2030, 1, 1)))
    with pytest.raises(CommandError) as later:
        give_to_command(monkeypatch, mail_to(address, sender=SENDER))
    assert (later.value.returncode, str(later.value).count("\n")) == (75, 0)
    assert "10.0.0.7" not in str(later.value)
    with pytest.raises(CommandError) as never:
        give_to_command(monkeypatch, mail_to("replies@portal.example", sender=SENDER))
    assert never.value.returncode == 65


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("utf-7", b"Two +2AA- hours.", "Two \ufffd hours."),
        ("iso-8859-1", b"It\x92s two hours.", "It\u2019s two hours."),
    ],
)
def test_characters_that_mail_programs_name_wrongly_do_not_lose_a_reply(
    cast: Cast, charset: str, body: bytes, text: str
) -> None:
    _practice, question, address = thread(cast)
    head = mail_to(address, sender=cast.alice.email).partition(b"\n\n")[0]
    raw = head.replace(b'charset="utf-8"', f'charset="{charset}"'.encode()) + b"\n\n" + body
    assert receive(raw) == "posted"
    assert answers(question) == [(text, cast.alice.pk)]


@pytest.mark.django_db
def test_an_address_that_was_not_signed_here_and_a_machine_are_refused(cast: Cast) -> None:
    _practice, _question, address = thread(cast)
    reference = read_reply_address(address)
    assert reference is not None
    for place in (address.replace("+q", "+r"), "replies@portal.example", address.replace("-", "-1", 1)):
        with pytest.raises(NotAReply):
            read_reply(mail_to(place, sender=cast.alice.email))
    assert make_reply_address(reference) == address


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto-reply"},
        {"X_Autorespond": "Re: A question"},
        {"X_Mail_Autoreply": "1"},
        {"Return_Path": "<>"},  # that of bounces and of out-of-office notes, whatever else they say
    ],
)
def test_automatic_mail_becomes_no_message(cast: Cast, header: dict[str, str]) -> None:
    _practice, _question, address = thread(cast)
    with pytest.raises(NotAReply, match="machine"):
        read_reply(mail_to(address, "I am away until Monday.", sender=cast.alice.email, **header))
    written = mail_to(address, sender=cast.alice.email, Return_Path=f"<{cast.alice.email}>")
    assert read_reply(written).text == ANSWER


@pytest.mark.django_db
def test_each_refusal_is_sent_to_the_address_on_file_and_names_nothing(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    practice, question, address = thread(cast)
    run_all_jobs()
    mailoutbox.clear()

    def refused(raw: bytes, sentence: str = "") -> str:
        outcome = receive(raw)
        assert sentence in mailoutbox[0].body
        assert [letter.to for letter in mailoutbox] == [[cast.alice.email]], outcome
        assert "Canary" not in str(mailoutbox[0].body)
        mailoutbox.clear()
        return outcome

    alice: dict[str, Any] = {"sender": cast.alice.email}
    assert refused(mail_to(address, "> How long?", **alice)) == "empty"
    too_long = "Shorten the text by 1: 4001 characters, at most 4000 allowed."
    assert refused(mail_to(address, "x" * 4001, **alice, name="two"), too_long) == "refused"
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state=PracticeState.RECALLED)
    assert refused(mail_to(address, **alice, name="three")) == "closed"
    reference = read_reply_address(address)
    assert reference is not None
    late = make_reply_address(replace(reference, last_day=reference.last_day - timedelta(days=60)))
    assert refused(mail_to(late, **alice)) == "expired"
    assert answers(question) == []


@pytest.mark.django_db
def test_a_reply_by_mail_from_a_read_only_person_is_refused_with_the_reason(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    _practice, question, address = thread(cast)
    Membership.objects.filter(person=cast.alice).update(roles=[Role.READER])
    run_all_jobs()
    mailoutbox.clear()

    assert receive(mail_to(address, sender=cast.alice.email)) == "closed"

    assert "You can no longer answer there." in mailoutbox[0].body
    assert answers(question) == []


@pytest.mark.django_db
@pytest.mark.parametrize("label", Label.values)
def test_a_thread_takes_replies_under_open_labels_alone(
    cast: Cast, mailoutbox: list[Any], label: str
) -> None:
    """Also when the label is narrowed after the letter; and of whoever may no longer read it nothing is taken."""
    practice, question, address = thread(cast, label)
    run_all_jobs()
    (letter,) = letters_about_the_question(cast, mailoutbox)
    assert ("replies+" in str(letter.reply_to)) == (label not in NAMED_LABELS)
    assert bool(address) == (label not in NAMED_LABELS)
    if not address:
        return
    set_label_directly(practice, Label.AMBER_STRICT, reader_organisations=[cast.beacon.pk])
    mailoutbox.clear()
    assert receive(mail_to(address, sender=cast.alice.email)) == "not_open"
    assert "only where everybody of the community may read" in words_sent_to(cast.alice, mailoutbox)
    # an address of Rita's, who could read it while it was open
    reference = read_reply_address(address)
    assert reference is not None
    hers = make_reply_address(replace(reference, person_id=cast.rita.pk, tenant_id=cast.secretariat.pk))
    assert receive(mail_to(hers, sender=cast.rita.email)) == "closed"
    assert "You can no longer answer there. What you wrote has not been kept." in words_sent_to(
        cast.rita, mailoutbox
    )
    assert answers(question) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("sven_edits")
def test_who_may_only_read_is_asked_for_no_reply(cast: Cast) -> None:
    _practice, question, _address = thread(cast)
    readers_own = replace(cast.actor("bob"), roles=frozenset({"reader"}))
    assert call_as(readers_own, reply_address, question) == ""
    assert call_as(cast.actor("carol"), reply_address, question) != ""
