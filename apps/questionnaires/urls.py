"""URLs of this app."""

from django.urls import path

from apps.questionnaires import views

app_name = "questionnaires"
urlpatterns = [
    path("people", views.people, name="people"),
]
