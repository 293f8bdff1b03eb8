"""Sign-in, second factor, sessions, campus sign-in: allauth's pages, in our look. The choice of language and theme."""

from django.urls import include, path
from django.views.generic import RedirectView

from apps.core import views

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
    # One place for addresses: the person's own settings, which keep contact point and sign-in address together.
    path("email/", RedirectView.as_view(pattern_name="people:profile"), name="account_email"),
    path("", include("allauth.urls")),
]
