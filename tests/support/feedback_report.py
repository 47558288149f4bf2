"""A complaint as a mailbox provider writes it (RFC 5965)."""


def feedback_report(
    letter: bytes, *, mail_from: str = "", return_path: str = "", feedback_type: str = "abuse"
) -> bytes:
    """The report on this letter, which quotes its return address in its fields or in the letter's own head."""
    original_sender = f"Original-Mail-From: <{mail_from}>\n" if mail_from else ""
    head = f"Return-Path: <{return_path}>\n" if return_path else ""
    return (
        f"""\
From: <feedback@provider.example>
To: <bounces@portal.example>
Subject: FW: Letter
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

This is an e-mail abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {feedback_type}
User-Agent: Provider/1.0
Version: 1
{original_sender}
--b
Content-Type: message/rfc822

{head}""".encode()
        + letter.replace(b"\r\n", b"\n")
        + b"\n--b--\n"
    )
