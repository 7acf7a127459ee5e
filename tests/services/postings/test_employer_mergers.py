"""One employer registered twice: what goes over, who follows, and the way back."""

from __future__ import annotations

from uuid import UUID

from shared.contracts import identity
from shared.contracts import postings as c
from shared.contracts.scopes import Partner
from shared.kit.tables import new_id
from tests.services.postings.employer_factory import posting_for, register
from tests.services.postings.feed_source import Source, jobs
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform


def merge(hq: Asker, doubled: UUID, kept: UUID) -> c.EmployerMergerView:
    return hq.ask(c.MergeEmployers(employer_id=doubled, into_employer_id=kept, reason="同一家企业登记了两次"))


def test_everything_goes_over_and_back(platform: TestPlatform, hq: Asker) -> None:
    source = Source(platform, hq)
    source.push(jobs(0, 1))
    doubled, kept = source.employer, register(hq)
    Source.push(_of(platform, hq, kept), jobs(7))
    by_hand = hq.ask(posting_for(doubled.id)).id
    hq.ask(
        c.SignAgreement.model_validate(
            {"employer_id": doubled.id, "valid_from": "2024-01-01", "valid_to": "2031-12-31"}
        )
    )
    merger = merge(hq, doubled.id, kept.id)
    assert merger.moved == {"posting": 3, "agreement": 1, "feed": 1}
    assert hq.ask(c.GetEmployer(employer_id=doubled.id)).id == kept.id
    assert doubled.id not in {row.id for row in hq.ask(c.ListEmployers(limit=500)).items}
    assert doubled.id in {row.id for row in hq.ask(c.ListEmployers(limit=500, is_merged=True)).items}
    partner = platform.partner(kept.id)
    assert len(partner.ask(c.ListPostings(limit=50)).items) == 4
    assert {feed.source for feed in partner.ask(c.ListFeeds()).items} == {"hr", "hr-2"}
    assert len(hq.ask(c.ListAgreements(employer_id=kept.id)).items) == 1
    assert hq.ask(posting_for(doubled.id)).employer_id == kept.id

    blob = platform.blobs.put_bytes(jobs(0, 1, 2), media_type="application/xml")
    partner.ask(c.PushFeed(source="hr-2", blob=blob))
    platform.run_jobs()
    undone = hq.ask(c.UndoEmployerMerger(merger_id=merger.id, reason="是两家分厂"))
    assert undone.undone_at is not None
    theirs = platform.partner(doubled.id)
    back = {row.id for row in theirs.ask(c.ListPostings(limit=50)).items}
    assert len(back) == 4
    assert by_hand in back
    assert [feed.source for feed in theirs.ask(c.ListFeeds()).items] == ["hr"]
    assert len(theirs.ask(c.ListFeedRuns(source="hr")).items) == 2
    assert [feed.source for feed in partner.ask(c.ListFeeds()).items] == ["hr"]
    assert hq.ask(c.GetEmployer(employer_id=doubled.id)).id == doubled.id
    with refused("state.illegal_transition"):
        hq.ask(c.UndoEmployerMerger(merger_id=merger.id, reason="再来一次"))


def test_keys_and_accounts_follow(platform: TestPlatform, hq: Asker) -> None:
    doubled, kept = register(hq).id, register(hq).id
    key_hash = new_id().hex * 2
    hq.ask(identity.IssueApiKey(label="ERP", key_hash=key_hash, prefix="sg_test", employer_id=doubled))
    asked = identity.Authenticate(kind="api_key", credential_hash=key_hash)
    merger = merge(hq, doubled, kept)
    platform.settle()
    gateway = platform.public()
    assert gateway.ask(asked).principal.scope == Partner(employer_id=kept)
    hq.ask(c.UndoEmployerMerger(merger_id=merger.id, reason="是两家"))
    platform.settle()
    assert gateway.ask(asked).principal.scope == Partner(employer_id=doubled)


def test_a_merger_takes_nobody_off_the_blacklist(platform: TestPlatform, hq: Asker) -> None:
    doubled, kept = register(hq).id, register(hq).id
    hq.ask(c.BlockEmployer(employer_id=doubled, reason="拖欠工资"))
    with refused("employer.merge_blocked"):
        merge(hq, doubled, kept)
    with refused("employer.merge_refused"):
        merge(hq, kept, kept)


def test_it_is_in_the_audit_trail(platform: TestPlatform, hq: Asker) -> None:
    doubled, kept = register(hq).id, register(hq).id
    merge(hq, doubled, kept)
    platform.settle()
    (entry,) = hq.ask(identity.ListAudit(subject_id=str(doubled))).items
    assert (entry.action, entry.facts["into"], entry.actor.id) == ("employer.merged", str(kept), "hq-test")


def _of(platform: TestPlatform, hq: Asker, employer: c.EmployerView) -> Source:
    source = Source(platform, hq)
    source.employer, source.partner = employer, platform.partner(employer.id)
    return source
