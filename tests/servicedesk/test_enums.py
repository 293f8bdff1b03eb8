"""The words of the states are those of an office, whatever other apps call theirs."""

import pytest
from django.utils.translation import override

from apps.servicedesk.enums import RequestState

WORDS = {
    "zh-hant": "草稿 已提交 退回補正 審批中 辦理中 待申請人回覆 待外部回覆 "
    "已辦結 已撤回 不予辦理 逾期未回覆結案 已併入",
    "zh-hans": "草稿 已提交 退回补正 审批中 办理中 待申请人回复 待外部回复 "
    "已办结 已撤回 不予办理 逾期未回复结案 已并入",
}


@pytest.mark.parametrize("language", WORDS)
def test_states_are_called_as_an_office_calls_them(language: str) -> None:
    with override(language):
        assert [str(state.label) for state in RequestState] == WORDS[language].split()
