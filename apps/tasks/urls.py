"""URLs of this app."""

from django.urls import path

from apps.tasks.views import lists, moves, one

app_name = "tasks"
urlpatterns = [
    path("", lists.mine, name="list"),
    path("<int:pk>", one.detail, name="detail"),
    path("<int:pk>/report", moves.report, name="report"),
    path("<int:pk>/accept", moves.accept, name="accept"),
    path("<int:pk>/return", moves.give_back, name="give_back"),
    path("<int:pk>/cancel", moves.cancel, name="cancel"),
    path("<int:pk>/hand-over", moves.hand_over, name="hand_over"),
    path("<int:pk>/change", moves.change, name="change"),
]
