"""The letter that says why a reply by mail was not posted. It names nothing: it goes into a mailbox."""

from portal.kernel import mail
from portal.kernel.jobs import Claim, handles
from portal.kernel.notices import find_recipient, note_fault, render_letter_to, send_to
from practices.services.mail_replies import GOOD_FOR


@handles("send_reply_refusal", outward=True)
def send_reply_refusal(claim: Claim) -> None:
    """Tell the person why, if they have access still."""
    recipient, fault = find_recipient(int(claim.payload["person"]), int(claim.payload["tenant"])), None
    if recipient is not None:
        context = {
            "why": str(claim.payload["reason"]),
            "days": GOOD_FOR.days,
            "sentence": str(claim.payload.get("sentence", "")),
            "url": "/session/start/",
        }
        letter = render_letter_to(recipient, "practices/email/reply_refused.html", context)
        _state, fault = send_to(
            recipient,
            mail.Letter(
                key=f"reply-refusal-{claim.job_id}",
                to=recipient.email,
                subject=letter.subject,
                text=letter.text,
                html=letter.html,
                language=recipient.language,
            ),
        )
    with claim.finishing():
        note_fault(recipient, fault)
