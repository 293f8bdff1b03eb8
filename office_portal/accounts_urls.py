"""Sign-in, second factor, sessions, campus sign-in: allauth's pages, in our look. The choice of language and theme."""

from django.urls import include, path

from apps.core import views

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
    path("", include("allauth.urls")),
]
