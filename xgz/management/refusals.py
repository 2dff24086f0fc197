"""One plain sentence for each setting that a production site must not start with."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.services.production import Unsafe

_WORDS: dict[Unsafe, str] = {
    Unsafe.DEBUG: gettext_noop("DEBUG 是打开的，请去掉，设为 False。"),
    Unsafe.HOSTS: gettext_noop(
        "没有写明网站的域名，请设置 XGZ_HOSTS（多个用逗号分隔，不能用 *）。"
    ),
    Unsafe.SECRET: gettext_noop(
        "网站密钥过短或是示例值，请删除 keys/django-secret，由程序重新生成。"
    ),
    Unsafe.KEYS_READABLE: gettext_noop(
        "keys 文件夹或其中的文件其他用户也能读，请运行 chmod -R go= keys。"
    ),
    Unsafe.CODE_BYPASS: gettext_noop(
        "设置了跳过动态口令的万能码，请去掉 MFA_TOTP_INSECURE_BYPASS_CODE。"
    ),
}


def refusal_in_words(found: list[Unsafe]) -> str:
    """Return what to set before the site starts, one line each."""
    return "\n".join([_("正式环境不能启动："), *(f"- {_(_WORDS[unsafe])}" for unsafe in found)])
