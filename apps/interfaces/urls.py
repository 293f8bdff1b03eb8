"""Addresses of the pages; those of the API are in api.urls."""

from django.urls import URLPattern

app_name = "interfaces"
urlpatterns: list[URLPattern] = []
