"""Self-reports: posters, claims, what people may do with theirs, and windows (SR-1 to SR-10)."""

from collections.abc import Callable
from typing import Any

from xgz.rules.self_report_requests import SelfReportRequestAction
from xgz.services.self_reports.requests import answer

ACTIONS: dict[SelfReportRequestAction, Callable[..., Any]] = {
    SelfReportRequestAction.ANSWER: answer,
}

__all__ = ["ACTIONS", "answer"]
