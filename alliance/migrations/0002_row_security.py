"""Puts what is confidential behind row-level security: working copies, evidence, verdicts, accounts, pledges, tokens."""

from django.db import migrations

from portal.kernel.access import IS_HOST
from portal.kernel.access import forced_policy
from portal.kernel.access import own_tenant

_OWN = own_tenant("organisation_id")
_OWN_PERSON = "person_id::text = current_setting('portal.person', true)"
_CONCLUDED = (
    "EXISTS (SELECT 1 FROM alliance_report r WHERE r.id = report_id AND r.state IN ('concluded', 'published'))"
)
_OF_CYCLE = (
    f"EXISTS (SELECT 1 FROM alliance_report r WHERE r.cycle_id = alliance_cycledecision.cycle_id"
    f" AND {own_tenant('r.organisation_id')})"
)
# The pledge's own policy has been applied to it already.
_OF_PLEDGE = "EXISTS (SELECT 1 FROM alliance_pledge p WHERE p.id = pledge_id)"

POLICIES = (
    forced_policy("alliance_answer", _OWN),
    forced_policy("alliance_answerhistory", _OWN),
    forced_policy("alliance_figure", _OWN),
    forced_policy("alliance_figurehistory", _OWN),
    forced_policy("alliance_measureconfirmation", _OWN),
    forced_policy("alliance_evidence", f"({_OWN} OR ({IS_HOST} AND submitted_at IS NOT NULL))"),
    forced_policy("alliance_submission", f"({_OWN} OR {IS_HOST})", _OWN),
    forced_policy("alliance_verdict", f"({IS_HOST} OR ({_OWN} AND {_CONCLUDED}))", IS_HOST),
    forced_policy("alliance_internalnote", IS_HOST),
    # a draft is a working copy: its organisation's alone
    forced_policy("alliance_pledge", f"({_OWN} OR ({IS_HOST} AND state <> 'draft'))"),
    forced_policy("alliance_target", _OF_PLEDGE),
    forced_policy("alliance_pledge_services", _OF_PLEDGE),
    forced_policy("alliance_emailchange", f"({_OWN_PERSON} OR {IS_HOST})"),
    forced_policy("alliance_accountdecision", IS_HOST),
    forced_policy("alliance_cycledecision", f"({IS_HOST} OR (kind <> 'publish' AND {_OF_CYCLE}))", IS_HOST),
    forced_policy("alliance_apitoken", f"({_OWN} OR {IS_HOST})"),
    forced_policy("alliance_agreement", f"({_OWN_PERSON} OR {IS_HOST})", _OWN_PERSON),
    # nobody's until it is sent
    forced_policy("alliance_contactmessage", "false"),
)


class Migration(migrations.Migration):
    dependencies = [("alliance", "0001_initial")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
