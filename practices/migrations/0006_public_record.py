"""The table that public pages read of practices."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0012_pledge_row_security'),
        ('practices', '0005_entries'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedPractice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.PositiveBigIntegerField()),
                ('valid_to', models.PositiveBigIntegerField(editable=False, null=True)),
                ('record', models.UUIDField()),
                ('state', models.CharField(choices=[('shared', 'Shared'), ('retired', 'Retired'), ('withdrawn', 'Withdrawn')], max_length=9)),
                ('reason', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('number', models.PositiveIntegerField()),
                ('note', models.CharField(blank=True, default='', max_length=500)),
                ('shared_at', models.DateTimeField()),
                ('language', models.CharField(max_length=8)),
                ('title', models.CharField(max_length=200)),
                ('authors', models.JSONField(default=list)),
                ('content', models.JSONField(default=dict)),
                ('relations', models.JSONField(default=list)),
                ('files', models.JSONField(default=list)),
                ('expires_on', models.DateField(null=True)),
                ('kind', models.CharField(blank=True, choices=[('technique', 'Technique'), ('case_study', 'Case study'), ('tool', 'Tool'), ('research', 'Research'), ('alert', 'Alert')], default='', max_length=10)),
                ('stage', models.CharField(blank=True, choices=[('idea', 'Idea'), ('trial', 'Trial'), ('proven', 'Proven'), ('deprecated', 'Deprecated')], default='', max_length=10)),
                ('grade', models.CharField(blank=True, choices=[('untested', 'Untested'), ('tentative', 'Tentative'), ('possible', 'Possible'), ('likely', 'Likely'), ('convincing', 'Convincing')], default='', max_length=10)),
                ('harms', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('service_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('measures', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('search', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='alliance.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['record', '-valid_from'], name='published_practice_history'), models.Index(condition=models.Q(('valid_to__isnull', True)), fields=['-shared_at'], name='published_practice_latest'), models.Index(condition=models.Q(('valid_to__isnull', True)), fields=['organisation'], name='published_practice_source'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='published_practice_search'), django.contrib.postgres.indexes.GinIndex(fields=['measures'], name='published_practice_measures'), django.contrib.postgres.indexes.GinIndex(fields=['relations'], name='published_practice_relations', opclasses=['jsonb_path_ops'])],
                'constraints': [models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('record',), name='published_practice_current')],
            },
        ),
    ]
