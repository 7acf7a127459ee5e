"""Messages of notify: channels, delivery log, inbox, phone codes, worker groups, webhooks."""

from shared.contracts.notify.groups import *  # noqa: F403
from shared.contracts.notify.messages import *  # noqa: F403
from shared.contracts.notify.pushes import *  # noqa: F403
from shared.contracts.notify.webhooks import *  # noqa: F403
