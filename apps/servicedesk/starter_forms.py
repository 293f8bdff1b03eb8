"""The questions of the three services a new portal begins with; afterwards they are edited as data."""

Field = dict[str, object]


def words(hant: str, hans: str, en: str) -> dict[str, str]:
    return {"zh-hant": hant, "zh-hans": hans, "en": en}


def choice(key: str, hant: str, hans: str, en: str) -> dict[str, object]:
    return {"key": key, "label": words(hant, hans, en)}


REMARKS: Field = {
    "key": "remarks",
    "kind": "long_text",
    "label": words("備註", "备注", "Remarks"),
    "limits": {"max_length": 1000},
}

ENROLMENT: list[Field] = [
    {
        "key": "purpose",
        "kind": "choice",
        "label": words("用途", "用途", "Purpose"),
        "required": True,
        "choices": [
            choice("visa", "辦理簽證", "办理签证", "visa application"),
            choice("scholarship", "申請獎助學金", "申请奖助学金", "scholarship or grant"),
            choice("internship", "實習", "实习", "internship"),
            choice("bank", "銀行開戶或貸款", "银行开户或贷款", "bank account or loan"),
            choice("other", "其他", "其他", "other"),
        ],
    },
    {
        "key": "purpose_other",
        "kind": "text",
        "label": words("具體用途", "具体用途", "Which purpose"),
        "help": words(
            "會印在證明上，例如「申請德國短期簽證」。",
            "会印在证明上，例如“申请德国短期签证”。",
            "It is printed on the certificate, for example “visa for Germany”.",
        ),
        "shown_if": {"field": "purpose", "operator": "is", "value": "other"},
        "required_if": {"field": "purpose", "operator": "is", "value": "other"},
        "limits": {"max_length": 60},
    },
    {
        "key": "language",
        "kind": "choice",
        "label": words("證明的語文", "证明的语文", "Language of the certificate"),
        "help": words(
            "英文證明印英文姓名；名冊中沒有英文姓名的，印中文姓名。",
            "英文证明印英文姓名；名册中没有英文姓名的，印中文姓名。",
            "An English certificate bears the name in English, if the roster has one.",
        ),
        "required": True,
        "choices": [
            choice("zh-hant", "繁體中文", "繁体中文", "Chinese (traditional)"),
            choice("zh-hans", "簡體中文", "简体中文", "Chinese (simplified)"),
            choice("en", "英文", "英文", "English"),
        ],
    },
    {
        "key": "copies",
        "kind": "number",
        "label": words("紙本份數", "纸本份数", "Copies on paper"),
        "help": words(
            "只要電子版的，填 0。電子版可隨時下載。",
            "只要电子版的，填 0。电子版可随时下载。",
            "0 if the electronic one is enough; you can download it at any time.",
        ),
        "required": True,
        "limits": {"minimum": 0, "maximum": 10, "whole": True},
    },
    REMARKS,
]

SEAL: list[Field] = [
    {
        "key": "paper",
        "kind": "text",
        "label": words("文件名稱", "文件名称", "Title of the paper"),
        "required": True,
        "limits": {"max_length": 120},
    },
    {
        "key": "file",
        "kind": "file",
        "label": words("文件全文", "文件全文", "The whole paper"),
        "help": words(
            "請上傳定稿（PDF 為佳）。空白或未填妥的文件不予用印；實際用印的文件須與此一致。",
            "请上传定稿（PDF 为佳）。空白或未填妥的文件不予用印；实际用印的文件须与此一致。",
            "The final text, best as PDF. Blank or half-filled sheets are not sealed; this very paper is.",
        ),
        "required": True,
        "limits": {"max_files": 1, "allow": ["pdf", "docx", "odt", "png", "jpg", "jpeg"]},
    },
    {
        "key": "seal",
        "kind": "choice",
        "label": words("印章", "印章", "Seal"),
        "required": True,
        "choices": [
            choice("college", "學院公章", "学院公章", "seal of the college"),
            choice("office", "院辦公室章", "院办公室章", "seal of the office"),
            choice("contract", "合同專用章", "合同专用章", "seal for contracts"),
        ],
    },
    {
        "key": "copies",
        "kind": "number",
        "label": words("用印份數", "用印份数", "Impressions"),
        "required": True,
        "limits": {"minimum": 1, "maximum": 50, "whole": True},
    },
    {
        "key": "addressee",
        "kind": "text",
        "label": words("送往單位", "送往单位", "To whom the paper goes"),
        "required": True,
        "limits": {"max_length": 120},
    },
    {
        "key": "reason",
        "kind": "long_text",
        "label": words("用印事由", "用印事由", "Reason"),
        "required": True,
        "limits": {"max_length": 1000},
    },
]

REPAIR: list[Field] = [
    {
        "key": "place",
        "kind": "text",
        "label": words("地點", "地点", "Place"),
        "help": words(
            "樓名和房號，例如「實驗樓 B203」。",
            "楼名和房号，例如“实验楼 B203”。",
            "Building and room, for example “Lab B203”.",
        ),
        "required": True,
        "limits": {"max_length": 80},
    },
    {
        "key": "what",
        "kind": "long_text",
        "label": words("故障情況", "故障情况", "What is broken"),
        "required": True,
        "limits": {"max_length": 500},
    },
    {
        "key": "urgency",
        "kind": "choice",
        "label": words("緊急程度", "紧急程度", "Urgency"),
        "required": True,
        "choices": [
            choice("normal", "一般", "一般", "usual"),
            choice("teaching", "影響上課", "影响上课", "a class cannot be held"),
            choice(
                "danger", "有危險（漏水、漏電、門鎖）", "有危险（漏水、漏电、门锁）", "dangerous (water, power, lock)"
            ),
        ],
    },
    {
        "key": "photo",
        "kind": "file",
        "label": words("照片", "照片", "Photo"),
        "limits": {"max_files": 3, "allow": ["png", "jpg", "jpeg", "webp"]},
    },
    {
        "key": "phone",
        "kind": "text",
        "label": words("聯絡電話", "联系电话", "Phone"),
        "required": True,
        "limits": {"max_length": 30},
    },
    {
        "key": "when",
        "kind": "text",
        "label": words("方便上門的時間", "方便上门的时间", "When we can come"),
        "help": words("例如「週三下午」。", "例如“周三下午”。", "For example “Wednesday afternoon”."),
        "limits": {"max_length": 120},
    },
]
