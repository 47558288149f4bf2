"""Adds imports of practices, their files, and what archives hold, behind row-level security: their person's alone."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from portal.kernel.row_security import forced_policy, own_tenant

_OWN_PERSON = (
    "(person_id::text = current_setting('portal.person', true) AND " + own_tenant("organisation_id") + ")"
)
POLICIES = (
    forced_policy("practices_practiceimport", _OWN_PERSON),
    forced_policy(
        "practices_importedfile",
        "EXISTS (SELECT 1 FROM practices_practiceimport i WHERE i.id = upload_id)",
    ),
    # whoever asked for an archive must see every line of it, whatever they see of the practices by now
    forced_policy("practices_archiveentry", _OWN_PERSON),
)


class Migration(migrations.Migration):
    dependencies = [
        ('practices', '0003_feedback'),
        ('portal', '0002_quoted_subjects'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PracticeImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('discarded_at', models.DateTimeField(null=True)),
                ('step', models.CharField(blank=True, default='', max_length=200)),
                ('failed', models.BooleanField(default=False)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-id',),
                'indexes': [models.Index(fields=['person', 'organisation', '-id'], name='import_mine')],
            },
        ),
        migrations.CreateModel(
            name='ImportedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=300)),
                ('file', models.CharField(blank=True, default='', max_length=300)),
                ('sha256', models.CharField(max_length=64)),
                ('report', models.JSONField(default=dict)),
                ('outcome', models.CharField(blank=True, choices=[('drafted', 'A new draft'), ('edited', 'A working copy replaced'), ('refused', 'Refused')], default='', max_length=8)),
                ('refusal', models.TextField(blank=True, default='')),
                ('done_at', models.DateTimeField(null=True)),
                ('practice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practices.practice')),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='practices.practiceimport')),
            ],
            options={
                'ordering': ('position',),
                'constraints': [models.UniqueConstraint(fields=('upload', 'position'), name='import_file_once')],
            },
        ),
        migrations.CreateModel(
            name='ArchiveEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(choices=[('clear', 'TLP:CLEAR'), ('green', 'TLP:GREEN'), ('amber', 'TLP:AMBER'), ('amber_strict', 'TLP:AMBER+STRICT'), ('red', 'TLP:RED')], max_length=12)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.document')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='practices.practice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'practice'), name='archived_once')],
            },
        ),
        *(migrations.RunSQL(forwards, backwards) for forwards, backwards in POLICIES),
    ]
