"""What WeCom, DingTalk, a gateway of text messages and the three robots answer when all is well."""

from tests.delivery.standins.server import Asked, StandIn

Answer = tuple[int, dict[str, object]]


class WeCom(StandIn):
    """Members in `invalid` (none, or outside the application's range) or `unlicensed` are named in the answer, in small
    letters; when nobody is left it answers 81013. A token that `expire`d is refused.
    """

    SEND = "/cgi-bin/message/send"

    def __init__(self) -> None:
        super().__init__(self.usual)
        self.tokens = 0
        self.invalid: set[str] = set()
        self.unlicensed: set[str] = set()

    def expire(self) -> None:
        """Tokens that were given count no more; the next to be asked for is a new one."""
        self.tokens += 1

    def usual(self, asked: Asked) -> Answer:
        if asked.path == "/cgi-bin/gettoken":
            if asked.query != {"corpid": "corp", "corpsecret": "secret"}:
                return 200, {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens += 1
            return 200, {"errcode": 0, "errmsg": "ok", "access_token": f"token-{self.tokens}", "expires_in": 7200}
        if asked.query.get("access_token") != f"token-{self.tokens}":
            return 200, {"errcode": 40014, "errmsg": "invalid access_token"}
        named = {name.lower() for name in asked.body["touser"].split("|")}
        if named <= self.invalid:
            return 200, {"errcode": 81013, "errmsg": "user & party & tag all invalid", "invaliduser": "|".join(named)}
        return 200, {
            "errcode": 0,
            "errmsg": "ok",
            "invaliduser": "|".join(sorted(named & self.invalid)),
            "unlicenseduser": "|".join(sorted(named & self.unlicensed)),
            "msgid": f"msg-{len(self.asked_for(self.SEND))}",
        }

    def sent_to(self) -> list[list[str]]:
        return [one.body["touser"].split("|") for one in self.asked_for(self.SEND)]


class DingTalk(StandIn):
    """`result` is what getsendresult says of every task. A call with more than a hundred people is refused. The same
    token is given until it is said to `expire`; then it is "invalid" (40014), as DingTalk calls one that is over.
    """

    SEND = "/topapi/message/corpconversation/asyncsend_v2"
    RESULT = "/topapi/message/corpconversation/getsendresult"

    def __init__(self) -> None:
        super().__init__(self.usual)
        self.tasks = 0
        self.tokens = 1
        self.result: dict[str, object] = {}

    def expire(self) -> None:
        self.tokens += 1

    def usual(self, asked: Asked) -> Answer:
        token = f"token-{self.tokens}"
        if asked.path == "/gettoken":
            return 200, {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200}
        if asked.query.get("access_token") != token:
            return 200, {"errcode": 40014, "errmsg": "不合法的access_token"}
        if asked.path == self.RESULT:
            return 200, {"errcode": 0, "errmsg": "ok", "send_result": self.result, "request_id": "r"}
        if len(asked.body["userid_list"].split(",")) > 100:
            return 200, {"errcode": 40035, "errmsg": "不合法的参数"}
        self.tasks += 1
        return 200, {"errcode": 0, "errmsg": "ok", "task_id": 7_000_000 + self.tasks, "request_id": "r"}

    def sent_to(self) -> list[list[str]]:
        return [one.body["userid_list"].split(",") for one in self.asked_for(self.SEND)]


class Gateway(StandIn):
    """Text messages: takes each key once."""

    def __init__(self) -> None:
        super().__init__(self.usual)
        self.keys: set[str] = set()

    def usual(self, asked: Asked) -> Answer:
        key = asked.headers["Idempotency-Key"]
        if key in self.keys:
            return 409, {"error": "duplicate", "id": f"g-{key}"}
        self.keys.add(key)
        return 202, {"id": f"g-{key}", "status": "accepted"}


class Robots(StandIn):
    def __init__(self) -> None:
        super().__init__(self.usual)

    def usual(self, asked: Asked) -> Answer:
        if asked.path.startswith("/open-apis/"):
            return 200, {"code": 0, "msg": "success", "data": {}}
        return 200, {"errcode": 0, "errmsg": "ok"}
