"""Acts of weight: the page before them asks for the password or a passkey again, unless it was given in the last ten
minutes. A program with a token is not asked: the token's own creation was.
"""

STEP_UP_RULES = frozenset(
    {
        # signing, submitting
        "accession.sign",
        "objection.make",
        "pledge.sign",
        "report.submit",
        "report.respond",  # cannot be changed once it is signed, and is published at once
        # publishing
        "accession.publish",
        "charter.announce",
        "charter.correct_translation",
        "charter.plan",
        "charter.put_in_force",
        "correction.agree",
        "correction.propose",
        "correction.publish",
        "correction.uphold_verdicts",
        "cycle.plan_publication",
        "cycle.publish",
        "invited_comment.publish",
        "pledge.decide_target",
        "pledge.fulfil",
        "pledge.publish",
        "report.publish",
        # withdrawing
        "report.recall",
        "accession.end",
        "organisation.expel",
        "organisation.merge",
        "organisation.take_back_merger",
        "organisation.withdraw",
        "pledge.withdraw",
        "publication.withdraw",
        "withdrawal.publish",
        "withdrawal.undo",
        # what gives rights: with them somebody else could do all of this
        "membership.appoint",
        "membership.grant",
        "membership.invite",
        "application.admit",  # publishes, and invites who may sign
        # what opens the portal: tokens, factors, accounts
        "membership.freeze",
        "token.allow",
        "token.create",
        "token.revoke",
        "client.create",
        "client.rotate",
        # what sends facts of the organisation to an address, and with what they are signed
        "webhook.create",
        "webhook.edit",
        "webhook.rotate",
        "person.close",
        "person.confirm_email",
        "person.erase",
        "person.freeze",
        "person.reopen",
        "person.reset_factors",
        "person.thaw",
        "file.purge",
        # what signs other people in
        "identity_provider.change",
        "identity_provider.turn_on",
        "email_domain.add",
        "email_domain.enforce",
    }
)
