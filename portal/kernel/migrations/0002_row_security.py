"""Puts the journal, jobs, messages, documents, answers that are given again, and notes on files behind row-level security."""

from django.db import migrations

from portal.kernel.access import IS_HOST
from portal.kernel.access import IS_IDENTIFYING
from portal.kernel.access import IS_SIGNED_IN
from portal.kernel.access import also_allowed
from portal.kernel.access import forced_policy
from portal.kernel.access import own_person
from portal.kernel.access import own_tenant

_OWN = f"({own_person()} AND {own_tenant()})"
_HAS_ACTOR = "current_setting('portal.kind', true) <> ''"
# for the tenant they act for, or for none: about their own account
_HERE = f"coalesce({own_tenant()}, tenant_id IS NULL)"
_OWN_REQUEST = f"({own_person('requested_by_id')} AND {_HERE})"
_FOR_EVERYBODY = "(requested_by_id IS NULL AND tenant_id IS NULL)"


# Something about a message that the actor may see, by that one's own policy. Functions with a plan of their own: written
# into the policies it would be planned again, over all parts of a divided table, by each statement about the journal.
_IS_NOTIFIED = """
CREATE FUNCTION portal_is_notified(of_event bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM portal_delivery WHERE event_id = of_event);
END $$
"""
_IS_RECIPIENT = """
CREATE FUNCTION portal_is_recipient(of_letter bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM portal_delivery WHERE id = of_letter AND channel = 'email');
END $$
"""
_SENDS_TO_ONESELF = "portal_is_recipient((payload ->> 'delivery')::bigint)"

# --- Who did what, what is to be done, who is told ---

POLICIES = (
    # ids and states; one's own acts, those for one's tenant, and what one was notified of. Nobody writes as another.
    forced_policy(
        "portal_event",
        f"({IS_HOST} OR {own_tenant()} OR {own_person()} OR portal_is_notified(id))",
        f"({IS_SIGNED_IN} AND {own_person()} AND {_HERE})",
    ),
    # those who run the portal look after failed work; every act queues some, and nobody sees what others have queued
    forced_policy("portal_job", IS_HOST),
    also_allowed("portal_job", "queue", "INSERT", f"WITH CHECK ({_HAS_ACTOR})"),
    also_allowed("portal_job", "recipient", "SELECT", f"USING (kind = 'send_delivery' AND {_SENDS_TO_ONESELF})"),
    forced_policy("portal_delivery", f"({own_person('recipient_id')} OR {IS_HOST})", own_person("recipient_id")),
    forced_policy("portal_digest", own_person(), "false"),
    # a letter's link turns its group off without signing in
    forced_policy("portal_noticepreference", f"({own_person()} OR {IS_IDENTIFYING})"),
    # what was asked for by nobody is for everybody; titles of what is restricted are its requester's alone
    forced_policy(
        "portal_document",
        f"({_OWN_REQUEST} OR {_FOR_EVERYBODY} OR ({IS_HOST} AND NOT is_restricted))",
        f"({_HAS_ACTOR} AND ({_OWN_REQUEST} OR {_FOR_EVERYBODY}))",
    ),
    # --- Other people's programs ---
    # a webhook belongs to those who act for its tenant; what was sent is seen with it, written by SYSTEM, replayed by them
    forced_policy("portal_webhook", own_tenant()),
    forced_policy(
        "portal_webhookdelivery",
        "EXISTS (SELECT 1 FROM portal_webhook w WHERE w.id = webhook_id OFFSET 0)",
    ),
    # --- What a repeated request is answered with ---
    # each belongs to the person who requested it, in the tenant they acted for
    forced_policy("portal_idempotencykey", _OWN),
    forced_policy(
        "portal_formtoken", f"({_HAS_ACTOR} AND coalesce(person_id::text, '') = current_setting('portal.person', true))"
    ),
    # counts of tries are asked for before anybody is known, and are nobody's
    forced_policy("portal_limitcount", IS_IDENTIFYING),
    # --- Files ---
    # those who decide on files read it, SYSTEM writes it; paths may be named after titles
    *(forced_policy(f"portal_{table}", IS_HOST, "false") for table in ("casenote", "filedamage", "scrub")),
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [(_IS_NOTIFIED, None), (_IS_RECIPIENT, None)],
            "DROP FUNCTION portal_is_notified, portal_is_recipient",
        ),
        *(migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES),
    ]
