"""What was done with backups, and how it ended: a table of its own."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0005_webhook_subjects'),
    ]

    operations = [
        migrations.CreateModel(
            name='BackupRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('kind', models.CharField(choices=[('backup', 'Backup'), ('verify', 'Verify'), ('copy', 'Copy'), ('drill', 'Drill')], max_length=6)),
                ('outcome', models.CharField(choices=[('good', 'Good'), ('damaged', 'Damaged'), ('failed', 'Failed')], db_default='good', default='good', max_length=7)),
                ('archive', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('bytes', models.PositiveBigIntegerField(null=True)),
                ('seconds', models.PositiveIntegerField(null=True)),
                ('detail', models.TextField(blank=True, db_default='', default='')),
            ],
            options={
                'ordering': ('-at', '-id'),
                'indexes': [models.Index(fields=['kind', '-at'], name='backup_run_kind')],
            },
        ),
    ]
