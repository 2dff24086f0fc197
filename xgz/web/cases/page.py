"""What the pages of every kind of case share; a kind's own views call these and add little.

case_page shows one case, take_case_step takes a step of its table, case_list shows a list, and
case_urls gives a kind without pages of its own all of them. know_seats comes first where a page
asks more of a case than case_page does. take_deed shows and takes a DeedForm: a part of the file,
something a decision sets going. case_room is the gate of such pages, case_frame what stands around
a form of their own.
"""

from xgz.web.cases.deeds import DeedForm, take_deed
from xgz.web.cases.detail import case_page, know_seats
from xgz.web.cases.forms import StepForm
from xgz.web.cases.kinds import case_urls
from xgz.web.cases.listing import case_list
from xgz.web.cases.room import case_room
from xgz.web.cases.steps import case_frame, take_case_step
from xgz.web.cases.wording import fault_text

__all__ = [
    "DeedForm",
    "StepForm",
    "case_frame",
    "case_list",
    "case_page",
    "case_room",
    "case_urls",
    "fault_text",
    "know_seats",
    "take_case_step",
    "take_deed",
]
