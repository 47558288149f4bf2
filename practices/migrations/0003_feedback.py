"""Adds what hangs on practices (adoptions, discussion, requests, files, relations) behind row-level security."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import portal.kernel.clock
import uuid
from django.conf import settings
from django.db import migrations, models


from portal.kernel.row_security import HOST, forced_policy, own_tenant

_ME = "(current_setting('portal.person', true) || '.' || current_setting('portal.tenant', true))"
_A_PERSON = "current_setting('portal.kind', true) IN ('person', 'host')"
_TENANT = "current_setting('portal.tenant', true)"
_OWN_GROUPS = (
    "(SELECT g.group_id FROM practices_groupmembership g WHERE g.ended_at IS NULL"
    " AND g.person_id::text = current_setting('portal.person', true)"
    f" AND g.organisation_id::text = {_TENANT})"
)
_SOURCE = (
    f"({_A_PERSON} AND ({_ME} = ANY(author_people) OR (label <> 'red' AND {own_tenant('organisation_id')})))"
)
_NAMED = f"({_ME} = ANY(reader_people) OR EXISTS (SELECT 1 WHERE reader_groups && ARRAY{_OWN_GROUPS}))"
_STAFF = f"{_TENANT} = ANY(reader_organisations::text[])"
_CLIENTS = (
    "EXISTS (SELECT 1 FROM practices_affiliation a JOIN alliance_organisation o ON o.id = a.organisation_id"
    " WHERE o.state = 'active' AND a.organisation_id = ANY(reader_organisations)"
    f" AND a.affiliate_id::text = {_TENANT})"
)
# each label is a set of readers of its own, as in `practices.access`
_RELEASED = (
    f"(label = 'clear' OR ({_A_PERSON} AND (label = 'green'"
    f" OR (label = 'amber' AND ({_STAFF} OR {_NAMED} OR {_CLIENTS}))"
    f" OR (label = 'amber_strict' AND ({_STAFF} OR {_NAMED}))"
    f" OR (label = 'red' AND {_NAMED}))))"
)


def _part_of(table, column, condition="true"):
    """The row that the column names may be seen, by that row's own policy, and meets the condition."""
    return f"EXISTS (SELECT 1 FROM {table} p WHERE p.id = {column} AND {condition})"


_OF_PRACTICE = _part_of("practices_practice", "practice_id")
_OWN_PERSON = (
    "(person_id::text = current_setting('portal.person', true) AND " + own_tenant("organisation_id") + ")"
)
_WORKING = f"({_A_PERSON} AND " + _part_of(
    "practices_practice",
    "practice_id",
    f"({_ME} = ANY(p.author_people) OR (p.label <> 'red' AND p.organisation_id::text = {_TENANT}))",
) + ")"
_MODERATED = (
    f"({HOST} AND " + _part_of("practices_practice", "practice_id", "p.state = 'in_moderation'") + ")"
)
_PROPOSED = (
    f"({HOST} AND proposed_at IS NOT NULL AND "
    + _part_of("practices_practice", "practice_id", "p.label IN ('clear', 'green')")
    + ")"
)
_IN_DISCUSSION = (
    f"(({_OF_PRACTICE}) OR {_part_of('practices_request', 'request_id')} OR group_id IN {_OWN_GROUPS})"
)

