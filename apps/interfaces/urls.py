"""Addresses of the pages; those of the API are in api.urls."""

from django.urls import URLPattern, path

from apps.interfaces.views import hooks, integrations, mine, personal

app_name = "interfaces"
urlpatterns: list[URLPattern] = [
    path("", integrations.integrations, name="integrations"),
    path("new", integrations.create_integration, name="create_integration"),
    path("my-data", personal.my_data, name="my_data"),
    path("my-data/ask", personal.ask_my_data, name="ask_my_data"),
    path("my-data/ask-for", personal.ask_data_of, name="ask_data_of"),
    path("my-data/<int:pk>/take", personal.take_copy, name="take_copy"),
    path("mine", mine.mine, name="mine"),
    path("<int:pk>/confirm", mine.confirm, name="confirm"),
    path("<int:pk>/end", mine.end, name="end"),
    path("<int:pk>", integrations.integration, name="integration"),
    path("<int:pk>/edit", integrations.edit_integration, name="edit_integration"),
    path("<int:pk>/off", integrations.switch_off, name="switch_off"),
    path("<int:pk>/on", integrations.switch_on, name="switch_on"),
    path("<int:pk>/tokens", integrations.make_token, name="make_token"),
    path("tokens/<int:pk>/revoke", integrations.revoke_token, name="revoke_token"),
    path("<int:pk>/addresses", hooks.create_subscription, name="create_subscription"),
    path("addresses/<int:pk>", hooks.subscription, name="subscription"),
    path("addresses/<int:pk>/edit", hooks.edit_subscription, name="edit_subscription"),
    path("addresses/<int:pk>/secret", hooks.change_secret, name="change_secret"),
    path("addresses/<int:pk>/try", hooks.try_address, name="try_address"),
    path("addresses/<int:pk>/off", hooks.stop_telling, name="stop_telling"),
    path("addresses/<int:pk>/on", hooks.tell_on, name="tell_on"),
    path("addresses/<int:pk>/again", hooks.send_again, name="send_again"),
]
