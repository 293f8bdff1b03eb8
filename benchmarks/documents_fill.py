"""Fills a database for documents.py with official documents: INSERT … SELECT, indexes afterwards.

Words that are looked for stand in as many documents of each size (SELDOM…), or in every third (COMMON), so that the
pages that are compared show as many rows. The others are drawn from some two hundred words and two signs of its own.
"""

from collections.abc import Iterable

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from inbox_fill import make_people

SELDOM = {"title": "琥珀", "text": "翡翠", "file": "珊瑚", "sender": "瑪瑙研究所"}
COMMON, COMMON_SENDER = "通知", "學校辦公室"
SELDOM_ROWS = 60  # three pages of 20
A_YEAR = 20_000
OPEN_AT_LEAST, OPEN_SHARE = 100, 50
WITH_FILE = 10  # one in so many has a file
VOCABULARY = """
學校 學院 學生 教師 教學 科研 管理 工作 檢查 安全 考試 期中 期末 招生 就業 畢業 論文 答辯 實驗 設備
採購 經費 預算 決算 審計 報告 材料 報送 名單 統計 匯總 會議 紀要 討論 研究 決定 同意 批准 申請 登記
備案 附件 文件 精神 要求 落實 執行 監督 責任 單位 部門 院系 處室 人員 職工 退休 聘任 職稱 評審 考核
獎勵 處分 公示 培訓 交流 合作 國際 訪問 出國 護照 簽證 宿舍 食堂 車輛 房屋 維修 資產 清查 網絡 信息
系統 數據 平台 賬號 密碼 保密 檔案 歸檔 印章 使用 規定 辦法 細則 修訂 廢止 試行 通過 公布 實施 計劃
總結 方案 預案 應急 消防 演練 衛生 防疫 健康 體檢 保險 工資 津貼 補助 獎學金 助學金 貸款 學費 收費
標準 價格 合同 協議 法律 諮詢 投訴 信訪 接待 值班 假期 調休 開學 註冊 選課 成績 學分 課程 教材 圖書
閱覽 期刊 論壇 講座 競賽 創新 創業 實習 基地 社團 活動 志願 服務 宣傳 新聞 媒體 Budget Report
COVID-19 WiFi Erasmus ISO-9001 MOOC e-mail Campus Workshop
""".split()  # noqa: SIM905 (a list of two hundred words, a line each, is not read)
ROWS = (
    "(SELECT n, 2026 - (%(rows)s - n) / %(a_year)s AS year, 1 + mod(%(rows)s - n, %(a_year)s) AS in_year,"
    " n %% 10 < 7 AS incoming, n > %(rows)s - %(open)s AS is_open, n %% (%(rows)s / %(seldom)s) AS place,"
    " CASE WHEN n %% (%(rows)s / %(seldom)s) = 2 THEN CASE WHEN n / (%(rows)s / %(seldom)s) %% 2 = 0 THEN 'open'"
    " ELSE 'internal' END WHEN n %% 41 = 39 THEN 'hidden' WHEN n %% 41 = 19 THEN 'reserved'"
    " WHEN n %% 4 = 0 THEN 'open' ELSE 'internal' END AS access,"
    " now() - interval '5 days' - (%(rows)s - n) * interval '26 minutes' AS entered,"
    " chr(19968 + mod(n::bigint * 7919, 20000)::int) || chr(19968 + mod(n::bigint * 10007, 20011)::int) AS own"
    " FROM generate_series(1, %(rows)s) AS n) AS rows"
)
NUMBERED = "CASE WHEN incoming THEN '收〔' ELSE '院發〔' END || year || '〕' || in_year || '號'"
SENDER = (
    f"CASE WHEN place = 4 THEN '{SELDOM['sender']}' WHEN n %% 5 < 2 THEN '{COMMON_SENDER}'"
    " ELSE (%(vocabulary)s::text[])[1 + n %% 150] || '處' END"
)
SENDERS_NUMBER = "'函〔' || year || '〕' || in_year || '號'"
DOCUMENTS = f"""
INSERT INTO documents_document (id, direction, state, kind, title, number, dated_on, access, purpose, unit_id,
    handler_id, created_by_id, created_at, registered_at, last_event_at, closed_at, closing_words, version)
SELECT n, CASE WHEN incoming THEN 'incoming' ELSE 'outgoing' END,
    CASE WHEN NOT is_open THEN CASE WHEN n %% 2 = 0 THEN 'filed' WHEN incoming THEN 'closed' ELSE 'sent' END
        WHEN incoming THEN CASE WHEN n %% 2 = 0 THEN 'registered' ELSE 'handling' END ELSE 'numbered' END,
    (ARRAY['notice', 'notice', 'notice', 'report', 'letter', 'decision', 'circular'])[1 + n %% 7],
    '關於' || (%(vocabulary)s::text[])[1 + n %% 160] || own || '的'
        || CASE WHEN n %% 3 = 0 THEN '{COMMON}' ELSE '意見' END
        || CASE WHEN place = 1 THEN '{SELDOM["title"]}' ELSE '' END,
    {NUMBERED}, entered::date, access, '', %(unit)s,
    (%(clerks)s::bigint[])[1 + n / 7 %% 5], (%(clerks)s::bigint[])[1 + n / 7 %% 5], entered, entered,
    entered + interval '1 hour', CASE WHEN NOT is_open THEN entered + interval '9 days' END, '', 1
FROM {ROWS}
"""
INCOMING = f"""
INSERT INTO documents_incoming (document_id, sender, sender_number, sender_key, number_key, sender_date, received,
    received_at, received_by_id, copies, annexes, summary, place, is_classified, sent_back_reason, answer_wanted)
SELECT n, {SENDER}, {SENDERS_NUMBER}, {SENDER} || n, '函' || year || in_year || '号', entered::date, 'post', entered,
    (%(clerks)s::bigint[])[1 + n / 7 %% 5], 1, '', '', '', false, '', false
FROM {ROWS} WHERE incoming
"""
# Thirty words each, of which one place holds what is seldom.
BODY = (
    "(SELECT string_agg("
    "(%(vocabulary)s::text[])[1 + mod(n::bigint * (7 + 2 * step) + step * step * 31 + n / 17, 170)::int],"
    " CASE WHEN step %% 7 = 0 THEN '，' ELSE '' END ORDER BY step) FROM generate_series(1, 30) AS step)"
    f" || own || CASE WHEN place = 2 THEN '{SELDOM['text']}' ELSE '' END"
)
EDITIONS = f"""
INSERT INTO documents_edition (document_id, number, words, files, previous, digest, made_by_id, made_at, reason)
SELECT n, 1, jsonb_build_object('body', {BODY}), '[]', '', repeat('a', 64), (%(clerks)s::bigint[])[1], entered, ''
FROM {ROWS}
"""
NUMBERS = f"""
INSERT INTO core_issuednumber (id, series_id, year, number, text, state, void_reason, issued_at)
SELECT n, CASE WHEN incoming THEN %(numbers_in)s ELSE %(numbers_out)s END, year, in_year, {NUMBERED}, 'issued', '',
    entered
FROM {ROWS}
"""
LEDGER = f"""
INSERT INTO documents_documentnumber (issued_id, series_id, use, document_id, issued_by_id, issued_at, reserved_for,
    void_reason)
SELECT n, CASE WHEN incoming THEN %(series_in)s ELSE %(series_out)s END, 'issued', n, (%(clerks)s::bigint[])[1],
    entered, '', ''
FROM {ROWS}
"""
COUNTERS = """
INSERT INTO core_numbercounter (series_id, year, last)
SELECT series_id, year, max(number) FROM core_issuednumber GROUP BY 1, 2
"""
RESTRICTED = "access IN ('reserved', 'hidden')"
CONCERNED = f"""
INSERT INTO documents_concerned (document_id, person_id, why, added_at, entered_at, is_restricted)
SELECT n, (%(clerks)s::bigint[])[1 + n / 7 %% 5], CASE WHEN incoming THEN 'registered' ELSE 'drafted' END, entered,
    entered, {RESTRICTED}
FROM {ROWS} UNION ALL
SELECT n, %(first)s + n %% %(people)s, 'reads', entered, entered, {RESTRICTED} FROM {ROWS} WHERE n %% 3 = 0 UNION ALL
SELECT n, %(teacher)s, 'handles', entered, entered, {RESTRICTED} FROM {ROWS} WHERE place = 3
"""
UNITS = f"""
INSERT INTO documents_concerned (document_id, unit_id, why, added_at, entered_at, is_restricted)
SELECT n, (%(units)s::bigint[])[1 + n / 7 %% 20], 'receives', entered, entered, {RESTRICTED}
FROM {ROWS} WHERE n %% 7 = 0
"""
FILES = f"""
INSERT INTO journal_blob (id, sha256, size, content_type, created_at, origin, scan_state, scan_tries, scanned_with,
    found)
SELECT n, lpad(n::text, 64, '0'), 1000, 'application/pdf', entered, 'people', 'unchecked', 0, '', ''
FROM {ROWS} WHERE n %% {WITH_FILE} = 0
"""
ATTACHED = f"""
INSERT INTO journal_attachment (key, blob_id, name, uploaded_by_id, uploaded_at, subject_type_id, subject_id, role)
SELECT gen_random_uuid(), n, '附件.pdf', (%(clerks)s::bigint[])[1], entered, %(type)s, n, ''
FROM {ROWS} WHERE n %% {WITH_FILE} = 0
"""
FILE_TEXTS = f"""
INSERT INTO documents_filetext (blob_id, state, text, how, is_cut, tries, read_at)
SELECT n, 'read', '掃描' || {BODY} || CASE WHEN n / {WITH_FILE} %% greatest(%(rows)s / {WITH_FILE} / %(seldom)s, 1) = 0
    THEN '{SELDOM["file"]}' ELSE '' END, 'pdf', false, 1, entered
FROM {ROWS} WHERE n %% {WITH_FILE} = 0
"""
TEXTS = """
INSERT INTO documents_documenttext (document_id, words)
SELECT d.id, lower(normalize(concat_ws(chr(10),
    chr(983040 + n.number) || chr(983040 + n.year - 1900), d.number, d.title, i.sender, i.sender_number,
    e.words ->> 'body',
    chr(29) || '附件.pdf' || chr(10) || f.text), NFKC))
FROM documents_document d JOIN core_issuednumber n ON n.id = d.id JOIN documents_edition e ON e.document_id = d.id
LEFT JOIN documents_incoming i ON i.document_id = d.id LEFT JOIN documents_filetext f ON f.blob_id = d.id
"""
STATEMENTS = (
    DOCUMENTS, INCOMING, EDITIONS, NUMBERS, LEDGER, COUNTERS, CONCERNED, UNITS, FILES, ATTACHED, FILE_TEXTS, TEXTS
)  # fmt: skip
BY_NUMBER = ("documents_document", "core_issuednumber", "journal_blob")
TABLES = (
    "documents_document", "documents_incoming", "documents_edition", "documents_documentnumber", "documents_concerned",
    "documents_filetext", "documents_documenttext", "core_issuednumber", "core_numbercounter", "journal_blob",
    "journal_attachment", "people_person", "people_post",
)  # fmt: skip


