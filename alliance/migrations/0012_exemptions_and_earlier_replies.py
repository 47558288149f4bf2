"""Why a member was exempted stays with each exemption; which replies are to verdicts before a reopening."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import portal.kernel.clock
from portal.kernel.access import IS_HOST, forced_policy, own_tenant

class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0011_carried_over_anew'),
    ]

    operations = [
        migrations.AddField(
            model_name='publishedresponse',
            name='is_before_reopening',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name='ReportExemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(verbose_name='Reason')),
                ('decided_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exemptions', to='alliance.report')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportexemption',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9f434e986c7ab6a68851f633298eb99985a27701', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_aeaa3', table='alliance_reportexemption', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportexemption',
            trigger=pgtrigger.compiler.Trigger(name='never_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'This table is append-only.';", hash='6906981a15f72863106db6075d90a0c67a8e1d21', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_truncated_2c081', table='alliance_reportexemption', when='BEFORE')),
        ),
        migrations.RunSQL(
            *forced_policy(
                "alliance_reportexemption", f"({own_tenant('organisation_id')} OR {IS_HOST})", IS_HOST
            )
        ),
    ]
