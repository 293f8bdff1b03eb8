"""工作量核定: what somebody taught and did in a term, in converted hours that add up."""

from apps.replies.starter.words import Field, choice, column, product, question, words

COURSES = question(
    "courses",
    "table",
    ("課程教學", "课程教学", "Courses taught"),
    help=words(
        "每個教學班一行。班級規模係數按學院辦法：30 人以下 1.0，每增 10 人加 0.05，最高 2.0。折算學時 = 計劃學時 × 班級規模係數。",
        "每个教学班一行。班级规模系数按学院办法：30 人以下 1.0，每增 10 人加 0.05，最高 2.0。折算学时 = 计划学时 × 班级规模系数。",
        "One row for each class. Coefficient of size by the college's rule: 1.0 up to 30 students, 0.05 more for each "
        "10, at most 2.0. Converted hours are planned hours times the coefficient.",
    ),
    limits={"max_rows": 60},
    columns=[
        column("course", "text", ("課程名稱", "课程名称", "Course"), required=True),
        column("class", "text", ("教學班", "教学班", "Class"), required=True),
        column(
            "nature",
            "choice",
            ("課程性質", "课程性质", "Kind"),
            required=True,
            choices=[
                choice("required", "必修", "必修", "required"),
                choice("elective", "選修", "选修", "elective"),
                choice("practice", "實踐環節", "实践环节", "practice"),
                choice("graduate", "研究生課程", "研究生课程", "graduate course"),
            ],
        ),
        column(
            "students", "number", ("學生數", "学生数", "Students"), whole=True, minimum=1, maximum=600, required=True
        ),
        column("hours", "number", ("計劃學時", "计划学时", "Planned hours"), minimum=0, maximum=400, required=True),
        column(
            "size", "number", ("班級規模係數", "班级规模系数", "Size coefficient"), minimum=1, maximum=2, required=True
        ),
        column(
            "converted",
            "calculated",
            ("折算學時", "折算学时", "Converted hours"),
            formula=product("hours", "size"),
            total=True,
        ),
    ],
)
THESES = question(
    "theses",
    "table",
    ("指導畢業論文（設計）", "指导毕业论文（设计）", "Supervision of theses"),
    limits={"max_rows": 20},
    columns=[
        column(
            "level",
            "choice",
            ("層次", "层次", "Level"),
            required=True,
            choices=[
                choice("bachelor", "本科", "本科", "bachelor"),
                choice("master", "碩士", "硕士", "master"),
                choice("doctor", "博士", "博士", "doctor"),
            ],
        ),
        column(
            "students", "number", ("學生數", "学生数", "Students"), whole=True, minimum=1, maximum=30, required=True
        ),
        column("each", "number", ("每生學時", "每生学时", "Hours each"), minimum=0, maximum=60, required=True),
        column(
            "converted",
            "calculated",
            ("折算學時", "折算学时", "Converted hours"),
            formula=product("students", "each"),
            total=True,
        ),
    ],
)
DUTIES = question(
    "duties",
    "table",
    ("其他工作", "其他工作", "Other duties"),
    help=words(
        "班主任、實驗室、監考、招生、競賽指導、社會服務等，按學院核定的學時填寫。",
        "班主任、实验室、监考、招生、竞赛指导、社会服务等，按学院核定的学时填写。",
        "Class tutor, laboratory, invigilation, admission, contests, service, with the hours granted by the college.",
    ),
    limits={"max_rows": 40},
    columns=[
        column("duty", "text", ("工作內容", "工作内容", "Duty"), required=True),
        column(
            "hours",
            "number",
            ("折算學時", "折算学时", "Converted hours"),
            minimum=0,
            maximum=400,
            required=True,
            total=True,
        ),
        column("basis", "text", ("核定依據", "核定依据", "Granted by")),
    ],
)
WORKLOAD: list[Field] = [
    question(
        "term",
        "text",
        ("學期", "学期", "Term"),
        required=True,
        asked_anew=True,
        help=words("例如 2026-2027-1", "例如 2026-2027-1", "for example 2026-2027-1"),
        limits={"max_length": 20},
    ),
    COURSES,
    THESES,
    DUTIES,
    question(
        "total",
        "number",
        ("工作量合計（折算學時）", "工作量合计（折算学时）", "Workload in all (converted hours)"),
        required=True,
        asked_anew=True,
        limits={"minimum": 0, "maximum": 2000},
        sums=[
            {
                "parts": ["courses.converted", "theses.converted", "duties.hours"],
                "operator": "=",
                "target": "total",
            }
        ],
    ),
    question(
        "excess",
        "number",
        ("其中超課時", "其中超课时", "Of these beyond the duty"),
        help=words(
            "超出額定工作量的學時，不得多於合計。",
            "超出额定工作量的学时，不得多于合计。",
            "Hours beyond the set workload, at most the sum.",
        ),
        asked_anew=True,
        limits={"minimum": 0},
        sums=[{"parts": ["excess"], "operator": "<=", "target": "total"}],
    ),
    question("remarks", "long_text", ("備註", "备注", "Remarks"), asked_anew=True, limits={"max_length": 1000}),
    question(
        "granted",
        "number",
        ("單位核定學時", "单位核定学时", "Hours granted by the unit"),
        unit_only=True,
        required=True,
        help=words(
            "由單位依教學任務書核定；與本人填報不一致時請在意見中說明。",
            "由单位依教学任务书核定；与本人填报不一致时请在意见中说明。",
            "The unit grants them by the teaching assignment; say why where they differ from what was reported.",
        ),
        limits={"minimum": 0, "maximum": 2000},
    ),
    question(
        "opinion", "text", ("單位意見", "单位意见", "The unit's opinion"), unit_only=True, limits={"max_length": 200}
    ),
]
