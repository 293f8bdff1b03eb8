"""What people write into the forms of the three services, and the words they get back."""

from random import Random

PURPOSES = ("visa", "scholarship", "internship", "bank", "other")
PLACES = ("A301 教室", "實驗樓 B203", "B207 機房", "C105 會議室", "三樓東側洗手間", "學院圖書室")
TROUBLES = ("投影機不亮", "空調不製冷", "門鎖打不開", "網絡時斷時續", "日光燈閃爍", "水龍頭漏水", "電腦開不了機")
PAPERS = ("橫向課題合同", "實習協議", "推薦信", "校企合作備忘錄", "項目結題報告", "參賽報名表")
RETURN_NOTES = ("請寫明用於哪國簽證，英文稿要寫國名。", "附件看不清，請重新掃描。", "請補上聯絡電話。")
QUESTIONS = ("請問什麼時間方便上門？", "設備編號是多少？")
THANKS = ("很快，謝謝。", "辦得很好。", "時間有點長。", "")


def answers_for(code: str, random: Random) -> dict[str, object]:
    """Plain answers for a service, by its code; an unknown service gets none."""
    if code == "enrolment-certificate":
        return {
            "purpose": random.choice(PURPOSES[:4]),
            "language": random.choice(("zh", "en")),
            "copies": random.randint(1, 3),
        }
    if code == "repair":
        return {
            "place": random.choice(PLACES),
            "what": random.choice(TROUBLES),
            "urgency": "normal",
            "phone": "13900000000",
        }
    return {}


def title_for(code: str, name: str, answers: dict[str, object], random: Random) -> str:
    """The line under which the request is listed."""
    if code == "repair":
        return f"{answers['place']}：{answers['what']}"
    if code == "seal-use":
        return f"{name}：{random.choice(PAPERS)}（{random.randint(1, 4)} 份）"
    return name
