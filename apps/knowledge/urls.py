"""URLs of this app."""

from django.urls import URLPattern, path

from apps.knowledge import views

app_name = "knowledge"
urlpatterns: list[URLPattern] = [
    path("", views.articles, name="list"),
    path("new", views.create, name="create"),
    path("<int:pk>", views.article, name="detail"),
    path("<int:pk>/edit", views.edit, name="edit"),
    path("<int:pk>/history", views.history, name="history"),
    path("<int:pk>/publish", views.publish, name="publish"),
    path("<int:pk>/check", views.check, name="check"),
    path("<int:pk>/retire", views.retire, name="retire"),
    path("<int:pk>/feedback", views.feedback, name="feedback"),
]
