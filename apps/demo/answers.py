"""What people write into the forms of the three services, and the words they get back."""

from random import Random

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
QUESTIONS = ("請問什麼時間方便上門？", "設備編號是多少？")
THANKS = ("很快，謝謝。", "辦得很好。", "時間有點長。", "")
RETURNED_FIELD = {"enrolment-certificate": "purpose", "seal-use": "file", "repair": "phone"}


def answers_for(code: str, random: Random) -> tuple[dict[str, object], str]:
    """Plain answers for a service and the line under which the request is listed; an unknown service gets none."""
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
    return {}, ""
