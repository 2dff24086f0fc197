from tests.sample_kind.models import Errand
from tests.sample_kind.services.errands import ACTIONS
from xgz.web.cases.page import case_urls

urlpatterns = case_urls(Errand, ACTIONS)
