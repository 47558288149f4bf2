"""When a signatory has decided who may read an entry, and when the portal took evidence away; in their history."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0010_comment_published_without_member'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='answer',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='answer',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='answer',
            name='delete_delete',
        ),
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
        pgtrigger.migrations.RemoveTrigger(
            model_name='figure',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='figure',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='figure',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='answer',
            name='disclosure_decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='answerhistory',
            name='disclosure_decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='overtaken_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidencehistory',
            name='overtaken_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='figure',
            name='disclosure_decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='figurehistory',
            name='disclosure_decided_at',
            field=models.DateTimeField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='answer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alliance_answerhistory" ("carried_over", "disclosure", "disclosure_decided_at", "disclosure_reason", "id", "indicator_id", "language", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pledge_record", "report_id", "text", "updated_at", "updated_by_id", "version") VALUES (NEW."carried_over", NEW."disclosure", NEW."disclosure_decided_at", NEW."disclosure_reason", NEW."id", NEW."indicator_id", NEW."language", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pledge_record", NEW."report_id", NEW."text", NEW."updated_at", NEW."updated_by_id", NEW."version"); RETURN NULL;', hash='0e5abaedb7135c18c7449789b492e417ad06115c', operation='INSERT', pgid='pgtrigger_insert_insert_2e4b6', table='alliance_answer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='answer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "alliance_answerhistory" ("carried_over", "disclosure", "disclosure_decided_at", "disclosure_reason", "id", "indicator_id", "language", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pledge_record", "report_id", "text", "updated_at", "updated_by_id", "version") VALUES (NEW."carried_over", NEW."disclosure", NEW."disclosure_decided_at", NEW."disclosure_reason", NEW."id", NEW."indicator_id", NEW."language", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pledge_record", NEW."report_id", NEW."text", NEW."updated_at", NEW."updated_by_id", NEW."version"); RETURN NULL;', hash='aa4de6fa740a70a32796dfe7a72fdf2498240b10', operation='UPDATE', pgid='pgtrigger_update_update_37166', table='alliance_answer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='answer',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alliance_answerhistory" ("carried_over", "disclosure", "disclosure_decided_at", "disclosure_reason", "id", "indicator_id", "language", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pledge_record", "report_id", "text", "updated_at", "updated_by_id", "version") VALUES (OLD."carried_over", OLD."disclosure", OLD."disclosure_decided_at", OLD."disclosure_reason", OLD."id", OLD."indicator_id", OLD."language", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pledge_record", OLD."report_id", OLD."text", OLD."updated_at", OLD."updated_by_id", OLD."version"); RETURN NULL;', hash='0c23af40963d8522d95aeb2b78b66c874d70d994', operation='DELETE', pgid='pgtrigger_delete_delete_bd777', table='alliance_answer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "changed_at", "changed_by_id", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "overtaken_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (NEW."added_at", NEW."added_by_id", NEW."carried_over", NEW."changed_at", NEW."changed_by_id", NEW."disclosure", NEW."excluded_at", NEW."file", NEW."file_name", NEW."id", NEW."kind", NEW."measure_id", NEW."media_type", NEW."organisation_id", NEW."overtaken_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."removed_by_id", NEW."report_id", NEW."sha256", NEW."size", NEW."source", NEW."submitted_at", NEW."title", NEW."url"); RETURN NULL;', hash='8bb574149421ad3c36c457da69d98cba3d71cb01', operation='INSERT', pgid='pgtrigger_insert_insert_d96bc', table='alliance_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."carried_over" IS DISTINCT FROM (NEW."carried_over") OR OLD."disclosure" IS DISTINCT FROM (NEW."disclosure") OR OLD."excluded_at" IS DISTINCT FROM (NEW."excluded_at") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "changed_at", "changed_by_id", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "overtaken_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (NEW."added_at", NEW."added_by_id", NEW."carried_over", NEW."changed_at", NEW."changed_by_id", NEW."disclosure", NEW."excluded_at", NEW."file", NEW."file_name", NEW."id", NEW."kind", NEW."measure_id", NEW."media_type", NEW."organisation_id", NEW."overtaken_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."removed_by_id", NEW."report_id", NEW."sha256", NEW."size", NEW."source", NEW."submitted_at", NEW."title", NEW."url"); RETURN NULL;', hash='825c98bea74d1b088e0fb0c081968c3834665357', operation='UPDATE', pgid='pgtrigger_update_update_50e67', table='alliance_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evidence',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."removed_by_id" IS NOT NULL OR OLD."overtaken_at" IS NOT NULL)', func='INSERT INTO "alliance_evidencehistory" ("added_at", "added_by_id", "carried_over", "changed_at", "changed_by_id", "disclosure", "excluded_at", "file", "file_name", "id", "kind", "measure_id", "media_type", "organisation_id", "overtaken_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "removed_by_id", "report_id", "sha256", "size", "source", "submitted_at", "title", "url") VALUES (OLD."added_at", OLD."added_by_id", OLD."carried_over", OLD."changed_at", OLD."changed_by_id", OLD."disclosure", OLD."excluded_at", OLD."file", OLD."file_name", OLD."id", OLD."kind", OLD."measure_id", OLD."media_type", OLD."organisation_id", OLD."overtaken_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reference", OLD."removed_by_id", OLD."report_id", OLD."sha256", OLD."size", OLD."source", OLD."submitted_at", OLD."title", OLD."url"); RETURN NULL;', hash='d81127afea754754cb3934646eee49a5a655a351', operation='DELETE', pgid='pgtrigger_delete_delete_11db9', table='alliance_evidence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='figure',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alliance_figurehistory" ("carried_over", "cell", "choice", "definition_changed", "definition_note", "denominator", "disclosure", "disclosure_decided_at", "disclosure_reason", "estimate", "id", "indicator_id", "lower", "method", "note", "numerator", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "report_id", "service_id", "status", "updated_at", "updated_by_id", "upper", "value", "version") VALUES (NEW."carried_over", NEW."cell", NEW."choice", NEW."definition_changed", NEW."definition_note", NEW."denominator", NEW."disclosure", NEW."disclosure_decided_at", NEW."disclosure_reason", NEW."estimate", NEW."id", NEW."indicator_id", NEW."lower", NEW."method", NEW."note", NEW."numerator", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."report_id", NEW."service_id", NEW."status", NEW."updated_at", NEW."updated_by_id", NEW."upper", NEW."value", NEW."version"); RETURN NULL;', hash='f604b25a643544afc71bb4f93a641efb78f91faa', operation='INSERT', pgid='pgtrigger_insert_insert_ac8d0', table='alliance_figure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='figure',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "alliance_figurehistory" ("carried_over", "cell", "choice", "definition_changed", "definition_note", "denominator", "disclosure", "disclosure_decided_at", "disclosure_reason", "estimate", "id", "indicator_id", "lower", "method", "note", "numerator", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "report_id", "service_id", "status", "updated_at", "updated_by_id", "upper", "value", "version") VALUES (NEW."carried_over", NEW."cell", NEW."choice", NEW."definition_changed", NEW."definition_note", NEW."denominator", NEW."disclosure", NEW."disclosure_decided_at", NEW."disclosure_reason", NEW."estimate", NEW."id", NEW."indicator_id", NEW."lower", NEW."method", NEW."note", NEW."numerator", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."report_id", NEW."service_id", NEW."status", NEW."updated_at", NEW."updated_by_id", NEW."upper", NEW."value", NEW."version"); RETURN NULL;', hash='bc8c9aea48ac4e824812d6d6d28e67100b843ae5', operation='UPDATE', pgid='pgtrigger_update_update_400f9', table='alliance_figure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='figure',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "alliance_figurehistory" ("carried_over", "cell", "choice", "definition_changed", "definition_note", "denominator", "disclosure", "disclosure_decided_at", "disclosure_reason", "estimate", "id", "indicator_id", "lower", "method", "note", "numerator", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "report_id", "service_id", "status", "updated_at", "updated_by_id", "upper", "value", "version") VALUES (OLD."carried_over", OLD."cell", OLD."choice", OLD."definition_changed", OLD."definition_note", OLD."denominator", OLD."disclosure", OLD."disclosure_decided_at", OLD."disclosure_reason", OLD."estimate", OLD."id", OLD."indicator_id", OLD."lower", OLD."method", OLD."note", OLD."numerator", OLD."organisation_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."report_id", OLD."service_id", OLD."status", OLD."updated_at", OLD."updated_by_id", OLD."upper", OLD."value", OLD."version"); RETURN NULL;', hash='ff48d9b97cbc2673a85ac7bba5ae6f5f4fa0fa4d', operation='DELETE', pgid='pgtrigger_delete_delete_3a1e6', table='alliance_figure', when='AFTER')),
        ),
    ]
