"""The first start, and the ones after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.contracts.identity import (
    BootstrapCounty,
    BootstrapView,
    ChangeOrganisation,
    GetOutpost,
    ListOrganisations,
    ListOutposts,
    OrganisationKind,
)
from shared.contracts.scopes import OutpostCode, Role
from tests.services.identity.conftest import ADMIN_PASSWORD
from tests.support.asker import Asker, refused


class TestFirstStart:
    def test_makes_county_townships_outposts_and_admin(self, as_service: Callable[[str], Asker], hq: Asker) -> None:
        first = as_service("identity").ask(BootstrapCounty(admin_password=None))
        assert first.organisations_created == 1 + 26 + 7
        assert first.is_admin_created
        assert first.generated_password is not None
        assert len(first.generated_password) >= 16

        outposts = hq.ask(ListOutposts()).items
        assert {found.code for found in outposts} == set(OutpostCode)
        assert [found.code for found in outposts if found.is_hub] == [OutpostCode.chancheng]
        assert outposts[0].code is OutpostCode.chancheng
        townships = hq.ask(ListOrganisations(kind=OrganisationKind.township)).items
        assert len(townships) == 26
        assert all(found.code.startswith("522631") and len(found.code) == 9 for found in townships)

    def test_a_second_start_changes_nothing(
        self, county: BootstrapView, as_service: Callable[[str], Asker], hq: Asker
    ) -> None:
        found = hq.ask(GetOutpost(code=OutpostCode.dongguan))
        hq.ask(ChangeOrganisation(organisation_id=found.organisation_id, name="东莞长安服务站"))
        again = as_service("identity").ask(BootstrapCounty(admin_password="something-else-99"))
        assert (again.organisations_created, again.is_admin_created, again.generated_password) == (0, False, None)
        assert hq.ask(GetOutpost(code=OutpostCode.dongguan)).name == "东莞长安服务站"

    def test_nobody_but_the_machinery_starts_a_county(self, hq: Asker, public: Asker) -> None:
        for asker in (hq, public):
            with refused("scope.forbidden"):
                asker.ask(BootstrapCounty(admin_password=ADMIN_PASSWORD))


class TestOrganisations:
    def test_everybody_may_know_the_outposts(
        self, county: BootstrapView, public: Asker, outpost: Callable[[str], Asker], area: Callable[[str], Asker]
    ) -> None:
        for asker in (public, outpost("wenling"), area("522631104")):
            assert len(asker.ask(ListOutposts()).items) == 7

    def test_only_an_admin_renames_one_and_not_over_another_change(
        self,
        county: BootstrapView,
        hq: Asker,
        platform: Any,
        outpost: Callable[[str], Asker],
    ) -> None:
        found = hq.ask(GetOutpost(code=OutpostCode.guiyang))
        change = ChangeOrganisation(
            organisation_id=found.organisation_id, name="贵阳站", expected_version=found.version
        )
        for asker in (outpost("guiyang"), platform.hq(Role.hq_officer)):
            with refused("scope.forbidden"):
                asker.ask(change)
        assert hq.ask(change).version == found.version + 1
        with refused("resource.changed_meanwhile"):
            hq.ask(change)
