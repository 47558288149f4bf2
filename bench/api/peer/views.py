"""The peer's list: rows by the ORM through a ModelSerializer; `?fill=` says how much ready text makes up the length."""

from typing import Any

from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

from bench.api.peer.models import Charter, Cycle, FormerName, Member, Ownership, Report, Service


class ServiceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Service
        fields = ("slug", "name_en", "name_ru", "sort_en", "sort_ru")


class OwnershipSerializer(serializers.ModelSerializer):
    service = ServiceSerializer()

    class Meta:
        model = Ownership
        fields = ("service", "starts_on", "ends_on")


class FormerNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = FormerName
        fields = ("name_en", "name_ru", "until")


class MemberSerializer(serializers.ModelSerializer):
    ownerships = OwnershipSerializer(many=True)
    former_names = FormerNameSerializer(many=True)
    successor = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Member
        fields = (
            "slug", "name_en", "name_ru", "sector_en", "sector_ru", "kind", "state", "website", "since",
            "successor", "ownerships", "former_names",
        )  # fmt: skip


class CharterSerializer(serializers.ModelSerializer):
    class Meta:
        model = Charter
        fields = ("key", "version")


class CycleSerializer(serializers.ModelSerializer):
    charter = CharterSerializer()

    class Meta:
        model = Cycle
        fields = ("slug", "title_en", "title_ru", "charter", "starts_on", "ends_on")


class ReportSerializer(serializers.ModelSerializer):
    organisation = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    cycle = CycleSerializer()

    class Meta:
        model = Report
        fields = (
            "id", "organisation", "cycle", "state", "due_on", "late", "submitted_at", "respond_by"
        )  # fmt: skip


class Pages(CursorPagination):
    page_size = 50
    ordering = ("slug",)

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        answer.data["fill"] = "x" * int(self.request.query_params.get("fill", 0))
        return answer


class Members(ListAPIView):
    """Fifty members with their services and earlier names."""

    serializer_class = MemberSerializer
    pagination_class = Pages
    queryset = (
        Member.objects.filter(kind__in=("member", "associate"))
        .select_related("successor")
        .prefetch_related("ownerships__service", "former_names")
    )


class ReportPages(Pages):
    ordering = ("-due_on", "-id")


class Reports(ListAPIView):
    """Fifty reports of one member."""

    serializer_class = ReportSerializer
    pagination_class = ReportPages
    queryset = Report.objects.filter(organisation__slug="aurora-video").select_related(
        "organisation", "cycle__charter"
    )
