"""Answers as mail programs really write them: the text with its quote and signature, and what is to be left of it.

Forms of the quote by program; the words are made up. `HTML` holds the same for mails without plain text.
"""

from typing import NamedTuple


class Sample(NamedTuple):
    program: str
    text: str
    wanted: str


OFFICE = "學院辦公室 <office@portal.example.edu.cn>"
MARK = "##- 請在此行以上書寫回覆 · 请在此行以上书写回复 · Please write above this line -##"
TEXTS = [
    Sample(
        "gmail en",
        f"Thank you, see attachment.\n\nOn Tue, Nov 24, 2026 at 10:00 AM {OFFICE} wrote:\n\n> {MARK}\n> Dear Lin:\n",
        "Thank you, see attachment.",
    ),
    Sample(
        "gmail en folded",
        "Yes.\n\nOn Tue, Nov 24, 2026 at 10:00 AM College Office\n<office@portal.example.edu.cn> wrote:\n> hello",
        "Yes.",
    ),
    Sample(
        "gmail zh-hant",
        f"用途是簽證。\n\n{OFFICE} 於 2026年11月24日 週二 上午10:00寫道：\n\n> 請問用途\n",
        "用途是簽證。",
    ),
    Sample(
        "gmail zh-hans", f"用途是签证。\n\n{OFFICE} 于2026年11月24日周二 10:00写道：\n\n> 请问用途\n", "用途是签证。"
    ),
    Sample(
        "gmail zh folded",
        "好的\n\n學院辦公室 <office@portal.example.edu.cn> 於\n2026年11月24日 週二 上午10:00寫道：\n> 內文",
        "好的",
    ),
    Sample(
        "name without address",
        "用途是簽證。\n\n學院辦公室 於 2026年11月24日 週二 上午10:00寫道：\n\n> 舊\n",
        "用途是簽證。",
    ),
    Sample("own word before no quote", "老師於 2026年11月24日寫道：", "老師於 2026年11月24日寫道："),
    Sample("gmail mobile", f"OK\n\nSent from my mobile\n\nOn Tue, 24 Nov 2026, 10:00 {OFFICE}, wrote:\n> x", "OK"),
    Sample("apple mail en", f"Done.\n\n> On Nov 24, 2026, at 10:00, {OFFICE} wrote:\n> \n> {MARK}\n", "Done."),
    Sample(
        "apple mail zh-hans", f"已补交。\n\n> 在 2026年11月24日，10:00，{OFFICE} 写道：\n> \n> 请补交\n", "已补交。"
    ),
    Sample(
        "apple mail zh-hant", f"已補交。\n\n> {OFFICE} 於 2026年11月24日 上午10:00 寫道：\n> \n> 請補交\n", "已補交。"
    ),
    Sample(
        "iphone zh-hans", f"收到\n\n发自我的iPhone\n\n> 在 2026年11月24日，上午10:00，{OFFICE} 写道：\n> x\n", "收到"
    ),
    Sample(
        "iphone zh-hant", f"收到\n\n從我的 iPhone 傳送\n\n> {OFFICE} 於 2026年11月24日 上午10:00 寫道：\n> x\n", "收到"
    ),
    Sample(
        "iphone en", f"Got it\n\nSent from my iPhone\n\n> On 24 Nov 2026, at 10:00, {OFFICE} wrote:\n> x\n", "Got it"
    ),
    Sample(
        "outlook en",
        f"Please find it attached.\n\nFrom: {OFFICE}\nSent: Tuesday, November 24, 2026 10:00 AM\nTo: Lin\nSubject: A question\n\nDear Lin:",
        "Please find it attached.",
    ),
    Sample(
        "outlook zh-hans",
        "请查收附件。\n\n发件人: 学院办公室 <office@portal.example.edu.cn>\n发送时间: 2026年11月24日 10:00\n收件人: 林\n主题: 一个问题\n\n您好",
        "请查收附件。",
    ),
    Sample(
        "outlook zh-hant",
        f"請查收附件。\n\n寄件者: {OFFICE}\n寄件日期: 2026年11月24日 上午 10:00\n收件者: 林\n主旨: 一個問題\n\n您好",
        "請查收附件。",
    ),
    Sample(
        "outlook old en",
        f"Fine\n\n-----Original Message-----\nFrom: {OFFICE}\nSent: Tuesday\nTo: Lin\nSubject: x\n\nhi",
        "Fine",
    ),
    Sample(
        "outlook old zh-hans",
        "可以\n\n-----邮件原件-----\n发件人: 办公室\n发送时间: 2026年\n收件人: 林\n\n您好",
        "可以",
    ),
    Sample(
        "outlook web",
        f"Agreed\n________________________________\nFrom: {OFFICE}\nSent: Tuesday, November 24, 2026 10:00\nTo: Lin\nSubject: x\n",
        "Agreed",
    ),
    Sample(
        "outlook web zh",
        f"同意\n________________________________\n寄件者: {OFFICE}\n傳送時間: 2026年11月24日\n收件者: 林\n主旨: x\n",
        "同意",
    ),
    Sample(
        "outlook ios",
        f"OK\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: {OFFICE}\nSent: Tuesday\nTo: Lin\n",
        "OK",
    ),
    Sample(
        "outlook android zh-hans",
        "好\n\n获取 Outlook for Android\n________________________________\n发件人: 办公室\n发送时间: 周二\n收件人: 林\n",
        "好",
    ),
    Sample(
        "outlook ios zh-hant",
        f"好\n\n取得 iOS 版 Outlook\n________________________________\n寄件者: {OFFICE}\n寄件日期: 週二\n收件者: 林\n",
        "好",
    ),
    Sample(
        "outlook bold",
        f"Yes please\n\n*From:* {OFFICE}\n*Sent:* Tuesday, November 24\n*To:* Lin\n*Subject:* x\n",
        "Yes please",
    ),
    Sample(
        "outlook many recipients",
        f"Noted\n\nFrom: {OFFICE}\nSent: Tuesday\nTo: A <a@b.example>; B <b@b.example>;\n C <c@b.example>\nCc: D <d@b.example>\nSubject: x\n",
        "Noted",
    ),
    Sample(
        "windows mail",
        "OK\n\n发送自 Windows 11 版邮件应用\n\n发件人: 办公室\n发送时间: 2026年11月24日 10:00\n收件人: 林\n主题: x",
        "OK",
    ),
    Sample(
        "qq mail",
        '材料已经补上，请查收。\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: "学院办公室" <office@portal.example.edu.cn>;\n发送时间: 2026年11月24日(星期二) 上午10:00\n收件人: "林";\n主题: x\n',
        "材料已经补上，请查收。",
    ),
    Sample(
        "qq mail plain", '好的。\n\n------------------ 原始邮件 ------------------\n发件人: "学院办公室";\n', "好的。"
    ),
    Sample(
        "qq mail en",
        'OK.\n\n------------------ Original ------------------\nFrom: "College Office";\nDate: Tue, Nov 24, 2026\n',
        "OK.",
    ),
    Sample("qq mail app", '收到了\n\n---原始邮件---\n发件人: "学院办公室"\n发送时间: 2026年11月24日\n', "收到了"),
    Sample("qq mail phone line", "收到了\n\n发自我的小米手机\n\n---原始邮件---\n发件人: 办公室\n", "收到了"),
    Sample(
        "exmail",
        '已处理\n\n------------------ Original ------------------\nFrom:  "学院办公室"<office@portal.example.edu.cn>;\nDate:  Tue, Nov 24, 2026 10:00 AM\nTo:  "林";\nSubject:  x\n',
        "已处理",
    ),
    Sample(
        "foxmail zh-hans",
        "您好：\n附件是证明。\n\n\n林同学\n \n发件人： 学院办公室\n发送时间： 2026-11-24 10:00\n收件人： lin\n主题： 一个问题\n您好",
        "您好：\n附件是证明。\n\n\n林同学",
    ),
    Sample(
        "foxmail zh-hant",
        "您好：\n附件是證明。\n\n寄件者： 學院辦公室\n傳送時間： 2026-11-24 10:00\n收件者： lin\n主旨： 一個問題\n您好",
        "您好：\n附件是證明。",
    ),
    Sample("foxmail en", "Hello\n\nFrom: College Office\nDate: 2026-11-24 10:00\nTo: lin\nSubject: x\nhi", "Hello"),
    Sample(
        "163 web",
        '谢谢老师。\n\n\n\n在 2026-11-24 10:00:00，"学院办公室" <office@portal.example.edu.cn> 写道：\n\n请问用途\n',
        "谢谢老师。",
    ),
    Sample(
        "163 web old",
        '谢谢。\n\n\n\n\nAt 2026-11-24 10:00:00, "学院办公室" <office@portal.example.edu.cn> wrote:\n\n请问用途',
        "谢谢。",
    ),
    Sample(
        "163 web hant",
        '謝謝。\n\n於 2026-11-24 10:00:00，"學院辦公室" <office@portal.example.edu.cn> 寫道：\n\n請問用途',
        "謝謝。",
    ),
    Sample(
        "netease master",
        "可以的\n\n| |\n林\n|\n|\nlin@163.example\n|\n签名由网易邮箱大师定制\n\n---- 回复的原邮件 ----\n| 发件人 | 学院办公室 |\n",
        "可以的",
    ),
    Sample(
        "netease master en",
        "OK\n\n---- Replied Message ----\n| From | College Office |\n| Date | 11/24/2026 10:00 |\n",
        "OK",
    ),
    Sample(
        "coremail",
        '已收到。\n\n\n-----原始邮件-----\n发件人:"学院办公室" <office@portal.example.edu.cn>\n发送时间:2026-11-24 10:00:00 (星期二)\n收件人: lin\n',
        "已收到。",
    ),
    Sample("coremail hant", '已收到。\n\n-----原始郵件-----\n寄件者:"學院辦公室"\n', "已收到。"),
    Sample("coremail spaced", "已收到。\n\n&nbsp;\n-----原始邮件----- \n发件人: x\n", "已收到。\n\n&nbsp;"),
    Sample(
        "aliyun",
        "好的，明天交。\n\n------------------------------------------------------------------\n发件人：学院办公室 <office@portal.example.edu.cn>\n日　期：2026年11月24日 10:00:00\n收件人：lin\n主　题：x\n",
        "好的，明天交。",
    ),
    Sample(
        "sina",
        "明白\n\n----- 原始邮件 -----\n发件人：学院办公室\n收件人：lin\n主题：x\n日期：2026年11月24日 10点00分\n",
        "明白",
    ),
    Sample("wecom mail", "同意\n\n发自我的企业微信\n\n----------原始邮件----------\n发件人：办公室\n", "同意"),
    Sample("thunderbird en", f"Good.\n\nOn 24/11/2026 10:00, {OFFICE} wrote:\n> line\n> line\n", "Good."),
    Sample("thunderbird zh-hans", f"好。\n\n在 2026/11/24 10:00, {OFFICE} 写道:\n> 行\n", "好。"),
    Sample("thunderbird zh-hant", f"好。\n\n於 2026/11/24 10:00, {OFFICE} 寫道:\n> 行\n", "好。"),
    Sample("thunderbird de", f"Gut.\n\nAm 24.11.26 um 10:00 schrieb {OFFICE}:\n> Zeile\n", "Gut."),
    Sample("french", f"Merci.\n\nLe mar. 24 nov. 2026 à 10:00, {OFFICE} a écrit :\n> ligne\n", "Merci."),
    Sample(
        "yahoo",
        "Hello\n\n    On Tuesday, November 24, 2026, 10:00:00 AM GMT+8, College Office <office@portal.example.edu.cn> wrote:  \n \n hi",
        "Hello",
    ),
    Sample(
        "yahoo hant",
        "您好\n\n    學院辦公室 <office@portal.example.edu.cn> 在 2026年11月24日 星期二 上午10:00:00 [GMT+8] 寫道： \n \n 內文",
        "您好",
    ),
    Sample("mark alone", f"直接寫在上面。\n\n{MARK}\n\n林同學：\n\n請問用途？", "直接寫在上面。"),
    Sample("mark quoted", f"直接寫在上面。\n\n> {MARK}\n> 林同學：", "直接寫在上面。"),
    Sample("mark twice quoted", f"ok\n\n> > {MARK}\n", "ok"),
    Sample("signature", "Done.\n\n-- \nLin Mei\nCollege of Science\n", "Done."),
    Sample(
        "signature and quote", f"Done.\n\n-- \nLin Mei\n\nOn Tue, 24 Nov 2026 at 10:00, {OFFICE} wrote:\n> x\n", "Done."
    ),
    Sample("rule at the end", "Done.\n\n__________\n", "Done."),
    Sample("answers below", "> When do you need it?\n\nOn Friday.\n", "On Friday."),
    Sample(
        "answers below attribution",
        f"On Tue, Nov 24, 2026 at 10:00 AM {OFFICE} wrote:\n> When?\n> How many?\n\nFriday, two.\n",
        "Friday, two.",
    ),
    Sample("answers between", "> When?\nFriday.\n> How many?\nTwo.\n", "> When?\nFriday.\n> How many?\nTwo."),
    Sample("quote first in chinese", f"{OFFICE} 於 2026年11月24日 寫道：\n> 何時需要？\n\n週五。\n", "週五。"),
    Sample(
        "nothing quoted", "我的學號是 1130001，\n用途：簽證。\n\n謝謝！", "我的學號是 1130001，\n用途：簽證。\n\n謝謝！"
    ),
    Sample("words like a quote", "老師在信中寫道：請說明。\n我不同意。", "老師在信中寫道：請說明。\n我不同意。"),
    Sample(
        "from as a word",
        "From: what I understand, it is done.\nThank you.",
        "From: what I understand, it is done.\nThank you.",
    ),
    Sample("a list of the writer", "发件人: 我\n请改地址。", "发件人: 我\n请改地址。"),
    Sample(
        "forwarded is content",
        "See below.\n\n---------- Forwarded message ---------\nThe bank says no.",
        "See below.\n\n---------- Forwarded message ---------\nThe bank says no.",
    ),
    Sample("dash in text", "Two copies --\none for the bank.", "Two copies --\none for the bank."),
    Sample("only a quote", "> all of it\n> is quoted", "> all of it\n> is quoted"),
    Sample(
        "only a head",
        "发件人: 办公室\n发送时间: 周二\n收件人: 林\n\n您好",
        "发件人: 办公室\n发送时间: 周二\n收件人: 林\n\n您好",
    ),
    Sample("windows lines", f"行一\r\n行二\r\n\r\n{MARK}\r\n舊", "行一\n行二"),
    Sample("japanese", "了解しました。\n\n-----元のメッセージ-----\n差出人: office\n", "了解しました。"),
]
HTML = [
    Sample(
        "gmail",
        '<div dir="ltr">謝謝，<b>已補</b>。</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">於 2026 寫道：<br></div><blockquote class="gmail_quote">舊文</blockquote></div>',
        "謝謝，已補。",
    ),
    Sample(
        "outlook",
        '<html><head><style>p{color:red}</style></head><body><p>请查收。</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>发件人:</b> 办公室</div><div>旧文</div></body></html>',
        "请查收。",
    ),
    Sample(
        "qq",
        "<div>已经补上</div><div><br></div><includetail><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>发件人: 办公室</div></includetail>",
        "已经补上",
    ),
    Sample("netease", '<div>可以</div><div id="isReplyContent">旧文</div>', "可以"),
    Sample("netease master", '<div>可以</div><div class="ntes-mailmaster-quote">旧文</div>', "可以"),
    Sample(
        "apple", '<div>已補</div><blockquote type="cite"><div>於 2026 寫道：</div><div>舊</div></blockquote>', "已補"
    ),
    Sample(
        "thunderbird",
        '<p>Good</p><div class="moz-cite-prefix">On 24/11/2026 wrote:</div><blockquote type="cite">old</blockquote>',
        "Good",
    ),
    Sample("proton", '<div>Fine</div><div class="protonmail_quote">old</div>', "Fine"),
    Sample("lines", "<p>一</p><p>二<br>三</p>", "一\n\n二\n三"),
    Sample(
        "table", "<table><tr><td>姓名</td><td>林</td></tr><tr><td>學號</td><td>1</td></tr></table>", "姓名 林\n學號 1"
    ),
    Sample("script", "<p>好</p><script>alert(1)</script><img src='https://tracker.example/x.gif'>", "好"),
    Sample("link", '<p>see <a href="https://evil.example/x">the bank</a></p>', "see the bank (https://evil.example/x)"),
    Sample("entities", "<p>1 &lt; 2 &amp; 3&nbsp;%</p>", "1 < 2 & 3 %"),
    Sample("broken", "<div><p>好<b>的<div>謝謝", "好的\n\n謝謝"),
]
