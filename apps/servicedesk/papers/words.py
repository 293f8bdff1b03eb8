"""The few words that a sheet says by itself, in its own language: not in that of who prints it."""

WORDS: dict[str, dict[str, str]] = {
    "zh-hant": {
        "number": "證明編號：",
        "check": "掃描核驗",
        "validity": "有效期至",
        "note": "本證明之真偽，以掃描左方二維碼所示核驗頁面為準；塗改無效。",
    },
    "zh-hans": {
        "number": "证明编号：",
        "check": "扫码核验",
        "validity": "有效期至",
        "note": "本证明之真伪，以扫描左方二维码所示核验页面为准；涂改无效。",
    },
    "en": {
        "number": "No. ",
        "check": "Scan to check",
        "validity": "Valid until ",
        "note": "Whether this paper is genuine is shown by the page behind the code. Void if altered.",
    },
}
SAMPLE = {"zh-hant": "樣張", "zh-hans": "样张", "en": "SAMPLE"}


def words_of(language: str, expires_on: str) -> dict[str, str]:
    words = WORDS[language]
    return words | {"validity": f"{words['validity']}{expires_on}" if expires_on else ""}
