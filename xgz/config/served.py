"""The site as one worker process of `xgz serve`.

It ends when `xgz serve` is gone: killed outright, that would otherwise leave its workers holding the
port, with the old program, beside the next one.
"""

import gc
import os
import sys
from importlib import import_module

from xgz.config.wsgi import application
from xgz.management.parent import end_with

__all__ = ["application"]

# A page takes some 50 ms. The threads of a process are there for those that wait, for the database
# or a slow line; changing over every 5 ms between those that compute only makes all of them late.
sys.setswitchinterval(0.1)

# The program itself, pages included, is never garbage: looking through it again and again takes a
# tenth of a second, in the middle of somebody's page.
import_module("xgz.config.urls")
gc.collect()
gc.freeze()

if "XGZ_SERVED_BY" in os.environ:
    end_with(int(os.environ["XGZ_SERVED_BY"]))
