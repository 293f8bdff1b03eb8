"""Robots of chat groups. What they post stands in a group: it says nothing about any person in it.

The address is built from the robot's kind and its secret, so nothing that people type decides which host is called.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence

from django.conf import settings

from apps.core.clock import now
from apps.delivery.channels.http import call_api
from apps.delivery.channels.words import chat_text
from apps.delivery.enums import RobotKind
from apps.delivery.models import Delivery, GroupRobot, MessageText
from apps.delivery.sealing import unseal
from apps.delivery.smtp import Answer, Fate, RelayAway

MOST = 1
ADDRESS = re.compile(r"robot:\d{1,18}")
TEXT_BYTES = 2_048
STEP = "robot"
ORIGIN = {
    RobotKind.WECOM: "https://qyapi.weixin.qq.com",
    RobotKind.DINGTALK: "https://oapi.dingtalk.com",
    RobotKind.FEISHU: "https://open.feishu.cn",
}
KEY = r"([A-Za-z0-9_-]{8,128})"
SHOWN = {
    RobotKind.WECOM: rf"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key={KEY}|{KEY}",
    RobotKind.DINGTALK: rf"https://oapi\.dingtalk\.com/robot/send\?access_token={KEY}|{KEY}",
    RobotKind.FEISHU: rf"https://open\.feishu\.cn/open-apis/bot/v2/hook/{KEY}|{KEY}",
}
WAIT = {RobotKind.WECOM: (-1, 45009), RobotKind.DINGTALK: (-1, 130101, 410100), RobotKind.FEISHU: (9499, 11232)}


def send(rows: Sequence[Delivery], words: MessageText) -> list[Answer]:
    """Post to one group. Raises RelayAway and LineBroke."""
    (row,) = rows
    robot = GroupRobot.objects.at_address(row.address)
    if robot is None or not robot.is_active:
        return [Answer(Fate.REFUSED, 0, "the robot is switched off", STEP)]
    return [post(robot, chat_text(row, words, most_bytes=TEXT_BYTES))]


def post(robot: GroupRobot, text: str) -> Answer:
    """Raises RelayAway and LineBroke."""
    kind = RobotKind(robot.kind)
    path, params, body = REQUEST[kind](unseal(robot.sealed_token), unseal(robot.sealed_secret), text)
    origin = settings.ROBOT_STAND_IN or ORIGIN[kind]
    reply = call_api("POST", origin + path, params=params, body=body)
    if reply.code in WAIT[kind]:
        raise RelayAway(f"{STEP}: {reply.text}")
    return Answer(Fate.REFUSED if reply.code else Fate.TAKEN, reply.code, reply.text, STEP)


Request = tuple[str, dict[str, str], dict[str, object]]


def wecom_request(token: str, _secret: str, text: str) -> Request:
    return "/cgi-bin/webhook/send", {"key": token}, {"msgtype": "text", "text": {"content": text}}


def dingtalk_request(token: str, secret: str, text: str) -> Request:
    params = {"access_token": token}
    if secret:
        stamp = str(int(now().timestamp() * 1000))
        params |= {"timestamp": stamp, "sign": _digest(secret, f"{stamp}\n{secret}")}
    return "/robot/send", params, {"msgtype": "text", "text": {"content": text}}


def feishu_request(token: str, secret: str, text: str) -> Request:
    body: dict[str, object] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(now().timestamp()))
        # Feishu signs an empty text with time and secret as the key.
        body |= {"timestamp": stamp, "sign": _digest(f"{stamp}\n{secret}", "")}
    return f"/open-apis/bot/v2/hook/{token}", {}, body


def _digest(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


REQUEST: dict[RobotKind, Callable[[str, str, str], Request]] = {
    RobotKind.WECOM: wecom_request,
    RobotKind.DINGTALK: dingtalk_request,
    RobotKind.FEISHU: feishu_request,
}


def token_in(address: str, kind: RobotKind) -> str:
    """The token in the address that a chat group shows, or the bare token; "" for anything else, and for the address
    of another host or kind.
    """
    found = re.fullmatch(SHOWN[kind], address.strip())
    return next((part for part in found.groups() if part), "") if found else ""
