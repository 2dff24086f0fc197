"""Where a request comes from, for the audit and the limits of signing in."""

from django.conf import settings
from django.http import HttpRequest

from xgz.access.actor import Origin
from xgz.models import sealing


def address_of(request: HttpRequest) -> str:
    """Return the client's network address.

    Of X-Forwarded-For only what our own proxies wrote is believed: the entry as far from the right
    as there are proxies (XGZ_PROXIES). What a client puts there itself stands further left.
    """
    direct: str = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.PROXIES
    if not proxies:
        return direct[:45]
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    known = [part for part in forwarded if part]
    return (known[-proxies] if len(known) >= proxies else direct)[:45]


def origin_of(request: HttpRequest) -> Origin:
    """Return address, digest of the session and the request's own id."""
    return Origin(
        address=address_of(request),
        session=sealing.digest("audit.session", request.session.session_key or ""),
        request=str(getattr(request, "id", ""))[:32],
    )
