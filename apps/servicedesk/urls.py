"""URLs of this app."""

from django.urls import path

from apps.servicedesk.views_check import check

app_name = "servicedesk"
urlpatterns = [
    path("check/<str:token>", check, name="check"),
]
