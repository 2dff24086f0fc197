from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import Body, User
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db


def run(*words):
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_a_district_is_set_up_from_the_shell(client):
    run("body", "add", "中共某县委组织部", "--kind", "org_dept", "--short-name", "组织部")
    run("body", "add", "中共清平镇委员会", "--kind", "township", "--parent", "组织部")
    run("body", "add", "某县清平所", "--kind", "office", "--serves", "中共清平镇委员会")
    said = run("account", "add", "zhu", "--name", "祝远", "--role", "org_dept", "--body", "组织部")

    password = said.split("：")[1].split("（")[0]
    assert client.login(username="zhu", password=password)
    assert client.get("/").headers["Location"] == "/password/"
    user = User.objects.get(username="zhu")
    assert actor_for(user, clock.today()).roles == {Role.ORG_DEPT}
    served = Body.objects.get(name="某县清平所").area.values_list("name", flat=True)
    assert list(served) == ["中共清平镇委员会"]
    assert run("body", "list").splitlines() == [
        "中共某县委组织部\torg_dept\t组织部",
        "  中共清平镇委员会\ttownship\t",
        "某县清平所\toffice\t",
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["body", "add", "甲镇", "--kind", "township", "--parent", "乙"], "没有名为 乙 的机构"),
        (["body", "add", "组织部", "--kind", "org_dept"], "已有同名机构"),
        (
            ["account", "add", "a", "--name", "甲", "--role", "bureau", "--body", "乙"],
            "没有名为 乙",
        ),
        (["body", "list", "--as", "nobody"], "没有名为 nobody 的账号"),
    ],
    ids=["unknown parent", "name taken", "unknown body", "unknown user"],
)
def test_a_wrong_name_is_said_in_plain_words(words, says):
    run("body", "add", "组织部", "--kind", "org_dept")

    with pytest.raises(CommandError, match=says):
        run(*words)
