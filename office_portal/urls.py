"""All addresses. Every view needs sign-in unless it says otherwise (LoginRequiredMiddleware)."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from office_portal import accounts_urls, health

urlpatterns = [
    path("", include("apps.dashboard.urls")),
    path("people/", include("apps.people.urls")),
    path("files/", include("apps.journal.urls")),
    path("imports/", include("apps.imports.urls")),
    path("forms/", include("apps.questionnaires.urls")),
    path("delivery/", include("apps.delivery.urls")),
    path("notices/", include("apps.notices.urls")),
    path("replies/", include("apps.replies.urls")),
    path("relays/", include("apps.relays.urls")),
    path("assignments/", include("apps.assignments.urls")),
    path("documents/", include("apps.documents.urls")),
    path("seals/", include("apps.seals.urls")),
    path("dispatch/", include("apps.dispatch.urls")),
    path("help/", include("apps.knowledge.urls")),
    path("tasks/", include("apps.tasks.urls")),
    path("requests/", include("apps.servicedesk.urls")),
    path("reports/", include("apps.reports.urls")),
    path("interfaces/", include("apps.interfaces.urls")),
    path("api/v1/", include("apps.interfaces.api.urls")),
    path("accounts/", include(accounts_urls)),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", admin.site.urls),
    path("healthz", login_not_required(health.healthz), name="healthz"),
    path("metrics", login_not_required(health.metrics), name="metrics"),
]

handler400 = "apps.core.views.bad_request"
handler404 = "apps.core.views.not_found"
handler403 = "apps.core.views.forbidden"
handler500 = "apps.core.views.server_error"

admin.site.site_header = "Office Portal"

if settings.CAS_SERVER_URL:
    import django_cas_ng.views as cas

    urlpatterns += [
        path("cas/login", login_not_required(cas.LoginView.as_view()), name="cas_ng_login"),
        path("cas/logout", login_not_required(cas.LogoutView.as_view()), name="cas_ng_logout"),
    ]
