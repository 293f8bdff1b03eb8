"""URLs of this app."""

from django.urls import path

from apps.delivery.views import (
    addresses,
    browsers,
    incoming,
    mine,
    outbox,
    robots,
    status_reports,
    waiting_reports,
)

app_name = "delivery"
urlpatterns = [
    path("", outbox.overview, name="overview"),
    path("mails/", outbox.mails, name="list"),
    path("mails/<int:pk>/", outbox.detail, name="detail"),
    path("mails/<int:pk>/send-again/", outbox.again, name="send_again"),
    path("mails/<int:pk>/evidence/<int:evidence_pk>/", outbox.raw_evidence, name="raw_evidence"),
    path("incoming/", incoming.unmatched, name="unmatched"),
    path("incoming/<int:pk>/raw/", incoming.raw, name="raw"),
    path("incoming/<int:pk>/assign/", incoming.assign, name="assign"),
    path("incoming/<int:pk>/settle/", incoming.settle, name="settle"),
    path("addresses/", addresses.resting, name="resting"),
    path("addresses/hold/", addresses.suppress, name="suppress"),
    path("addresses/<int:pk>/lift/", addresses.lift, name="lift"),
    path("browsers/", browsers.browsers, name="browsers"),
    path("browsers/add/", browsers.add_browser, name="add_browser"),
    path("browsers/worker.js", browsers.push_worker, name="push_worker"),
    path("browsers/<int:pk>/remove/", browsers.remove_browser, name="remove_browser"),
    path("robots/", robots.robots, name="robots"),
    path("robots/new/", robots.create_robot, name="create_robot"),
    path("robots/<int:pk>/edit/", robots.edit_robot, name="edit_robot"),
    path("robots/<int:pk>/try/", robots.try_robot, name="try_robot"),
    path("robots/<int:pk>/switch-off/", robots.switch_off, name="switch_robot_off"),
    path("robots/<int:pk>/switch-on/", robots.switch_on, name="switch_robot_on"),
    path("sms/status/", status_reports.sms_status, name="sms_status"),
    path("sms/reports/", waiting_reports.waiting, name="reports"),
    path("sms/reports/<int:pk>/raw/", waiting_reports.raw, name="raw_report"),
    path("sms/reports/<int:pk>/assign/", waiting_reports.assign, name="assign_report"),
    path("sms/reports/<int:pk>/settle/", waiting_reports.put_away, name="settle_report"),
    path("mine/", mine.mine, name="mine"),
    path("mine/read/", mine.mark_all_read, name="mark_all_read"),
    path("mine/<int:pk>/", mine.message, name="message"),
    path("mine/<int:pk>/open/", mine.open_one, name="open"),
]
