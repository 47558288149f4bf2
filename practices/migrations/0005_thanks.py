"""Thanks of readers for answers and uses, behind row-level security: seen with what they are for."""

import django.db.models.deletion
import portal.kernel.clock
from django.conf import settings
from django.db import migrations, models

from portal.kernel.access import forced_policy
from portal.kernel.access import own_tenant

# asked through the policies of the answer and the use; each for its row, and not made a list of all that may be seen
_SEEN = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} p WHERE p.id = {column} OFFSET 0)"
    for table, column in (("practices_post", "post_id"), ("practices_adoption", "adoption_id"))
)
_OWN_PERSON = f"(person_id::text = current_setting('portal.person', true) AND {own_tenant('organisation_id')})"
_FORWARDS, _BACKWARDS = forced_policy("practices_thanks", f"({_SEEN})", f"({_OWN_PERSON} AND ({_SEEN}))")


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0003_figure_estimated'),
        ('practices', '0004_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Thanks',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=portal.kernel.clock.now, editable=False)),
                ('adoption', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='thanks', to='practices.adoption')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='alliance.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='thanks', to='practices.post')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('adoption__isnull', True), ('post__isnull', False)), models.Q(('adoption__isnull', False), ('post__isnull', True)), _connector='OR'), name='thanks_for_one_thing'), models.UniqueConstraint(fields=('person', 'post', 'adoption'), name='thanks_once', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(_FORWARDS, _BACKWARDS),
    ]
