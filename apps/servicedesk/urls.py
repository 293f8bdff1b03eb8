"""URLs of this app."""

from django.urls import URLPattern, path

from apps.servicedesk.views import catalogue, clock, filing, handling, listing, manage, papers, requester, requests
from apps.servicedesk.views_check import check

app_name = "servicedesk"
urlpatterns: list[URLPattern] = [
    path("", catalogue.catalogue, name="catalogue"),
    path("mine/", requests.mine, name="mine"),
    path("file/<slug:code>", filing.file, name="file"),
    path("drafts/<int:pk>", filing.draft, name="draft"),
    path("drafts/<int:pk>/check", filing.check_answers, name="check_answers"),
    path("drafts/<int:pk>/submit", filing.submit, name="submit"),
    path("drafts/<int:pk>/delete", filing.delete_draft, name="delete_draft"),
    path("list/", listing.list_requests, name="list"),
    path("list/bulk", listing.bulk, name="bulk"),
    path("list/export", listing.export, name="export"),
    path("services/", manage.manage, name="manage"),
    path("services/new", manage.create_service, name="create_service"),
    path("services/<slug:code>", manage.edit_service, name="edit_service"),
    path("check/<str:token>", check, name="check"),
    path("certificates/<int:pk>", requests.certificate, name="certificate"),
    path("certificates/<int:pk>/reissue", papers.reissue, name="reissue"),
    path("certificates/<int:pk>/revoke", papers.revoke, name="revoke"),
    path("<int:pk>", requests.detail, name="detail"),
    path("<int:pk>/filed", filing.filed, name="filed"),
    path("<int:pk>/clock", clock.clock, name="clock"),
    path("<int:pk>/news", requests.news_count, name="news"),
    path("<int:pk>/message", requester.message, name="message"),
    path("<int:pk>/correct", requester.correct, name="correct"),
    path("<int:pk>/answer", requester.answer, name="answer"),
    path("<int:pk>/withdraw", requester.withdraw, name="withdraw"),
    path("<int:pk>/reopen", requester.reopen, name="reopen"),
    path("<int:pk>/urge", requester.urge, name="urge"),
    path("<int:pk>/rate", requester.rate, name="rate"),
    path("<int:pk>/take", handling.take, name="take"),
    path("<int:pk>/assign", handling.assign, name="assign"),
    path("<int:pk>/return", handling.return_for_correction, name="return"),
    path("<int:pk>/ask", handling.ask, name="ask"),
    path("<int:pk>/resume", handling.resume, name="resume"),
    path("<int:pk>/ask-approval", handling.ask_approval, name="ask_approval"),
    path("<int:pk>/decide", handling.decide, name="decide"),
    path("<int:pk>/complete", handling.complete, name="complete"),
    path("<int:pk>/refuse", handling.refuse, name="refuse"),
    path("<int:pk>/office", handling.office, name="office"),
    path("<int:pk>/set-due", handling.set_due, name="set_due"),
]
