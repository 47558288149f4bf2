"""Translations of working copies, which keep what they translate; a file of an import may be one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practices', '0005_thanks'),
    ]

    operations = [
        migrations.AddField(
            model_name='translation',
            name='originals',
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name='importedfile',
            name='choice',
            field=models.CharField(choices=[('practice', 'Practice'), ('version', 'New version'), ('translation', 'Translation'), ('test_set', 'Test set'), ('scores', 'Scores'), ('prompt', 'Prompt'), ('licence', 'Licence'), ('runs', 'Runs'), ('signals', 'Signals'), ('attachment', 'Attachment'), ('leave_out', 'Leave out'), ('refused', 'Refused')], default='practice', max_length=12),
        ),
        migrations.AlterField(
            model_name='translation',
            name='state',
            field=models.CharField(choices=[('draft', 'Of the working copy'), ('offered', 'Offered'), ('in_moderation', 'In moderation'), ('shared', 'Shared'), ('declined', 'Declined'), ('replaced', 'Replaced by a newer one'), ('withdrawn', 'Withdrawn')], default='offered', max_length=13),
        ),
    ]
