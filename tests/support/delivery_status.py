"""A delivery status notification as a mail server writes it (RFC 3464)."""


def delivery_status_notification(to: str, action: str, status: str) -> bytes:
    """What comes back to this address."""
    return f"""\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; alice@aurora.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} said the other side

--b--
""".encode()
