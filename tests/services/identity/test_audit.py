"""操作日志: what is kept, who may read it, and that nobody changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from services.identity.audit import audit_recorded
from shared.contracts.identity import (
    AuditRecorded,
    DeactivateUser,
    ListAudit,
    RecordAudit,
    SessionOpened,
    UserView,
)
from shared.contracts.scopes import Actor, OutpostCode, Role
from shared.kit.tables import new_id, utc_now
from tests.support.asker import Asker, refused


class TestTrail:
    def test_tells_the_life_of_an_account(
        self, register: Callable[..., UserView], sign_in: Callable[..., SessionOpened], hq: Asker
    ) -> None:
        user = register(Role.outpost_lead, outpost="dongguan")
        sign_in(user.username)
        hq.ask(DeactivateUser(user_id=user.id, reason="离职"))
        trail = hq.ask(ListAudit(subject_kind="user", subject_id=str(user.id))).items
        assert [entry.action for entry in reversed(trail)] == ["user.registered", "session.opened", "user.deactivated"]
        assert trail[0].purpose == "离职"
        assert trail[0].actor == Actor(kind="user", id="hq-test")
        assert trail[0].scope == "hq"
        assert trail[1].actor.id == str(user.id)
        assert {entry.outpost for entry in trail} == {OutpostCode.dongguan}

    def test_is_filtered_by_actor_action_and_time(
        self, county: object, outpost: Callable[[str], Asker], hq: Asker
    ) -> None:
        subject = str(uuid4())
        before = utc_now()
        outpost("wenling").ask(
            RecordAudit(
                action="worker.id_number_disclosed", subject_kind="worker", subject_id=subject, purpose="工伤理赔"
            )
        )
        assert len(hq.ask(ListAudit(actor_id="wenling-test", action="worker.")).items) == 1
        assert hq.ask(ListAudit(subject_id=subject, action="case.")).items == []
        assert hq.ask(ListAudit(subject_id=subject, until_at=before)).items == []
        assert len(hq.ask(ListAudit(subject_id=subject, from_at=before)).items) == 1

    def test_believes_the_asking_context_and_not_the_asker(
        self, county: object, outpost: Callable[[str], Asker], as_service: Callable[[str], Asker]
    ) -> None:
        claimed = RecordAudit(action="case.opened", actor=Actor(kind="user", id="somebody-else"), role=Role.hq_admin)
        entry = outpost("wenling").ask(claimed)
        assert (entry.actor.id, entry.scope) == ("wenling-test", "outpost:wenling")
        entry = as_service("outposts").ask(claimed)
        assert (entry.actor.id, entry.source) == ("somebody-else", "outposts")

    def test_files_what_other_services_publish(self, county: object, hq: Asker, platform: Any) -> None:
        runtime = platform.hosted["identity"].runtime
        event = AuditRecorded(
            entry_id=new_id(),
            actor=Actor(kind="user", id="officer-1"),
            action="dispatch_order.printed",
            subject_kind="dispatch_order",
            subject_id="SG-2026-000001",
            at=utc_now(),
            source="dispatch",
        )
        with runtime.database.transaction(runtime.own_context()) as session:
            audit_recorded(session, event)
        assert hq.ask(ListAudit(subject_id="SG-2026-000001")).items[0].source == "dispatch"

    def test_is_read_by_admins_and_auditors_alone(
        self, county: object, platform: Any, outpost: Callable[[str], Asker]
    ) -> None:
        platform.hq(Role.hq_auditor).ask(ListAudit(limit=1))
        for asker in (platform.hq(Role.hq_officer), outpost("chancheng")):
            with refused("scope.forbidden"):
                asker.ask(ListAudit())

    @pytest.mark.parametrize(
        "change", ["UPDATE identity.audit_entry SET action = 'x'", "DELETE FROM identity.audit_entry"]
    )
    def test_cannot_be_changed(self, county: object, platform: Any, change: str) -> None:
        runtime = platform.hosted["identity"].runtime
        with (
            pytest.raises(DBAPIError, match="append-only"),
            runtime.database.transaction(runtime.own_context()) as session,
        ):
            session.connection().exec_driver_sql(change)
