"""The secretariat can publish a comment for a member whose people have no access: everybody reads it then."""

from django.db import migrations, models

from portal.kernel.access import IS_HOST, forced_policy, own_tenant

_TABLE = "alliance_invitedcomment"
_OWN, _OF_PARTNER = own_tenant("organisation_id"), own_tenant("partner_id")
_DROP = f"DROP POLICY {_TABLE}_policy ON {_TABLE}; "


def _policy(released: str) -> str:
    public = f"(partner_agrees AND {released})"
    condition = f"({IS_HOST} OR {_OF_PARTNER} OR (state = 'answered' AND ({_OWN} OR {public})))"
    return _DROP + forced_policy(_TABLE, condition)[0]


class Migration(migrations.Migration):
    dependencies = [
        ("alliance", "0009_pledge_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitedcomment",
            name="published_without_member_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            _policy("(member_agrees OR published_without_member_at IS NOT NULL)"), _policy("member_agrees")
        ),
    ]
