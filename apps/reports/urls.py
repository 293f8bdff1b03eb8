"""URLs of this app."""

from django.urls import path

from apps.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("summary.pdf", views.summary_file, name="pdf"),
    path("by-mail/", views.subscriptions, name="subscriptions"),
    path("by-mail/add/", views.subscribe, name="subscribe"),
    path("by-mail/me/", views.subscribe_me, name="subscribe_me"),
    path("by-mail/<int:pk>/stop/", views.stop, name="stop"),
    path("by-mail/<slug:rhythm>/<slug:first>/summary.pdf", views.edition, name="edition"),
]
