"""Django's hook for signing in with name and password."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from xgz.access import clock
from xgz.access.actor import Origin
from xgz.access.users import account_numbered
from xgz.models import User
from xgz.services import sign_in
from xgz.web.accounts.known_devices import device_token
from xgz.web.origins import origin_of


class OfficeBackend(ModelBackend):
    """Names and passwords under the limits of services/sign_in; no permissions of Django's."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the account, or None. Raises FirstPasswordExpired."""
        if not username or not password:
            return None
        try:
            return sign_in.check_password(
                username=username,
                password=password,
                device=device_token(request) if request is not None else "",
                origin=origin_of(request) if request is not None else Origin(),
                now=clock.now(),
            )
        except sign_in.SignInRefused:
            return None

    def get_user(self, user_id: int) -> User | None:
        """Return the account behind a session, None for a closed one."""
        user = account_numbered(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
