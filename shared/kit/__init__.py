"""The machinery that every service and the gateway stand on."""

import os
import warnings

# eventlet would import its own DNS resolver at every start (a tenth of the time), which nothing here uses.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
# It says at every import that it is in bug-fix mode: deploy/decisions/0001-nameko.md is the answer to it.
warnings.filterwarnings("ignore", message="\nEventlet is deprecated")
