"""What every answer of the site has, whoever asked: its headers, and for a stranger the way in."""

from django.http import HttpResponse
from django.urls import reverse

CLOSED = ("camera=()", "geolocation=()", "microphone=()", "payment=()", "usb=()")


def header_faults(page: HttpResponse) -> list[str]:
    """Return what is missing among the headers of an answer."""
    policy = page.headers.get("Content-Security-Policy", "")
    wanted = {
        "nosniff": page.headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": page.headers.get("Referrer-Policy") == "same-origin",
        "frames": "frame-ancestors 'none'" in policy,
        "scripts": "script-src 'self'" in policy and "unsafe" not in policy,
        "default": "default-src 'none'" in policy,
        "no-store": "no-store" in page.headers.get("Cache-Control", ""),
        "permissions": all(part in page.headers.get("Permissions-Policy", "") for part in CLOSED),
        "request": len(page.headers.get("X-Request-ID", "")) == 16,
        "opener": page.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
    }
    return [name for name, holds in wanted.items() if not holds]


def sends_to_sign_in(page: HttpResponse) -> bool:
    return page.status_code == 302 and page["Location"].startswith(reverse("sign-in"))
