"""Help articles for the demo, what readers said of them, and searches that found nothing."""

from datetime import datetime, timedelta
from random import Random

from apps.demo.people import Cast
from apps.knowledge.enums import Audience
from apps.knowledge.models import Article
from apps.knowledge.services.articles import create_article, publish_article
from apps.knowledge.services.feedback import say_whether_it_helped
from apps.servicedesk.enums import RequestState
from apps.servicedesk.models import RatingInvitation, Request, Service
from apps.servicedesk.services.helping import note_opening, set_articles
from apps.servicedesk.services.searches import note_missed

Words = tuple[str, str, str]
ARTICLES: tuple[tuple[str, str, Words, Words], ...] = (
    (
        "enrolment-certificate",
        "簽證 签证 visa",
        ("辦簽證用的在讀證明怎麼填", "办签证用的在读证明怎么填", "A certificate of enrolment for a visa"),
        (
            "<p>用途選「辦理簽證」，語文選英文；使館另有要求的，寫在備註。</p><ul><li>電子版帶核驗碼，多數使館接受。</li>"
            "<li>要紙本的，份數填 1 以上，到院辦公室領取。</li></ul>",
            "<p>用途选“办理签证”，语文选英文；使馆另有要求的，写在备注。</p><ul><li>电子版带核验码，多数使馆接受。</li>"
            "<li>要纸本的，份数填 1 以上，到院办公室领取。</li></ul>",
            "<p>Choose “visa application” and English; write what the embassy asks for under remarks.</p>"
            "<ul><li>Most embassies take the electronic one.</li><li>For paper, ask for copies.</li></ul>",
        ),
    ),
    (
        "seal-use",
        "公章 合同 contract",
        (
            "用印前請先看：哪些文件可以蓋章",
            "用印前请先看：哪些文件可以盖章",
            "Before you ask for the seal: which papers",
        ),
        (
            "<p>只在定稿上用印；空白、未填妥或頁數不全的文件不予用印。合同須先經法務審查。</p>",
            "<p>只在定稿上用印；空白、未填妥或页数不全的文件不予用印。合同须先经法务审查。</p>",
            "<p>Only final texts are sealed; never blank or half-filled sheets. Contracts are reviewed first.</p>",
        ),
    ),
    (
        "repair",
        "投影機 投影仪 projector",
        ("投影機不亮，先試這三步", "投影机不亮，先试这三步", "The projector stays dark: three things to try"),
        (
            "<ol><li>看電源指示燈，長按開機鍵三秒。</li><li>換另一個訊號線插口。</li><li>仍不行，報修並寫明教室和機號。</li></ol>",
            "<ol><li>看电源指示灯，长按开机键三秒。</li><li>换另一个信号线插口。</li><li>仍不行，报修并写明教室和机号。</li></ol>",
            "<ol><li>Look at its light, hold the button for three seconds.</li><li>Try the other socket.</li>"
            "<li>If it stays dark, report it with room and number.</li></ol>",
        ),
    ),
)
MISSED = (("護照", 6), ("成績單", 4), ("停車證", 3), ("wifi", 2))
LANGUAGES = ("zh-hant", "zh-hans", "en")


def make_help(cast: Cast, *, random: Random, at: datetime) -> int:
    """Articles with their services, openings and answers of readers, hints for keywords; gives how many articles."""
    for place, (code, keywords, title, body) in enumerate(ARTICLES):
        article = write(cast, place, keywords, title, body, at)
        service = Service.objects.get(code=code)
        set_articles(service=service, articles=[article.pk], actor=cast.clerks[0])
        for person in random.sample(cast.students, min(9, len(cast.students))):
            when = at - timedelta(days=random.randint(2, 40), minutes=random.randint(0, 600))
            note_opening(article=article, service=service, person=person, at=when)
            say_whether_it_helped(article=article, person=person, helped=random.random() < 0.8, at=when)
    for words, count in MISSED:
        for _each in range(count):
            note_missed(words=words, at=at)
    invite_to_rate()
    return len(ARTICLES)


def write(cast: Cast, place: int, keywords: str, title: Words, body: Words, at: datetime) -> Article:
    """A published article; the first one is due to be looked at again."""
    begun, owner = at - timedelta(days=190), cast.clerks[place % len(cast.clerks)]
    values = {
        "title": dict(zip(LANGUAGES, title, strict=True)),
        "body": dict(zip(LANGUAGES, body, strict=True)),
        "keywords": keywords,
        "audience": Audience.ALL,
        "unit": None,
        "owner": owner,
        "review_on": (begun + timedelta(days=180 + 60 * place)).date(),
    }
    article = create_article(values=values, actor=owner, at=begun)
    return publish_article(article=article, actor=owner, at=begun)


def invite_to_rate() -> None:
    """The mails that said "done" asked how it was."""
    done = Request.objects.filter(state=RequestState.RESOLVED, rating_invitation=None)
    RatingInvitation.objects.bulk_create(
        RatingInvitation(request_id=key, sent_at=closed, reminded_at=closed + timedelta(days=5))
        for key, closed in done.values_list("pk", "closed_at")
    )
