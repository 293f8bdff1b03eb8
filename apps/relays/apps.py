from django.apps import AppConfig


class RelaysConfig(AppConfig):
    name = "apps.relays"
