"""Employers, agreements, postings, feeds, matching, slips and events: everything that `postings` answers."""

from shared.contracts.postings.campaigns import *  # noqa: F403
from shared.contracts.postings.employers import *  # noqa: F403
from shared.contracts.postings.fair_interviews import *  # noqa: F403
from shared.contracts.postings.fairness import *  # noqa: F403
from shared.contracts.postings.feed_problems import *  # noqa: F403
from shared.contracts.postings.feed_refusals import *  # noqa: F403
from shared.contracts.postings.feeds import *  # noqa: F403
from shared.contracts.postings.job_fairs import *  # noqa: F403
from shared.contracts.postings.matching import *  # noqa: F403
from shared.contracts.postings.matching_steps import *  # noqa: F403
from shared.contracts.postings.openings import *  # noqa: F403
from shared.contracts.postings.outreach import *  # noqa: F403
from shared.contracts.postings.outreach_figures import *  # noqa: F403
from shared.contracts.postings.posting_events import *  # noqa: F403
from shared.contracts.postings.posting_life import *  # noqa: F403
from shared.contracts.postings.postings import *  # noqa: F403
from shared.contracts.postings.presence import *  # noqa: F403
from shared.contracts.postings.publication import *  # noqa: F403
from shared.contracts.postings.recognition import *  # noqa: F403
from shared.contracts.postings.recommendations import *  # noqa: F403
from shared.contracts.postings.requirements import *  # noqa: F403
from shared.contracts.postings.skill_gaps import *  # noqa: F403
from shared.contracts.postings.slip_confirmation import *  # noqa: F403
from shared.contracts.postings.slips import *  # noqa: F403
from shared.contracts.postings.standing import *  # noqa: F403
from shared.contracts.postings.visits import *  # noqa: F403