POLICIES = (
    ("DROP POLICY practices_draft_policy ON practices_draft;", ""),
    forced_policy("practices_draft", f"({_WORKING} OR {_MODERATED} OR {_PROPOSED})"),
    forced_policy(
        "practices_attachment",
        "(EXISTS (SELECT 1 FROM practices_draft d WHERE d.practice_id = practices_attachment.practice_id)"
        f" OR (shared_at IS NOT NULL AND {_OF_PRACTICE}))",
        _WORKING,
    ),
    forced_policy(
        "practices_relation", f"({_OF_PRACTICE} AND {_part_of('practices_practice', 'target_id')})"
    ),
    forced_policy("practices_adoption", f"({_SOURCE} OR ({_RELEASED} AND {_OF_PRACTICE}))", _SOURCE),
    forced_policy("practices_adoptionstep", _part_of("practices_adoption", "adoption_id")),
    forced_policy("practices_adoptionresult", _part_of("practices_adoption", "adoption_id")),
    forced_policy("practices_request", f"({_SOURCE} OR {_RELEASED})"),
    forced_policy("practices_offer", _part_of("practices_request", "request_id")),
    forced_policy("practices_post", _IN_DISCUSSION),
    forced_policy("practices_reaction", _OF_PRACTICE),
    forced_policy("practices_follow", _OWN_PERSON),
    forced_policy("practices_savedsearch", _OWN_PERSON),
)


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0012_pledge_row_security'),
        ('practices', '0002_row_security'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Adoption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('author_people', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=41), blank=True, default=list, size=None)),
                ('label', models.CharField(choices=[('clear', 'TLP:CLEAR'), ('green', 'TLP:GREEN'), ('amber', 'TLP:AMBER'), ('amber_strict', 'TLP:AMBER+STRICT'), ('red', 'TLP:RED')], default='amber_strict', max_length=12, verbose_name='label')),
                ('reader_people', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=41), blank=True, default=list, size=None)),
                ('reader_organisations', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('reader_groups', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('state', models.CharField(choices=[('considering', 'Considering'), ('trial', 'Trial'), ('in_use', 'In use'), ('discontinued', 'Discontinued')], default='considering', max_length=12)),
                ('since', models.DateField(verbose_name='since')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=portal.kernel.clock.now)),
            ],
            options={
                'ordering': ('organisation_id', 'id'),
            },
        ),
        migrations.CreateModel(
            name='AdoptionResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('what', models.CharField(blank=True, default='', max_length=200, verbose_name='what was measured')),
                ('unit', models.CharField(blank=True, default='', max_length=60, verbose_name='unit')),
                ('before', models.DecimalField(blank=True, decimal_places=6, max_digits=30, null=True, verbose_name='before')),
                ('after', models.DecimalField(blank=True, decimal_places=6, max_digits=30, null=True, verbose_name='after')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('note', models.CharField(blank=True, default='', max_length=1000, verbose_name='note')),
                ('language', models.CharField(default='en', max_length=8)),
                ('added_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='AdoptionStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('considering', 'Considering'), ('trial', 'Trial'), ('in_use', 'In use'), ('discontinued', 'Discontinued')], max_length=12)),
                ('on', models.DateField()),
                ('note', models.CharField(blank=True, default='', max_length=1000, verbose_name='note')),
                ('language', models.CharField(default='en', max_length=8)),
                ('recorded_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
            ],
            options={
                'ordering': ('-on', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='what it shows')),
                ('file', models.CharField(max_length=300)),
                ('file_name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
                ('shared_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, default='', max_length=4000, verbose_name='your offer')),
                ('language', models.CharField(default='en', max_length=8)),
                ('offered_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True, max_length=4000, verbose_name='text')),
                ('language', models.CharField(default='en', max_length=8)),
                ('mentions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=41), blank=True, default=list, size=None)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('posted_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
                ('edited_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('posted_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('works', 'Works for us'), ('seen', 'Seen this too'), ('want', 'Want to know more'), ('outdated', 'Outdated')], max_length=8)),
                ('at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('derives', 'Derives from'), ('merges', 'Merges'), ('replaces', 'Replaces')], max_length=8)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('author_people', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=41), blank=True, default=list, size=None)),
                ('label', models.CharField(choices=[('clear', 'TLP:CLEAR'), ('green', 'TLP:GREEN'), ('amber', 'TLP:AMBER'), ('amber_strict', 'TLP:AMBER+STRICT'), ('red', 'TLP:RED')], default='amber_strict', max_length=12, verbose_name='label')),
                ('reader_people', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=41), blank=True, default=list, size=None)),
                ('reader_organisations', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('reader_groups', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('closed', 'Closed')], default='open', max_length=8)),
                ('title', models.CharField(max_length=200, verbose_name='what you are looking for')),
                ('text', models.TextField(blank=True, default='', max_length=4000, verbose_name='more about it')),
                ('language', models.CharField(default='en', max_length=8)),
                ('harms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('content_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('text', 'Text'), ('image', 'Images'), ('video', 'Video'), ('audio', 'Audio'), ('live', 'Live broadcasts'), ('voice', 'Voice rooms'), ('link', 'Links'), ('profile', 'Profiles'), ('game', 'Things in games'), ('advertising', 'Advertising')], max_length=60), blank=True, default=list, size=None)),
                ('service_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('messenger', 'Messenger'), ('social_network', 'Social network'), ('video_hosting', 'Video hosting'), ('search', 'Search'), ('game', 'Games'), ('marketplace', 'Marketplace'), ('forum', 'Forum or comments'), ('media', 'Media'), ('telecom', 'Telecom operator'), ('storage', 'Cloud storage'), ('app_store', 'App store'), ('security', 'Security software')], max_length=60), blank=True, default=list, size=None)),
                ('encryption', models.CharField(blank=True, choices=[('works', 'Works with end-to-end encryption'), ('without', 'Only without end-to-end encryption'), ('irrelevant', 'Has nothing to do with messages')], default='', max_length=10)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                ('asked_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('query', models.JSONField(default=dict)),
                ('notifies', models.BooleanField(default=True, verbose_name='tell me when there is something new')),
                ('created_at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
            ],
            options={
                'ordering': ('name', 'id'),
            },
        ),
        migrations.AddField(
            model_name='draft',
            name='proposed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='draft',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='proposed_note',
            field=models.CharField(blank=True, default='', max_length=500, verbose_name='what changed'),
        ),
        migrations.AddField(
            model_name='draft',
            name='returned_reason',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='version',
            name='attachments',
            field=models.JSONField(default=list),
        ),
        migrations.AlterField(
            model_name='opening',
            name='opened_at',
            field=models.DateTimeField(default=portal.kernel.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name='practice',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='alliance.organisation'),
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['practice', 'person'], name='opening_person'),
        ),
        migrations.AddField(
            model_name='adoption',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='alliance.organisation'),
        ),
        migrations.AddField(
            model_name='adoption',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='adoption',
            name='service',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.service'),
        ),
        migrations.AddField(
            model_name='adoptionresult',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='adoptionresult',
            name='adoption',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='practices.adoption'),
        ),
        migrations.AddField(
            model_name='adoptionstep',
            name='adoption',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='practices.adoption'),
        ),
        migrations.AddField(
            model_name='adoptionstep',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attachment',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attachment',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='follow',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='practices.workinggroup'),
        ),
        migrations.AddField(
            model_name='follow',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation'),
        ),
        migrations.AddField(
            model_name='follow',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='follow',
            name='practice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='offer',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation'),
        ),
        migrations.AddField(
            model_name='offer',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='offer',
            name='practice',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='post',
            name='group',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='practices.workinggroup'),
        ),
        migrations.AddField(
            model_name='post',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation'),
        ),
        migrations.AddField(
            model_name='post',
            name='parent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='practices.post'),
        ),
        migrations.AddField(
            model_name='post',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='post',
            name='practice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='reaction',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation'),
        ),
        migrations.AddField(
            model_name='reaction',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reaction',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='relation',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='relation',
            name='target',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='related', to='practices.practice'),
        ),
        migrations.AddField(
            model_name='request',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='request',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='alliance.organisation'),
        ),
        migrations.AddField(
            model_name='post',
            name='request',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='practices.request'),
        ),
        migrations.AddField(
            model_name='offer',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='practices.request'),
        ),
        migrations.AddField(
            model_name='follow',
            name='request',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='practices.request'),
        ),
        migrations.AddField(
            model_name='savedsearch',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation'),
        ),
        migrations.AddField(
            model_name='savedsearch',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='adoption',
            constraint=models.UniqueConstraint(fields=('practice', 'organisation', 'service'), name='adoption_once', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adoptionstep',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9240c7cdc48f9f6a6899ba57e71582bfc718bab3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_96828', table='practices_adoptionstep', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adoptionstep',
            trigger=pgtrigger.compiler.Trigger(name='never_truncated', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'This table is append-only.';", hash='1fd44339a75e5881f66cc46e6d9a6828e213a03a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_truncated_44674', table='practices_adoptionstep', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reaction',
            constraint=models.UniqueConstraint(fields=('practice', 'kind', 'person'), name='reaction_once'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(fields=('practice', 'kind', 'target'), name='relation_once'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('practice', models.F('target')), _negated=True), name='relation_to_another'),
        ),
        migrations.AddIndex(
            model_name='request',
            index=models.Index(fields=['state', '-id'], name='request_state'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', True), ('practice__isnull', False), ('request__isnull', True)), models.Q(('group__isnull', True), ('practice__isnull', True), ('request__isnull', False)), models.Q(('group__isnull', False), ('practice__isnull', True), ('request__isnull', True)), _connector='OR'), name='post_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', False)), fields=('parent',), name='one_accepted_answer'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', True), ('practice__isnull', False), ('request__isnull', True)), models.Q(('group__isnull', True), ('practice__isnull', True), ('request__isnull', False)), models.Q(('group__isnull', False), ('practice__isnull', True), ('request__isnull', True)), _connector='OR'), name='follow_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('person', 'organisation', 'practice', 'request', 'group'), name='follow_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='savedsearch',
            constraint=models.UniqueConstraint(fields=('person', 'organisation', 'name'), name='saved_search_name'),
        ),
        *(migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES),
    ]
