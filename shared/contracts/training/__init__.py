"""Messages of training: courses, commissions 培训委托书, sessions, attendance, certificates, outcomes."""

from shared.contracts.training.attendance import *  # noqa: F403
from shared.contracts.training.certificates import *  # noqa: F403
from shared.contracts.training.commissions import *  # noqa: F403
from shared.contracts.training.courses import *  # noqa: F403
from shared.contracts.training.enrolments import *  # noqa: F403
from shared.contracts.training.events import *  # noqa: F403
from shared.contracts.training.outcomes import *  # noqa: F403
from shared.contracts.training.problems import *  # noqa: F403
from shared.contracts.training.sessions import *  # noqa: F403
