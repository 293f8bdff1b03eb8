"""The columns of a roster, and the headings under which colleges keep them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.imports.targets import Column
from apps.people.enums import Role

STUDENT_NUMBERS = (
    "學號",
    "学号",
    "學生學號",
    "学生学号",
    "學生編號",
    "学生编号",
    "studentno",
    "studentnumber",
    "studentid",
    "matriculationno",
)
STAFF_NUMBERS = (
    *(
        "工號",
        "工号",
        "職工號",
        "职工号",
        "教工號",
        "教工号",
        "教職工號",
        "教职工号",
        "員工編號",
        "员工编号",
        "人事編號",
        "人事编号",
        "教師編號",
    ),
    *("教师编号", "staffno", "staffnumber", "staffid", "employeeno", "employeenumber", "employeeid"),
)
NUMBERS = ("學工號", "学工号", "人員編號", "人员编号", "number", "personnumber", "id")

COLUMNS = (
    Column(
        "number",
        pgettext_lazy("person", "number"),
        (*STUDENT_NUMBERS, *STAFF_NUMBERS, *NUMBERS),
        required=True,
        compact=True,
        digits=True,
    ),
    Column(
        "name",
        pgettext_lazy("person", "name"),
        ("姓名", "名字", "中文姓名", "學生姓名", "学生姓名", "教師姓名", "教师姓名", "name", "fullname", "chinesename"),
        required=True,
    ),
    Column(
        "name_en",
        _("name in English"),
        ("英文名", "英文姓名", "拼音", "姓名拼音", "nameinenglish", "englishname", "pinyin"),
    ),
    Column(
        "programme",
        _("programme"),
        ("專業", "专业", "專業名稱", "专业名称", "主修", "學程", "学程", "major", "programme", "program"),
        fill_down=True,
    ),
    Column(
        "class",
        pgettext_lazy("person", "class"),
        (
            "班級",
            "班级",
            "班別",
            "班别",
            "行政班",
            "行政班級",
            "行政班级",
            "班",
            "班級名稱",
            "班级名称",
            "class",
            "classname",
        ),
        fill_down=True,
    ),
    Column(
        "department",
        _("department"),
        (
            *(
                "部門",
                "部门",
                "單位",
                "单位",
                "所在單位",
                "所在单位",
                "所在部門",
                "所在部门",
                "所屬部門",
                "所属部门",
                "部門名稱",
                "部门名称",
            ),
            *("系", "系所", "系部", "科室", "處室", "处室", "department", "dept", "unit", "division"),
        ),
        fill_down=True,
    ),
    Column(
        "academic_title", _("academic title"), ("職稱", "职称", "專業技術職務", "专业技术职务", "academictitle", "rank")
    ),
    Column(
        "position", _("position"), ("職務", "职务", "崗位", "岗位", "職位", "职位", "position", "jobtitle", "title")
    ),
    Column(
        "mail",
        _("mail"),
        (
            *(
                "郵箱",
                "邮箱",
                "電郵",
                "电邮",
                "電子郵件",
                "电子邮件",
                "電子郵箱",
                "电子邮箱",
                "電子信箱",
                "電郵地址",
                "邮箱地址",
                "郵箱地址",
            ),
            *("email", "mail", "emailaddress", "mailaddress"),
        ),
        compact=True,
    ),
    Column(
        "phone",
        _("mobile phone"),
        (
            *(
                "手機",
                "手机",
                "手機號",
                "手机号",
                "手機號碼",
                "手机号码",
                "行動電話",
                "移动电话",
                "聯絡電話",
                "联系电话",
                "聯繫電話",
                "電話",
                "电话",
            ),
            *("mobile", "mobilephone", "phone", "phonenumber", "cell", "cellphone"),
        ),
        compact=True,
        digits=True,
    ),
    Column(
        "office_phone",
        _("office phone"),
        (
            "辦公電話",
            "办公电话",
            "辦公室電話",
            "办公室电话",
            "座機",
            "座机",
            "officephone",
            "officetelephone",
            "extension",
        ),
        compact=True,
        digits=True,
    ),
    Column(
        "wecom",
        _("WeCom account"),
        (
            *("企業微信", "企业微信", "企業微信帳號", "企业微信账号", "企業微信賬號", "企业微信帐号", "企業微信id"),
            *("企业微信id", "wecom", "wecomid", "wecomuserid"),
        ),
        compact=True,
        digits=True,
    ),
    Column(
        "dingtalk",
        _("DingTalk account"),
        (
            *("釘釘", "钉钉", "釘釘帳號", "钉钉账号", "釘釘賬號", "钉钉帐号", "釘釘id", "钉钉id"),
            *("dingtalk", "dingtalkid", "dingtalkuserid"),
        ),
        compact=True,
        digits=True,
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}


def guess_role(titles: list[str]) -> str:
    """Student or staff, from the folded headings: 學號 is a student's, 工號 staff's; else by class or department."""
    if any(title in STUDENT_NUMBERS for title in titles):
        return Role.STUDENT
    if any(title in STAFF_NUMBERS for title in titles):
        return Role.STAFF
    study = (*BY_KEY["class"].aliases, *BY_KEY["programme"].aliases)
    return Role.STUDENT if any(title in study for title in titles) else Role.STAFF
