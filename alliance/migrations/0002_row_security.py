"""Puts working copies, evidence, submissions, verdicts and internal notes behind row-level security."""

from django.db import migrations

from portal.kernel.row_security import HOST, forced_policy, own_tenant

_OWN = own_tenant("organisation_id")
_CONCLUDED = (
    "EXISTS (SELECT 1 FROM alliance_report r WHERE r.id = report_id AND r.state IN ('concluded', 'published'))"
)

POLICIES = (
    forced_policy("alliance_answer", _OWN),
    forced_policy("alliance_answerhistory", _OWN),
    forced_policy("alliance_figure", _OWN),
    forced_policy("alliance_figurehistory", _OWN),
    forced_policy("alliance_evidence", f"({_OWN} OR ({HOST} AND submitted_at IS NOT NULL))"),
    forced_policy("alliance_submission", f"({_OWN} OR {HOST})", _OWN),
    forced_policy("alliance_verdict", f"({HOST} OR ({_OWN} AND {_CONCLUDED}))", HOST),
    forced_policy("alliance_internalnote", HOST),
)


class Migration(migrations.Migration):
    dependencies = [("alliance", "0001_initial")]

    operations = [migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES]
