from django.contrib import admin

from programmes.admin import FromFilesAdmin, IsOffered
from trainings.models import Topic


@admin.register(Topic)
class TopicAdmin(FromFilesAdmin):
    list_display = ("title", "code", "order", "programme", "withdrawn_at")
    list_filter = (IsOffered, "programme")
    list_select_related = ("programme",)
    search_fields = ("code", "data")
