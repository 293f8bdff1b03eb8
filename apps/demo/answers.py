"""What people write into the forms of the services, and the words they get back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from apps.questionnaires.conditions import shown_answers
from apps.questionnaires.definitions import FieldDefinition
from apps.questionnaires.enums import FieldKind

PURPOSES = {"visa": "辦理簽證", "scholarship": "申請獎助學金", "internship": "實習", "bank": "銀行開戶或貸款"}
PLACES = ("A301 教室", "實驗樓 B203", "B207 機房", "C105 會議室", "三樓東側洗手間", "學院圖書室")
TROUBLES = ("投影機不亮", "空調不製冷", "門鎖打不開", "網絡時斷時續", "日光燈閃爍", "水龍頭漏水", "電腦開不了機")
PAPERS = ("橫向課題合同", "實習協議", "推薦信", "校企合作備忘錄", "項目結題報告", "參賽報名表")
ADDRESSEES = ("市科技局", "合作企業", "境外高校", "競賽組委會")
RETURN_NOTES = {
    "enrolment-certificate": "請寫明用於哪國簽證，英文稿要寫國名。",
    "seal-use": "附件看不清，請重新掃描。",
    "repair": "電話打不通，請核對。",
}
WORDS_FOR = {"phone": "13900000000", "room": "實驗樓 B203", "place": "學院東門", "course": "高等數學（二）"}
WORDS_FOR |= {"class_name": "計算機 2301 班", "destination": "市科技館", "time": "14:00", "guests": "兄弟院校教務團隊"}
WORDS_FOR |= {"post": "講師", "checked_by": "教務員"}
NUMBERS_FOR = {"amount": 9800}
DAYS_FOR = {"income_from": -365, "income_until": -1, "checked_on": -1}
GRADES = (("高等數學", 5, "92"), ("大學物理", 4, "88"), ("程式設計", 3, "95"))
REASONS = ("按教學安排。", "參加學術會議。", "實驗需要。", "配合學院工作。")
OTHER_NOTE = "請補充具體事由。"
QUESTIONS = ("請問什麼時間方便上門？", "設備編號是多少？")
THANKS = ("很快，謝謝。", "辦得很好。", "時間有點長。", "")
RETURNED_FIELD = {"enrolment-certificate": "purpose", "seal-use": "file", "repair": "phone"}


def answers_for(
    code: str, random: Random, *, fields: Sequence[FieldDefinition] = (), at: datetime | None = None
) -> tuple[dict[str, object], str]:
    """Plain answers for a service and the line under which the request is listed; for a service without words of its
    own the answers are made from its questions, and the line stays empty.
    """
    if code == "enrolment-certificate":
        purpose = random.choice(list(PURPOSES))
        language = random.choices(("zh-hant", "zh-hans", "en"), (5, 3, 2))[0]
        copies = random.choices((0, 1, 2), (6, 2, 1))[0]
        return {"purpose": purpose, "language": language, "copies": copies}, f"在讀證明：{PURPOSES[purpose]}"
    if code == "repair":
        place, trouble = random.choice(PLACES), random.choice(TROUBLES)
        answers = {"place": place, "what": trouble, "urgency": "normal", "phone": "13900000000"}
        return answers, f"報修：{place}，{trouble}"
    if code == "seal-use":
        paper = random.choice(PAPERS)
        answers = {
            "paper": paper,
            "seal": "college",
            "copies": random.randint(1, 4),
            "addressee": random.choice(ADDRESSEES),
            "reason": "按約定須加蓋學院印章。",
        }
        return answers, f"用印：{paper}"
    return made_up(fields, random, at), ""


def made_up(fields: Sequence[FieldDefinition], random: Random, at: datetime | None) -> dict[str, object]:
    """Something for each of these questions; no files."""
    given: dict[str, object] = {}
    for field in fields:
        if field.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
            key = random.choice(field.choices).key
            given[field.key] = [key] if field.kind == FieldKind.CHOICES else key
        elif field.kind == FieldKind.DATE and at:
            days = DAYS_FOR.get(field.key) or random.randint(3, 12)
            given[field.key] = (at + timedelta(days=days)).date().isoformat()
        elif field.kind == FieldKind.NUMBER:
            given[field.key] = NUMBERS_FOR.get(field.key) or int(field.limits.minimum or 0) + random.randint(0, 3)
        elif field.kind == FieldKind.YES_NO:
            given[field.key] = random.random() < 0.5
        elif field.key == "grades":
            given[field.key] = [dict(zip(("course", "credits", "grade"), row, strict=True)) for row in GRADES]
        elif field.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT):
            given[field.key] = WORDS_FOR.get(field.key) or random.choice(REASONS)
    return shown_answers(fields, given)
