from apps.dispatch.models.draft import Draft
from apps.dispatch.models.route import SignPoint
from apps.dispatch.models.sending import Sent
from apps.dispatch.models.sheets import Sheet

__all__ = ["Draft", "Sent", "Sheet", "SignPoint"]
