"""Signing in through the district's own identity service (OpenID Connect), where it has one.

XGZ_OIDC_SERVER: address of the service; XGZ_OIDC_CLIENT_ID; XGZ_OIDC_SECRET_FILE: a file that
holds the client's secret; XGZ_OIDC_NAME: what the button says.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROVIDER = "office"  # in addresses, and in services/accounts for linked ones


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """What the site needs to know of the identity service."""

    server: str
    client_id: str
    secret: str
    name: str

    @property
    def origin(self) -> str:
        """Return scheme and host, which the sign-in form is allowed to lead to."""
        parts = urlsplit(self.server)
        return f"{parts.scheme}://{parts.netloc}"

    def providers(self) -> dict[str, object]:
        """Return the value of SOCIALACCOUNT_PROVIDERS."""
        app = {
            "provider_id": PROVIDER,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {"server_url": self.server, "fetch_userinfo": False},
        }
        return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"]}}


def oidc_settings(environ: Mapping[str, str] = os.environ) -> OidcSettings | None:
    """Return the settings of the identity service, None where none is named.

    Raises SystemExit where only a part of them is there, or the service is not reached by HTTPS.
    """
    server, client_id = environ.get("XGZ_OIDC_SERVER", ""), environ.get("XGZ_OIDC_CLIENT_ID", "")
    secret_file = environ.get("XGZ_OIDC_SECRET_FILE", "")
    if not (server or client_id or secret_file):
        return None
    if not (server and client_id and secret_file):
        raise SystemExit("XGZ_OIDC_SERVER, XGZ_OIDC_CLIENT_ID and XGZ_OIDC_SECRET_FILE go together")
    if not server.startswith("https://"):
        raise SystemExit("XGZ_OIDC_SERVER must be an https address")
    secret = Path(secret_file).read_text(encoding="utf-8").strip()
    return OidcSettings(server, client_id, secret, environ.get("XGZ_OIDC_NAME", "统一身份认证"))
