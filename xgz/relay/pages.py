"""The public pages of the self-report: no sign-in, no cookie, no script needed (SR-3, SR-6, SR-7).

One set of pages for the site and for the relay; what stands behind them is a Store. Codes of
posters stand in addresses, nothing about a person does: receipts and numbers travel in forms only.
A request that only reads leaves nothing behind.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from xgz.relay import forms
from xgz.relay.receipts import new_receipt
from xgz.relay.store import CodeClosed, CodeUnknown, Key, Place, Store, TooOften, Wish
from xgz.rules.riddles import is_answer, make_riddle
from xgz.rules.self_reports import (
    CURRENT_NOTICE,
    NOTICES,
    REPORT_STATE_LABELS,
    TOPIC_LABELS,
    RequestTopic,
    shown_receipt,
)

View = Callable[..., HttpResponse]
_NONCE_BYTES = 12
F = TypeVar("F", bound=forms.PublicForm)


def page_urls(store: Store) -> list[URLPattern]:
    """Return the addresses of the public pages over a store."""
    pages = Pages(store)
    return [
        path("mine/", _open(pages.mine), name="self-report-mine"),
        path("not-me/", _open(pages.not_me), name="self-report-not-me"),
        path("declined/", require_safe(pages.declined), name="self-report-declined"),
        path("<str:code>/", _open(pages.report), name="self-report"),
    ]


def _open(view: View) -> View:
    """Let a page be read and sent by anybody.

    It knows nobody by a cookie, so there is nothing that a foreign page could misuse: each form
    carries a riddle, or the receipt code itself.
    """

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except TooOften as refused:
            response = render(request, "self_reports/public/wait.html", status=429)
            response["Retry-After"] = str(refused.seconds)
            return response

    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(answered))


class Pages:
    """The pages over one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def report(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show the notice and the form of a poster; take what is sent with it."""
        try:
            place = self.store.place(code)
        except (CodeUnknown, CodeClosed) as closed:
            return _gone(request, closed)
        if request.method != "POST":
            return self._ask(request, place, forms.ClaimForm(initial={"notice": CURRENT_NOTICE}))
        form = self._sent(request, forms.ClaimForm)
        if form.is_trapped:
            return _receipt(request, place, new_receipt())
        if not form.is_valid():
            return self._ask(request, place, form)
        try:
            receipt = self.store.send(place, form.claim, self.store.address(request))
        except CodeClosed as closed:
            return _gone(request, closed)
        return _receipt(request, place, receipt)

    def mine(self, request: HttpRequest) -> HttpResponse:
        """Let the holder of a receipt look, correct, take back and complain."""
        if not self.store.can_look:
            return self._wish(request)
        step = _STEPS.get(request.POST.get("do", ""))
        if request.method != "POST" or step is None:
            return self._key_page(request, None)
        return step(self, request)

    def not_me(self, request: HttpRequest) -> HttpResponse:
        """Let somebody say that another person gave their phone; the answer is always the same."""
        if request.method != "POST":
            return self._form_page(request, "not_me", forms.NotMeForm())
        form = self._sent(request, forms.NotMeForm)
        if not form.is_trapped:
            if not form.is_valid():
                return self._form_page(request, "not_me", form)
            self.store.count_not_me(self.store.address(request))
            self.store.ask(form.wish)
        return _done(request, "not_me")

    def declined(self, request: HttpRequest) -> HttpResponse:
        """Say that nothing was kept."""
        return _done(request, "declined")

    def look(self, request: HttpRequest) -> HttpResponse:
        """Show what is kept, after a riddle and by receipt and end of the phone."""
        form = self._sent(request, forms.KeyForm)
        if form.is_trapped or not form.is_valid():
            return self._key_page(request, form)
        self.store.count_look(self.store.address(request))
        return self._shown(request, form.key)

    def correct(self, request: HttpRequest) -> HttpResponse:
        """Put other values in place of the old ones."""
        form = self._held(request, forms.CorrectForm)
        if not form.is_valid():
            return self._shown(request, _key_of(form), correct=form)
        if not self.store.correct(form.key, form.answers):
            return self._key_page(request, None, unknown=True)
        return self._shown(request, form.key, said=_("已收到您的改正。"))

    def withdraw(self, request: HttpRequest) -> HttpResponse:
        """Take everything back."""
        form = self._held(request, forms.KeyHeldForm)
        if not form.is_valid() or not self.store.ask(Wish(RequestTopic.WITHDRAWAL, key=form.key)):
            return self._key_page(request, None, unknown=True)
        return _done(request, "withdrawn")

    def complain(self, request: HttpRequest) -> HttpResponse:
        """Take a complaint, to be answered within the district's days; a reloaded page adds none."""
        form = self._held(request, forms.ComplaintForm)
        if not form.is_valid():
            return self._shown(request, _key_of(form), complain=form)
        token = form.cleaned_data["riddle"]
        if token and not self.store.use_riddle(token):
            return self._shown(request, form.key, said=_("这份投诉已经收到，没有重复提交。"))
        wish = Wish(RequestTopic.COMPLAINT, form.cleaned_data["words"], form.key)
        if not self.store.ask(wish):
            return self._key_page(request, None, unknown=True)
        return self._shown(request, form.key, said=_("投诉已收到，会在 15 个工作日内答复。"))

    def _wish(self, request: HttpRequest) -> HttpResponse:
        """Take a wish where nothing can be shown; whether the key opens anything is not told."""
        if request.method != "POST":
            return self._form_page(request, "wish", forms.WishForm())
        form = self._sent(request, forms.WishForm)
        if not form.is_trapped:
            if not form.is_valid():
                return self._form_page(request, "wish", form)
            self.store.ask(form.wish)
        return _done(request, "wish")

    def _sent(self, request: HttpRequest, kind: type[F]) -> F:
        """Return a form as it was sent; its riddle counts once. Raises TooOften."""
        self.store.count_try(self.store.address(request))
        form = kind(request.POST)
        if form.is_trapped or not form.is_valid():
            return form
        token, answer = form.cleaned_data["riddle"], form.cleaned_data["riddle_answer"]
        solved = is_answer(token, answer, self.store.now(), self.store.mac)
        is_first = self.store.use_riddle(token)
        if not solved:
            form.add_error("riddle_answer", _("验证没有通过，请按新的图重填。"))
        elif not is_first:
            form.is_sent_again = True
            form.add_error("riddle_answer", _("要再提交一次的，请按新的图重填。"))
        return form

    def _held(self, request: HttpRequest, kind: type[F]) -> F:
        """Return a form sent from a page that a key opened; the key is tried again. Raises TooOften."""
        self.store.count_try(self.store.address(request))
        self.store.count_look(self.store.address(request))
        return kind(request.POST)

    def _ask(self, request: HttpRequest, place: Place, form: forms.ClaimForm) -> HttpResponse:
        context = {"place": place, "notice": _notice(CURRENT_NOTICE)}
        return self._form_page(request, "report", form, context)

    def _key_page(
        self, request: HttpRequest, form: forms.KeyForm | None, *, unknown: bool = False
    ) -> HttpResponse:
        context = {"unknown": unknown}
        return self._form_page(request, "mine", form or forms.KeyForm(), context)

    def _shown(
        self,
        request: HttpRequest,
        key: Key,
        *,
        said: str = "",
        correct: forms.CorrectForm | None = None,
        complain: forms.ComplaintForm | None = None,
    ) -> HttpResponse:
        standing = self.store.look(key)
        if standing is None:
            return self._key_page(request, None, unknown=True)
        answers = standing.answers
        given = {name: getattr(answers, name) for name in _ANSWERS} if answers else {}
        context = {
            "standing": standing,
            "state": _(REPORT_STATE_LABELS[standing.state]),
            "wishes": [(_(TOPIC_LABELS[each.topic]), each) for each in standing.wishes],
            "key": key,
            "once": secrets.token_hex(_NONCE_BYTES),
            "said": said,
            "notice": _notice(standing.notice_version),
            "correct": correct or forms.CorrectForm(initial=given, auto_id="correct_%s"),
            "complain": complain or forms.ComplaintForm(auto_id="complain_%s"),
            "is_correcting": correct is not None,
            "is_complaining": complain is not None,
        }
        return render(request, "self_reports/public/shown.html", context)

    def _form_page(
        self,
        request: HttpRequest,
        name: str,
        form: forms.PublicForm,
        context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        form.start_at_first_fault()
        nonce = secrets.token_hex(_NONCE_BYTES)
        riddle = make_riddle(nonce, self.store.now(), self.store.mac)
        shown = {
            "form": form,
            "riddle": riddle,
            "sentence": _(riddle.sentence) % tuple(_(each) for each in riddle.numerals),
        } | (context or {})
        status = 400 if form.is_bound else 200
        return render(request, f"self_reports/public/{name}.html", shown, status=status)


_ANSWERS = ("name", "phone", "branch", "last_four", "reach")
_STEPS: dict[str, Callable[[Pages, HttpRequest], HttpResponse]] = {
    "look": Pages.look,
    "correct": Pages.correct,
    "withdraw": Pages.withdraw,
    "complain": Pages.complain,
}


def _key_of(form: forms.PublicForm) -> Key:
    """Return the key of a form that may be wrong elsewhere."""
    held = form.cleaned_data
    return Key(held.get("receipt", ""), held.get("phone_end", ""))


def _notice(version: int) -> dict[str, Any]:
    points = [(_(heading), _(text)) for heading, text in NOTICES[version].points]
    return {"version": version, "since": NOTICES[version].since, "points": points}


def _gone(request: HttpRequest, closed: Exception) -> HttpResponse:
    status = 410 if isinstance(closed, CodeClosed) else 404
    return render(request, "self_reports/public/gone.html", status=status)


def _receipt(request: HttpRequest, place: Place, receipt: str) -> HttpResponse:
    context = {"place": place, "receipt": shown_receipt(receipt)}
    return render(request, "self_reports/public/receipt.html", context)


def _done(request: HttpRequest, what: str) -> HttpResponse:
    return render(request, "self_reports/public/done.html", {"what": what})
