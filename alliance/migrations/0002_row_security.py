"""Puts what is confidential behind row-level security: working copies, evidence, verdicts, accounts, pledges, tokens."""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy, own_tenant

_OWN = own_tenant("organisation_id")
_OWN_PERSON = "person_id::text = current_setting('portal.person', true)"
_CONCLUDED = (
    "EXISTS (SELECT 1 FROM alliance_report r WHERE r.id = report_id AND r.state IN ('concluded', 'published'))"
)
# The pledge's own policy has been applied to it already.
_OF_PLEDGE = "EXISTS (SELECT 1 FROM alliance_pledge p WHERE p.id = pledge_id)"

POLICIES = (
    forced_policy("alliance_answer", _OWN),
    forced_policy("alliance_answerhistory", _OWN),
    forced_policy("alliance_figure", _OWN),
    forced_policy("alliance_figurehistory", _OWN),
    forced_policy("alliance_measureconfirmation", _OWN),
    forced_policy("alliance_evidence", f"({_OWN} OR ({HOST} AND submitted_at IS NOT NULL))"),
    forced_policy("alliance_submission", f"({_OWN} OR {HOST})", _OWN),
    forced_policy("alliance_verdict", f"({HOST} OR ({_OWN} AND {_CONCLUDED}))", HOST),
    forced_policy("alliance_internalnote", HOST),
    # a draft is a working copy: its organisation's alone
    forced_policy("alliance_pledge", f"({_OWN} OR ({HOST} AND state <> 'draft'))"),
    forced_policy("alliance_target", _OF_PLEDGE),
    forced_policy("alliance_pledge_services", _OF_PLEDGE),
    forced_policy("alliance_emailchange", f"({_OWN_PERSON} OR {HOST})"),
    forced_policy("alliance_accountdecision", HOST),
    forced_policy("alliance_apitoken", f"({_OWN} OR {HOST})"),
    forced_policy("alliance_agreement", f"({_OWN_PERSON} OR {HOST})", _OWN_PERSON),
    # nobody's until it is sent
    forced_policy("alliance_contactmessage", "false"),
)


class Migration(migrations.Migration):
    dependencies = [("alliance", "0001_initial")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
