"""Photos that come from a phone: what is taken, and what is kept of them (ES-10)."""

from enum import StrEnum

MEGABYTE = 1024 * 1024
UPLOAD_MAX_BYTES = 10 * MEGABYTE  # as it is sent
PIXELS_MAX = 64_000_000  # width times height, as the file claims
EDGE_MAX = 1600  # pixels of the longer edge that is kept
EDGE_MIN = 16
QUALITY = 82  # of the JPEG that is kept
PHOTOS_MAX = 6  # of one thing of a site at one time
CONTENT_TYPE = "image/jpeg"


class PhotoFault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TYPE = "type"
    PIXELS = "pixels"
    TOO_SMALL = "too_small"
    BROKEN = "broken"
    TOO_HEAVY = "too_heavy"


class PhotoRefused(Exception):
    """The file is not kept; `fault` says why."""

    def __init__(self, fault: PhotoFault) -> None:
        super().__init__(fault)
        self.fault = fault


FAULT_LABELS: dict[PhotoFault, str] = {
    PhotoFault.EMPTY: "文件是空的，请重新选择照片。",
    PhotoFault.TOO_LARGE: "照片超过 10 兆，请在手机上选较小的尺寸再上传。",
    PhotoFault.TYPE: "只接收 JPEG 或 PNG 照片。苹果手机请在相机设置里选“兼容性最佳”后重拍。",
    PhotoFault.PIXELS: "照片的像素过多，请在手机上选较小的尺寸再上传。",
    PhotoFault.TOO_SMALL: "照片太小，看不清内容，请重新拍摄。",
    PhotoFault.BROKEN: "照片不完整或已损坏，请重新拍摄后上传。",
    PhotoFault.TOO_HEAVY: "照片无法处理，请重新拍摄后上传。",
}
