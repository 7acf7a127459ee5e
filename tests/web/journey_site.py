"""A gateway on a real platform, with a county whose workers can be sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page

from gateway.app import create_app
from shared.contracts import identity
from tests.services.dispatch.conftest import County, Openings
from tests.support.events import announcer
from tests.support.platform import Databases, TestPlatform, running_platform
from tests.web.accounts import PASSWORD
from tests.web.conftest import Watched, serving, sign_in


@dataclass
class JourneySite:
    url: str
    platform: TestPlatform
    county: County

    def entered(self, watched: Watched, path: str) -> Page:
        """The page as the administrator sees it."""
        sign_in(watched.page, self.url, "admin")
        watched.page.wait_for_url("**/hq")
        watched.page.goto(self.url + path)
        return watched.page


@contextmanager
def journey_site(databases: Databases) -> Iterator[JourneySite]:
    with databases.fresh() as url, running_platform(url) as platform:
        platform.as_service("identity").ask(identity.BootstrapCounty(admin_password=PASSWORD))
        openings = Openings(platform)
        platform.caller.call = openings.call  # type: ignore[method-assign]
        app = create_app(platform.bus, platform.settings, platform.keys, platform.blobs)
        with serving(app) as address:
            yield JourneySite(address, platform, County(platform, announcer(platform), openings))
