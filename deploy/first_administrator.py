"""The last step of a first start in containers: the county, its outposts and the first administrator, once."""

from __future__ import annotations

import threading

from deploy.supervisor import first_administrator
from shared.kit.logs import configure_logs
from shared.kit.settings import settings_from_environment

if __name__ == "__main__":
    settings = settings_from_environment()
    configure_logs(settings, "first-administrator")
    first_administrator(settings, threading.Event())
