"""Sign-in, second factor, sessions, campus sign-in: allauth's pages, in our look."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
