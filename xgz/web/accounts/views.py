"""Signing in and out, and changing one's own password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xgz.access import clock
from xgz.access.actor import actor_of, require_person
from xgz.access.users import has_demo_accounts
from xgz.services import accounts


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"is_demo_site": has_demo_accounts()}


class SignOut(LogoutView):
    next_page = "sign-in"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Let the signed-in person choose a new password; the session goes on."""
    actor = actor_of(request)
    form = PasswordChangeForm(require_person(actor), request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = accounts.change_own_password(
            actor=actor, password=form.cleaned_data["new_password1"], now=clock.now()
        )
        update_session_auth_hash(request, user)
        messages.success(request, _("密码已修改。"))
        return redirect("home")
    return render(request, "accounts/change_password.html", {"form": form})
