"""What files can bring into the service desk."""

from apps.servicedesk.importing.target import OldRequests

TARGETS = (OldRequests(),)
