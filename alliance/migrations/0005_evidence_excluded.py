"""When evidence that was submitted was left out of the next submission, with its place in the history."""

import pgtrigger.compiler
import pgtrigger.migrations
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
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (NEW."added_at", NEW."added_by_id", NEW."carried_over", NEW."disclosure", NEW."excluded_at", NEW."file", NEW."file_name", NEW."id", NEW."kind", NEW."measure_id", NEW."media_type", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."removed_by_id", NEW."report_id", NEW."sha256", NEW."size", NEW."source", NEW."submitted_at", NEW."title", NEW."url"); RETURN NULL;', hash='2e20f056794b8c81c05faac2fbfece58718a7503', operation='INSERT', pgid='pgtrigger_insert_insert_d96bc', table='alliance_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."carried_over" IS DISTINCT FROM (NEW."carried_over") OR OLD."disclosure" IS DISTINCT FROM (NEW."disclosure") OR OLD."excluded_at" IS DISTINCT FROM (NEW."excluded_at") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (NEW."added_at", NEW."added_by_id", NEW."carried_over", NEW."disclosure", NEW."excluded_at", NEW."file", NEW."file_name", NEW."id", NEW."kind", NEW."measure_id", NEW."media_type", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."removed_by_id", NEW."report_id", NEW."sha256", NEW."size", NEW."source", NEW."submitted_at", NEW."title", NEW."url"); RETURN NULL;', hash='e914345dae534f3c7ecd341fc50f08083c9f0c75', operation='UPDATE', pgid='pgtrigger_update_update_50e67', table='alliance_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."removed_by_id" IS NOT NULL)', func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (OLD."added_at", OLD."added_by_id", OLD."carried_over", OLD."disclosure", OLD."excluded_at", OLD."file", OLD."file_name", OLD."id", OLD."kind", OLD."measure_id", OLD."media_type", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reference", OLD."removed_by_id", OLD."report_id", OLD."sha256", OLD."size", OLD."source", OLD."submitted_at", OLD."title", OLD."url"); RETURN NULL;', hash='5858f9b912c1e1a9e5e5e70053337286a557b1bd', operation='DELETE', pgid='pgtrigger_delete_delete_11db9', table='alliance_evidence', when='AFTER')),
        ),
    ]
