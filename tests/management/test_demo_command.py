from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.factories import make_business
from xgz.access.actor import shell_operator
from xgz.access.organisations import visible_organisations
from xgz.management.commands.demo import UNFINISHED
from xgz.management.demo.seed import Seeder
from xgz.models import AuditEntry, Business, Import, InstructorLink, User
from xgz.queries.organisations import formation_counts
from xgz.rules.organisations import FormationMode
from xgz.rules.roles import Role
from xgz.services.imports.folders import rejects_folder

pytestmark = pytest.mark.django_db


def demo(*words):
    out, err = StringIO(), StringIO()
    call_command("demo", "--no-serve", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_demo_fills_an_empty_installation_through_the_imports(client):
    out, err = demo("--businesses", "2000")

    assert all(f"{name} " in out for name in ("shichangju", "zuzhibu", "zhidao01", "shuji"))
    assert err.count(" = ") == 8
    assert all(source.balances for source in Import.objects.all())
    left = [path.name for path in rejects_folder().iterdir()]
    assert not [s for s in Import.objects.all() if any(s.public_id in name for name in left)]
    assert User.objects.filter(role_assignments__role=Role.INSTRUCTOR).count() == 81
    assert InstructorLink.objects.filter(business__isnull=False).exists()
    assert AuditEntry.objects.filter(action="import.roster").count() == 1
    assert client.login(username="shichangju", password="demo-only-2026")


def test_the_bureau_guides_the_studys_organisations():
    demo("--businesses", "2000")
    guided = visible_organisations(shell_operator(date(2026, 11, 23))).filter(
        guiding_body__path__startswith="00002"
    )

    studied = guided.filter(establishing=None)

    assert studied.count() == 25
    assert dict(formation_counts(studied))[FormationMode.ASSOCIATION] == 12
    assert guided.count() == 25 + 2  # those set up since


def test_a_county_that_was_not_made_to_its_end_is_not_shown_as_one(monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Seeder, "_tell_of_the_formed", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            demo("--businesses", "2000")

    with pytest.raises(CommandError, match="没有做完"):
        demo("--businesses", "2000")
    (settings.HOME / UNFINISHED).unlink()


def test_a_second_start_changes_nothing():
    demo("--businesses", "2000")
    before = Business.objects.count(), User.objects.count(), AuditEntry.objects.count()

    demo()

    assert (Business.objects.count(), User.objects.count(), AuditEntry.objects.count()) == before


def test_a_register_with_real_data_is_left_alone():
    make_business()

    with pytest.raises(CommandError, match="已有真实数据"):
        demo()
    assert User.objects.count() == 0


@pytest.mark.parametrize("count", ["1999", "190001"])
def test_a_size_out_of_range_is_refused(count):
    with pytest.raises(CommandError, match="2000 到 190000"):
        demo("--businesses", count)


def test_production_refuses_demo_data(settings):
    settings.PROFILE = "production"

    with pytest.raises(CommandError, match="正式环境"):
        demo()
