"""The site as one worker process of `xgz serve`.

It ends when `xgz serve` is gone: killed outright, that would otherwise leave its workers holding the
port, with the old program, beside the next one.
"""

import os

from xgz.config.wsgi import application
from xgz.management.parent import end_with

__all__ = ["application"]

if "XGZ_SERVED_BY" in os.environ:
    end_with(int(os.environ["XGZ_SERVED_BY"]))
