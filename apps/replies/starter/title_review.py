"""職稱評審材料: what somebody hands in who applies for a higher title."""

from apps.replies.starter.words import Field, choice, column, question, words

TITLES = (
    choice("assistant", "助教", "助教", "assistant"),
    choice("lecturer", "講師", "讲师", "lecturer"),
    choice("associate", "副教授", "副教授", "associate professor"),
    choice("professor", "教授", "教授", "professor"),
    choice("experimentalist", "實驗師", "实验师", "laboratory engineer"),
    choice("senior_experimentalist", "高級實驗師", "高级实验师", "senior laboratory engineer"),
)
BASICS: list[Field] = [
    question("title_now", "choice", ("現任職稱", "现任职称", "Present title"), required=True, choices=list(TITLES)),
    question(
        "title_since",
        "date",
        ("現職稱取得日期", "现职称取得日期", "Present title since"),
        required=True,
        limits={"not_future": True},
    ),
    question(
        "title_wanted", "choice", ("申報職稱", "申报职称", "Title applied for"), required=True, choices=list(TITLES[1:])
    ),
    question(
        "kind",
        "choice",
        ("申報類型", "申报类型", "Kind of post"),
        required=True,
        choices=[
            choice("teaching", "教學為主型", "教学为主型", "mainly teaching"),
            choice("both", "教學科研型", "教学科研型", "teaching and research"),
            choice("research", "科研為主型", "科研为主型", "mainly research"),
        ],
    ),
    question("discipline", "text", ("所屬學科", "所属学科", "Discipline"), required=True, limits={"max_length": 80}),
    question(
        "exceptional",
        "yes_no",
        ("是否破格申報", "是否破格申报", "Exceptional application"),
        required=True,
        asked_anew=True,
    ),
    question(
        "exceptional_reason",
        "long_text",
        ("破格理由", "破格理由", "Grounds for the exception"),
        shown_if={"field": "exceptional", "operator": "is", "value": "true"},
        required_if={"field": "exceptional", "operator": "is", "value": "true"},
        asked_anew=True,
        limits={"max_length": 1000},
    ),
]
DEGREES = question(
    "degrees",
    "table",
    ("學歷學位", "学历学位", "Degrees"),
    required=True,
    limits={"max_rows": 10},
    columns=[
        column("from", "date", ("起", "起", "From"), required=True),
        column("to", "date", ("止", "止", "To"), required=True),
        column("school", "text", ("學校", "学校", "School"), required=True),
        column("subject", "text", ("專業", "专业", "Subject"), required=True),
        column(
            "degree",
            "choice",
            ("學位", "学位", "Degree"),
            required=True,
            choices=[
                choice("bachelor", "學士", "学士", "bachelor"),
                choice("master", "碩士", "硕士", "master"),
                choice("doctor", "博士", "博士", "doctor"),
                choice("none", "無學位", "无学位", "none"),
            ],
        ),
    ],
)
POSTS = question(
    "posts",
    "table",
    ("工作經歷", "工作经历", "Posts held"),
    required=True,
    limits={"max_rows": 20},
    columns=[
        column("from", "date", ("起", "起", "From"), required=True),
        column("to", "date", ("止（至今留空）", "止（至今留空）", "To (empty: until now)")),
        column("employer", "text", ("工作單位", "工作单位", "Employer"), required=True),
        column("post", "text", ("職務與職稱", "职务与职称", "Post and title"), required=True),
    ],
)
PAPERS = question(
    "papers",
    "table",
    ("任現職以來論文", "任现职以来论文", "Papers since the present title"),
    help=words(
        "只列任現職以來、本校為第一署名單位的論文。",
        "只列任现职以来、本校为第一署名单位的论文。",
        "Only papers since the present title with this university as the first address.",
    ),
    limits={"max_rows": 100},
    columns=[
        column("title", "text", ("論文題目", "论文题目", "Title"), required=True),
        column("journal", "text", ("刊物", "刊物", "Journal"), required=True),
        column("date", "date", ("發表日期", "发表日期", "Published"), required=True),
        column(
            "index",
            "choice",
            ("收錄類別", "收录类别", "Indexed in"),
            required=True,
            choices=[
                choice("sci", "SCI", "SCI", "SCI"),
                choice("ssci", "SSCI / A&HCI", "SSCI / A&HCI", "SSCI / A&HCI"),
                choice("ei", "EI", "EI", "EI"),
                choice("cssci", "CSSCI", "CSSCI", "CSSCI"),
                choice("core", "北大核心", "北大核心", "Peking University core"),
                choice("other", "其他", "其他", "other"),
            ],
        ),
        column(
            "place",
            "number",
            ("本人排名", "本人排名", "Place among authors"),
            whole=True,
            minimum=1,
            maximum=50,
            required=True,
        ),
        column(
            "corresponding",
            "choice",
            ("通訊作者", "通讯作者", "Corresponding author"),
            choices=[choice("yes", "是", "是", "yes"), choice("no", "否", "否", "no")],
        ),
    ],
)
PROJECTS = question(
    "projects",
    "table",
    ("任現職以來科研項目", "任现职以来科研项目", "Projects since the present title"),
    limits={"max_rows": 60},
    columns=[
        column("name", "text", ("項目名稱", "项目名称", "Project"), required=True),
        column("source", "text", ("項目來源與編號", "项目来源与编号", "Source and number"), required=True),
        column("from", "date", ("起", "起", "From"), required=True),
        column("to", "date", ("止", "止", "To")),
        column("funds", "number", ("經費（萬元）", "经费（万元）", "Funds (10,000 yuan)"), minimum=0, total=True),
        column(
            "role",
            "choice",
            ("本人角色", "本人角色", "Role"),
            required=True,
            choices=[
                choice("head", "主持", "主持", "head"),
                choice("member", "參與", "参与", "member"),
            ],
        ),
    ],
)
TEACHING = question(
    "teaching",
    "table",
    ("任現職以來教學情況", "任现职以来教学情况", "Teaching since the present title"),
    required=True,
    limits={"max_rows": 60},
    columns=[
        column("term", "text", ("學期", "学期", "Term"), required=True),
        column("course", "text", ("課程名稱", "课程名称", "Course"), required=True),
        column("hours", "number", ("學時", "学时", "Hours"), minimum=0, maximum=400, required=True, total=True),
        column("score", "number", ("學生評教分", "学生评教分", "Students' score"), minimum=0, maximum=100),
    ],
)
FILES = {"max_files": 10, "allow": ["documents", "images"]}
TITLE_REVIEW: list[Field] = [
    *BASICS,
    DEGREES,
    POSTS,
    PAPERS,
    PROJECTS,
    TEACHING,
    question(
        "statement",
        "long_text",
        ("業績自述", "业绩自述", "Statement"),
        required=True,
        help=words("不超過 3000 字。", "不超过 3000 字。", "At most 3000 characters."),
        limits={"max_length": 3000},
    ),
    question(
        "certificates",
        "file",
        ("學歷、學位、職稱證書", "学历、学位、职称证书", "Certificates of degrees and titles"),
        required=True,
        limits=FILES,
    ),
    question("evidence", "file", ("代表性成果佐證", "代表性成果佐证", "Evidence of main results"), limits=FILES),
    question(
        "promise",
        "choices",
        ("承諾", "承诺", "Promise"),
        required=True,
        asked_anew=True,
        choices=[
            choice(
                "true",
                "以上內容與附件真實、準確，如有不實願承擔責任",
                "以上内容与附件真实、准确，如有不实愿承担责任",
                "Everything stated and attached is true; I answer for it",
            )
        ],
    ),
    question(
        "unit_checked",
        "choices",
        ("單位審核", "单位审核", "Checked by the unit"),
        unit_only=True,
        required=True,
        choices=[
            choice("originals", "已核對證書原件", "已核对证书原件", "originals of certificates seen"),
            choice("papers", "已核對論文與項目", "已核对论文与项目", "papers and projects checked"),
            choice("teaching", "已核對教學工作量與評教分", "已核对教学工作量与评教分", "teaching and scores checked"),
        ],
    ),
    question(
        "unit_opinion",
        "long_text",
        ("單位推薦意見", "单位推荐意见", "The unit's recommendation"),
        unit_only=True,
        required=True,
        limits={"max_length": 500},
    ),
]
