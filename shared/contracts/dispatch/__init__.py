"""What the other parts may know of dispatch 派遣: orders, trips, receipts, fares."""

from shared.contracts.dispatch.arrivals import *  # noqa: F403
from shared.contracts.dispatch.boarding_lists import *  # noqa: F403
from shared.contracts.dispatch.events import *  # noqa: F403
from shared.contracts.dispatch.fare_problems import *  # noqa: F403
from shared.contracts.dispatch.fares import *  # noqa: F403
from shared.contracts.dispatch.flexible import *  # noqa: F403
from shared.contracts.dispatch.flexible_imports import *  # noqa: F403
from shared.contracts.dispatch.labor_contracts import *  # noqa: F403
from shared.contracts.dispatch.orders import *  # noqa: F403
from shared.contracts.dispatch.plans import *  # noqa: F403
from shared.contracts.dispatch.problems import *  # noqa: F403
from shared.contracts.dispatch.receipt_sheets import *  # noqa: F403
from shared.contracts.dispatch.receipts import *  # noqa: F403
from shared.contracts.dispatch.reimbursements import *  # noqa: F403
from shared.contracts.dispatch.trips import *  # noqa: F403
