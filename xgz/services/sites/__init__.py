"""Sites of organisations: what is seen of them, photos, and the district's own list (ES-5)."""

from xgz.services.sites.checking import SeenBeforeFounded, UnknownItem, record_checks
from xgz.services.sites.lists import set_site_list, withdraw_site_list
from xgz.services.sites.photo_files import PhotoGone, read_photo
from xgz.services.sites.photos import TooManyPhotos, add_photo, remove_photo, sweep_photos

__all__ = [
    "PhotoGone",
    "SeenBeforeFounded",
    "TooManyPhotos",
    "UnknownItem",
    "add_photo",
    "read_photo",
    "record_checks",
    "remove_photo",
    "set_site_list",
    "sweep_photos",
    "withdraw_site_list",
]
