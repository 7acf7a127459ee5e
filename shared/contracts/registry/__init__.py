"""The registry's contract: workers, the six rosters, imports, privacy, help plans and referrals."""

from shared.contracts.registry.change_requests import *  # noqa: F403
from shared.contracts.registry.corrections import *  # noqa: F403
from shared.contracts.registry.duplicates import *  # noqa: F403
from shared.contracts.registry.events import *  # noqa: F403
from shared.contracts.registry.figures import *  # noqa: F403
from shared.contracts.registry.help_plans import *  # noqa: F403
from shared.contracts.registry.histories import *  # noqa: F403
from shared.contracts.registry.households import *  # noqa: F403
from shared.contracts.registry.imports import *  # noqa: F403
from shared.contracts.registry.keys import *  # noqa: F403
from shared.contracts.registry.people import *  # noqa: F403
from shared.contracts.registry.privacy import *  # noqa: F403
from shared.contracts.registry.privacy_requests import *  # noqa: F403
from shared.contracts.registry.problems import *  # noqa: F403
from shared.contracts.registry.referrals import *  # noqa: F403
from shared.contracts.registry.roster_changes import *  # noqa: F403
from shared.contracts.registry.roster_seals import *  # noqa: F403
from shared.contracts.registry.rosters import *  # noqa: F403
from shared.contracts.registry.stations import *  # noqa: F403
from shared.contracts.registry.village_packs import *  # noqa: F403
from shared.contracts.registry.visits import *  # noqa: F403
from shared.contracts.registry.workers import *  # noqa: F403
