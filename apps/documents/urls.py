"""URLs of this app."""

from django.urls import URLPattern, path

from apps.documents.views import search

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("search", search.search, name="search"),
    path("pick", search.pick, name="pick"),
]
