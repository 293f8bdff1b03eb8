"""URLs of this app."""

from django.urls import path

from apps.journal import views

app_name = "journal"
urlpatterns = [
    path("upload", views.upload, name="upload"),
    path("audit", views.audit, name="audit"),
    path("<uuid:key>", views.download, name="download"),
    path("<uuid:key>/remove", views.remove, name="remove"),
]
