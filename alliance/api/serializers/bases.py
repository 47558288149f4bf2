"""Base of public facts: the member and the cycle of each."""

from rest_framework import serializers

from portal.kernel.api import StrictSerializer


class MemberFactSerializer(StrictSerializer):
    """What belongs to a member; `publication` is the number of its publication."""

    member = serializers.SlugField(source="organisation.slug")
    publication = serializers.IntegerField(source="valid_from")


class ReportFactSerializer(MemberFactSerializer):
    """What belongs to a member's report for a cycle."""

    cycle = serializers.SlugField(source="cycle.slug")
