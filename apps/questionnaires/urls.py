"""URLs of this app."""

from django.urls import path

from apps.questionnaires.views import editing, filling

app_name = "questionnaires"
urlpatterns = [
    path("", editing.list_forms, name="list"),
    path("new", editing.create, name="create"),
    path("people", filling.people, name="people"),
    path("<int:pk>", editing.edit, name="edit"),
    path("<int:pk>/fields", editing.add_field, name="add_field"),
    path("<int:pk>/fields/<slug:key>", editing.save_field, name="save_field"),
    path("<int:pk>/fields/<slug:key>/move", editing.move_field, name="move_field"),
    path("<int:pk>/fields/<slug:key>/remove", editing.remove_field, name="remove_field"),
    path("<int:pk>/publish", editing.publish, name="publish"),
    path("<int:pk>/preview", editing.preview, name="preview"),
    path("<int:pk>/versions", editing.versions, name="versions"),
]
