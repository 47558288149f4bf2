"""The secretariat can publish a comment for a member whose people have no access: everybody reads it then."""

from django.db import migrations, models

from portal.kernel.access import IS_HOST, forced_policy, own_tenant

_TABLE = "alliance_invitedcomment"
_OWN, _OF_PARTNER = own_tenant("organisation_id"), own_tenant("partner_id")
# all four that 0002 made: one that stayed would let through beside the new ones
_DROP = "".join(f"DROP POLICY {_TABLE}_{name} ON {_TABLE}; " for name in ("policy", "insert", "update", "delete"))


def _policies(released: str) -> str:
    """The policies of 0002, with another condition for what everybody reads; who may write stays as it is there."""
    public = f"(partner_agrees AND {released})"
    read = f"({IS_HOST} OR {_OF_PARTNER} OR (state = 'answered' AND ({_OWN} OR {public})))"
    write = f"({IS_HOST} OR {_OF_PARTNER} OR ({_OWN} AND state = 'answered'))"
    return _DROP + forced_policy(_TABLE, read, write)[0]


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
            _policies("(member_agrees OR published_without_member_at IS NOT NULL)"), _policies("member_agrees")
        ),
    ]
