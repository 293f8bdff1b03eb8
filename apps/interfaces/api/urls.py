"""Addresses of the API. None of them knows a session: each asks for a token itself (api.auth)."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern

from apps.interfaces.api.api import api

app_name = "api"
urlpatterns: list[URLPattern] = api.urls[0]
for each in urlpatterns:
    each.callback = login_not_required(each.callback)
