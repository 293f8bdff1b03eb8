"""URLs of this app."""

from django.urls import path

from apps.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.batches, name="list"),
    path("new/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/mapping/", views.change_mapping, name="change_mapping"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/rows/<int:row_pk>/rename/", views.confirm_rename, name="confirm_rename"),
    path("<int:pk>/commit/", views.commit, name="commit"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/refused/", views.refused, name="refused"),
]
