"""What a city sets itself."""

from __future__ import annotations

from django.contrib import admin

from apps.desk.models import RetentionRule, TextTemplate


@admin.register(TextTemplate)
class TextTemplateAdmin(admin.ModelAdmin[TextTemplate]):
    """Texts to start from."""

    list_display = ("key", "use", "law", "title_de", "title_en")
    list_filter = ("use", "law")
    search_fields = ("key", "title_de", "title_en")


@admin.register(RetentionRule)
class RetentionRuleAdmin(admin.ModelAdmin[RetentionRule]):
    """How long closed requests are kept."""

    list_display = ("resolution", "days")
