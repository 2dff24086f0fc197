"""Adding a photo of a site, and taking it back with its picture (ES-10)."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from xgz.access import sites as access
from xgz.access.actor import Actor
from xgz.files.photo_child import CleanPhoto, clean_photo
from xgz.models import Organisation, SitePhoto
from xgz.models.fields import new_public_id
from xgz.rules.photos import PHOTOS_MAX
from xgz.rules.sites import Moment, SiteEntry
from xgz.services import audit
from xgz.services.organisations.records import check_active
from xgz.services.sites.checking import entry_for
from xgz.services.sites.photo_files import (
    SEALED_SUFFIX,
    photos_folder,
    remove_picture,
    store_picture,
)
from xgz.services.transactions import unit, unit_of_work

_STRAY_AFTER = timedelta(days=1)


class TooManyPhotos(Exception):
    """The thing has as many photos of that moment as are kept; take one back first."""


def add_photo(
    *,
    actor: Actor,
    organisation: Organisation,
    item: str,
    moment: Moment,
    taken_on: date,
    data: bytes,
    now: datetime,
) -> SitePhoto:
    """Keep a photo of a thing of the site; only the picture itself is kept, drawn anew.

    data: the file as it was sent. It is redrawn before the transaction begins, so that nobody
    waits for it. Raises NotPermitted, OrganisationNotActive, UnknownItem, SeenBeforeFounded,
    TooManyPhotos, PhotoRefused or StorageFull; nothing is kept then.
    """
    access.require_recording(actor, organisation)
    entry = entry_for(organisation, item, taken_on, actor.today)
    _check_number(organisation, entry, moment)
    picture = clean_photo(data)
    public_id = new_public_id()
    stored_name = store_picture(picture.data, public_id)
    photo = SitePhoto(
        public_id=public_id,
        organisation=organisation,
        item=entry.key,
        label=entry.label,
        moment=moment,
        taken_on=taken_on,
        stored_name=stored_name,
        added_by=actor.user,
        added_at=now,
        **_facts(picture),
    )
    try:
        _write(photo, entry, actor, now)
    except BaseException:
        remove_picture(stored_name)
        raise
    return photo


@unit_of_work
def remove_photo(*, actor: Actor, photo: SitePhoto, now: datetime) -> bool:
    """Take a photo back; its picture is deleted with it. Returns whether it was still there.

    Raises NotPermitted.
    """
    access.require_recording(actor, photo.organisation)
    gone, _rows = SitePhoto.objects.filter(pk=photo.pk).delete()
    if not gone:
        return False
    _note("site.photo_remove", photo, actor, now)
    transaction.on_commit(partial(remove_picture, photo.stored_name))
    return True


def sweep_photos(*, now: datetime) -> int:
    """Delete pictures no photo names, a day after they were written; return how many.

    A process that was killed between picture and row leaves such a file.
    """
    known = set(SitePhoto.objects.values_list("stored_name", flat=True))
    before = (now - _STRAY_AFTER).timestamp()
    strays = [
        path
        for path in photos_folder().glob(f"*{SEALED_SUFFIX}")
        if path.name not in known and path.stat().st_mtime < before
    ]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _write(photo: SitePhoto, entry: SiteEntry, actor: Actor, now: datetime) -> None:
    with unit():
        # Two who add at once wait for each other here, so that the number holds.
        check_active(Organisation.objects.select_for_update().get(pk=photo.organisation_id))
        _check_number(photo.organisation, entry, Moment(photo.moment))
        photo.save(force_insert=True)
        _note("site.photo_add", photo, actor, now)


def _check_number(organisation: Organisation, entry: SiteEntry, moment: Moment) -> None:
    rows = SitePhoto.objects.filter(organisation=organisation, item=entry.key, moment=moment)
    if rows.count() >= PHOTOS_MAX:
        raise TooManyPhotos(organisation.public_id)


def _facts(picture: CleanPhoto) -> dict[str, int]:
    return {"width": picture.width, "height": picture.height, "size": len(picture.data)}


def _note(action: str, photo: SitePhoto, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="organisation",
        subject_id=photo.organisation.public_id,
        now=now,
        fields={"item": photo.item, "moment": photo.moment, "photo": photo.public_id},
    )
