"""When evidence was left out of the next submission, and who changed its readers or took it in again; in its history."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0004_upheld_value'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='evidence',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='evidence',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='evidence',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='evidence',
            name='excluded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidencehistory',
            name='excluded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='changed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='evidencehistory',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidencehistory',
            name='changed_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "changed_at", "changed_by_id", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (NEW."added_at", NEW."added_by_id", NEW."carried_over", NEW."changed_at", NEW."changed_by_id", NEW."disclosure", NEW."excluded_at", NEW."file", NEW."file_name", NEW."id", NEW."kind", NEW."measure_id", NEW."media_type", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."removed_by_id", NEW."report_id", NEW."sha256", NEW."size", NEW."source", NEW."submitted_at", NEW."title", NEW."url"); RETURN NULL;', hash='37d1ed7e09d30d417b8f0bd758540aac5d61109a', operation='INSERT', pgid='pgtrigger_insert_insert_d96bc', table='alliance_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."carried_over" IS DISTINCT FROM (NEW."carried_over") OR OLD."disclosure" IS DISTINCT FROM (NEW."disclosure") OR OLD."excluded_at" IS DISTINCT FROM (NEW."excluded_at") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "changed_at", "changed_by_id", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (NEW."added_at", NEW."added_by_id", NEW."carried_over", NEW."changed_at", NEW."changed_by_id", NEW."disclosure", NEW."excluded_at", NEW."file", NEW."file_name", NEW."id", NEW."kind", NEW."measure_id", NEW."media_type", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."removed_by_id", NEW."report_id", NEW."sha256", NEW."size", NEW."source", NEW."submitted_at", NEW."title", NEW."url"); RETURN NULL;', hash='0fe78d93fe293b0205fb90f1d32d27c402fc281e', operation='UPDATE', pgid='pgtrigger_update_update_50e67', table='alliance_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."removed_by_id" IS NOT NULL)', func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "changed_at", "changed_by_id", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (OLD."added_at", OLD."added_by_id", OLD."carried_over", OLD."changed_at", OLD."changed_by_id", OLD."disclosure", OLD."excluded_at", OLD."file", OLD."file_name", OLD."id", OLD."kind", OLD."measure_id", OLD."media_type", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reference", OLD."removed_by_id", OLD."report_id", OLD."sha256", OLD."size", OLD."source", OLD."submitted_at", OLD."title", OLD."url"); RETURN NULL;', hash='c11fb5cfa01b8391f221e50776f232992e001219', operation='DELETE', pgid='pgtrigger_delete_delete_11db9', table='alliance_evidence', when='AFTER')),
        ),
    ]
