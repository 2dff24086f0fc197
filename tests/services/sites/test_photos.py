"""Photos: kept sealed beside the database, deleted with their rows, never half there (ES-10)."""

import os
from datetime import timedelta

import pytest

from tests.factories import TODAY, actor_as, make_organisation
from tests.factories.closures import the_district
from tests.factories.formations import moment
from tests.factories.sites import PICTURE, make_photo, phone_photo
from xgz.access.actor import NotPermitted
from xgz.models import Organisation, SitePhoto, sealing
from xgz.rules.organisations import OrgState
from xgz.rules.photos import PHOTOS_MAX, PhotoRefused
from xgz.rules.roles import Role
from xgz.rules.sites import Moment, SiteItem
from xgz.services import audit, sites
from xgz.services.organisations import OrganisationNotActive
from xgz.services.sites.photo_files import photos_folder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def branch():
    return make_organisation(the_district().qingping)


@pytest.fixture
def committee():
    return actor_as(Role.TOWNSHIP_COMMITTEE, the_district().qingping)


def add(actor, branch, data=PICTURE, **given):
    given = {"item": SiteItem.PLAQUE, "moment": Moment.AFTER, "taken_on": TODAY} | given
    return sites.add_photo(actor=actor, organisation=branch, data=data, now=moment(), **given)


def files():
    return sorted(path.name for path in photos_folder().iterdir())


def test_none_is_kept_of_an_organisation_that_ended_while_it_was_drawn(committee, branch):
    shown = Organisation.objects.get(pk=branch.pk)
    Organisation.objects.filter(pk=branch.pk).update(state=OrgState.DISSOLVED, dissolved_on=TODAY)

    with pytest.raises(OrganisationNotActive):
        add(committee, shown)

    assert (SitePhoto.objects.count(), files()) == (0, [])


def test_a_photo_is_kept_sealed_and_read_again(committee, branch):
    photo = add(committee, branch, phone_photo((2000, 1500)))

    assert (photo.width, photo.height) == (1600, 1200)
    assert photo.added_by == committee.user
    assert files() == [photo.stored_name]
    stored = photos_folder() / photo.stored_name
    assert stored.stat().st_mode & 0o777 == 0o600
    assert all(sealing.is_sealed(line) for line in stored.read_text().splitlines())
    picture = sites.read_photo(photo)
    assert picture.startswith(b"\xff\xd8\xff")
    assert len(picture) == photo.size


def test_the_picture_of_another_photo_does_not_open(committee, branch):
    one, other = add(committee, branch), add(committee, branch)
    folder = photos_folder()
    (folder / one.stored_name).replace(folder / other.stored_name)

    with pytest.raises(sealing.SealBroken):
        sites.read_photo(other)
    with pytest.raises(sites.PhotoGone):
        sites.read_photo(one)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"data": b"not a photo"}, PhotoRefused),
        ({"item": SiteItem.FLAG}, sites.UnknownItem),
        ({"taken_on": TODAY + timedelta(days=1)}, sites.SeenBeforeFounded),
    ],
)
def test_what_is_refused_leaves_nothing(committee, branch, given, error):
    with pytest.raises(error):
        add(committee, branch, **given)

    assert files() == []
    assert not SitePhoto.objects.exists()


def test_where_the_row_is_not_written_the_picture_goes_too(committee, branch, monkeypatch):
    def full(**_given):
        raise OSError("disk full")

    monkeypatch.setattr(audit, "record", full)
    with pytest.raises(OSError, match="disk full"):
        add(committee, branch)

    assert files() == []
    assert not SitePhoto.objects.exists()


def test_six_of_one_thing_at_one_time(committee, branch):
    for _each in range(PHOTOS_MAX):
        make_photo(branch)

    with pytest.raises(sites.TooManyPhotos):
        add(committee, branch)

    add(committee, branch, moment=Moment.BEFORE)
    add(committee, branch, item=SiteItem.SEAL)


def test_taken_back_the_picture_is_deleted_with_its_row(committee, branch):
    photo = add(committee, branch)
    again = SitePhoto.objects.get(pk=photo.pk)

    assert sites.remove_photo(actor=committee, photo=photo, now=moment())
    assert not sites.remove_photo(actor=committee, photo=again, now=moment())

    assert files() == []
    assert not SitePhoto.objects.exists()


def test_where_taking_back_fails_the_picture_stays(committee, branch, monkeypatch):
    photo = add(committee, branch)

    def full(**_given):
        raise OSError("disk full")

    monkeypatch.setattr(audit, "record", full)
    with pytest.raises(OSError, match="disk full"):
        sites.remove_photo(actor=committee, photo=photo, now=moment())

    assert sites.read_photo(SitePhoto.objects.get(pk=photo.pk))


def test_who_does_not_record_the_site_adds_and_takes_back_nothing(branch):
    stranger = actor_as(Role.TOWNSHIP_COMMITTEE, the_district().liuquan)
    photo = make_photo(branch)

    with pytest.raises(NotPermitted):
        add(stranger, branch)
    with pytest.raises(NotPermitted):
        sites.remove_photo(actor=stranger, photo=photo, now=moment())


def test_pictures_without_a_photo_are_swept_after_a_day(branch):
    kept, stray, fresh = make_photo(branch), make_photo(branch), make_photo(branch)
    SitePhoto.objects.filter(pk__in=[stray.pk, fresh.pk]).delete()
    old = (moment() - timedelta(days=1, minutes=1)).timestamp()
    for photo in (kept, stray):
        os.utime(photos_folder() / photo.stored_name, (old, old))
    young = (moment() - timedelta(hours=23)).timestamp()
    os.utime(photos_folder() / fresh.stored_name, (young, young))

    assert sites.sweep_photos(now=moment()) == 1

    assert files() == sorted([kept.stored_name, fresh.stored_name])