def fill(rows: int) -> dict[str, object]:
    """`rows` documents in the present database; gives the people and keys that the pages need."""
    from apps.documents.models import Document, Series
    from apps.documents.services import rebuild_texts
    from apps.people.enums import Role
    from apps.people.models import Person
    from tests import factories
    from tests.documents.factories import series

    factories.calendar()
    inward, outward = series("doc_in"), series("doc_out")
    root = factories.root_unit()
    units = [factories.unit(f"系{place}", parent=root) for place in range(20)]
    clerks = [factories.clerk(f"科員{place}") for place in range(5)]
    teacher, secretary = (
        factories.person(name, role, at=units[0])
        for name, role in (("老師", Role.STAFF), ("秘書", Role.UNIT_SECRETARY))
    )
    people = max(rows // 10, 50)
    make_people(people, [unit.pk for unit in units])
    given = {
        "rows": rows, "a_year": A_YEAR, "open": max(OPEN_AT_LEAST, rows // OPEN_SHARE), "seldom": SELDOM_ROWS,
        "people": people, "first": Person.objects.get(number="B1").pk, "units": [unit.pk for unit in units],
        "clerks": [clerk.pk for clerk in clerks], "teacher": teacher.pk, "unit": inward.unit_id,
        "numbers_in": inward.numbers_id, "numbers_out": outward.numbers_id, "series_in": inward.pk,
        "series_out": Series.objects.get(pk=outward.pk).pk, "vocabulary": VOCABULARY, "type": kind_of(Document),
    }  # fmt: skip
    with connection.cursor() as cursor:
        write(cursor, STATEMENTS, given)
    if differing := list(rebuild_texts(write=False, only=Document.objects.filter(pk__gt=rows - 500))):
        raise SystemExit(f"The words were not filled as the portal keeps them: {differing[0]}")
    return {"clerk": clerks[0], "teacher": teacher, "secretary": secretary, "other": clerks[1], "series": inward}


def kind_of(model: type[models.Model]) -> int:
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(model).pk


def write(cursor: CursorWrapper, statements: Iterable[str], given: dict[str, object]) -> None:
    from django.apps import apps

    for model in (*apps.get_app_config("documents").get_models(), *apps.get_app_config("journal").get_models()):
        give_defaults(cursor, model)
    cursor.execute("SET session_replication_role = replica")  # right by construction: no check row by row
    indexes = take_away(cursor)
    for statement in statements:
        cursor.execute(statement, given)
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for statement in indexes:
        cursor.execute(statement)
    cursor.execute("SET session_replication_role = DEFAULT")
    for table in BY_NUMBER:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def give_defaults(cursor: CursorWrapper, model: type[models.Model]) -> None:
    """A column that a later migration adds is filled as the model would."""
    for field in model._meta.concrete_fields:
        if not field.null and not field.primary_key and isinstance(field.get_default(), str | int | bool):
            sql = f'ALTER TABLE "{model._meta.db_table}" ALTER COLUMN "{field.column}" SET DEFAULT %s'
            cursor.execute(sql, [field.get_default()])


def take_away(cursor: CursorWrapper) -> list[str]:
    """Drop the indexes of the tables that grow, but for those that hold a constraint; gives what makes them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND tablename NOT LIKE 'people%%'"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)",
        [list(TABLES)],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]
