"""Settings of the test runs: the project's own under the profile `test`, in a throw-away data folder.

The environment is set here because pytest-django loads the settings before any conftest.py.
XGZ_DATABASE_URL is left as it is: it chooses the database the tests run on.
"""

import atexit
import os
import shutil
import tempfile

# The workers of pytest-xdist inherit the folder of the process that starts them.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["XGZ_HOME"] = tempfile.mkdtemp(prefix="xgz-tests-")
    os.mkdir(os.path.join(os.environ["XGZ_HOME"], "static"))  # WhiteNoise warns where it is missing
    atexit.register(shutil.rmtree, os.environ["XGZ_HOME"], ignore_errors=True)
os.environ["XGZ_PROFILE"] = "test"

from xgz.config.settings import *  # noqa: F403
from xgz.config.settings import HOME as _HOME
from xgz.config.settings import INSTALLED_APPS as _APPS

# Each worker has a database of its own: files there belong to no import known here, and would be
# swept away. The keys stay where they are, common to all.
HOME = _HOME / os.environ.get("PYTEST_XDIST_WORKER", "main")
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)  # as the site's own settings do

AUDIT_ANCHORS = HOME / "anchors" / "audit.jsonl"

INSTALLED_APPS = [*_APPS, "tests.sample_kind"]
