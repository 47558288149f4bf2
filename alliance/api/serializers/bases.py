"""Bases of the serializers of published records: the member, and the cycle."""

from rest_framework import serializers

from portal.kernel.api import StrictSerializer


class MemberFactSerializer(StrictSerializer):
    """A published record of a member; `publication` is the number of its publication."""

    member = serializers.SlugField(source="organisation.slug")
    publication = serializers.IntegerField(source="valid_from")


class ReportFactSerializer(MemberFactSerializer):
    """A published record of a member's report for a cycle."""

    cycle = serializers.SlugField(source="cycle.slug")
