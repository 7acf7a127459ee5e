"""The machinery that every service and the gateway stand on."""

import os

# eventlet would import its own DNS resolver at every start (a tenth of the time), which nothing here uses.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
