"""URLs of this app."""

from django.urls import path

from apps.journal import exports, views

app_name = "journal"
urlpatterns = [
    path("upload", views.upload, name="upload"),
    path("audit", views.audit, name="audit"),
    path("lists/", exports.exports, name="exports"),
    path("lists/<int:pk>/sheet", exports.sheet, name="sheet"),
    path("lists/<slug:code>", exports.export, name="export"),
    path("<uuid:key>", views.download, name="download"),
    path("<uuid:key>/remove", views.remove, name="remove"),
]
