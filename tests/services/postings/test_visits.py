"""岗位开发: visits with photos, the postings that came of them, and who sees which."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.contracts import postings as c
from tests.services.postings.employer_factory import posting_for, register, today
from tests.support.asker import Asker, refused
from tests.support.platform import TestPlatform

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"0" * 40


def visit(employer_id: UUID | None = None, **given: Any) -> c.RecordVisit:
    facts: dict[str, Any] = {"employer_id": employer_id, "visited_on": today(), "openings": 20}
    facts["summary"] = "两条包装线招人"
    return c.RecordVisit(**{**facts, **given})


def test_a_visit_brings_openings_and_a_photo(platform: TestPlatform, hq: Asker) -> None:
    liaison, employer = platform.outpost("dongguan"), register(hq)
    made = liaison.ask(visit(employer.id, met_with="王经理", next_visit_on=today() + timedelta(days=30)))
    assert (made.employer_name, made.officer, made.postings) == (employer.name, "dongguan-test", 0)
    photo = platform.blobs.put_bytes(JPEG, media_type="application/octet-stream", filename="车间.jpg")
    liaison.ask(c.AddVisitPhoto(visit_id=made.id, photo=photo))
    seen = liaison.ask(c.AddVisitPhoto(visit_id=made.id, photo=photo))
    assert [(one.number, one.media_type) for one in seen.photos] == [(1, "image/jpeg")]
    assert platform.blobs.read(liaison.ask(c.GetVisitPhoto(visit_id=made.id, number=1))) == JPEG
    posting = liaison.ask(posting_for(employer.id, visit_id=made.id))
    assert posting.visit_id == made.id
    assert liaison.ask(c.GetVisit(visit_id=made.id)).postings == 1
    assert [row.id for row in liaison.ask(c.ListPostings(visit_id=made.id)).items] == [posting.id]
    due = liaison.ask(c.ListVisits(due_by=today() + timedelta(days=31), employer_id=employer.id)).items
    assert [row.id for row in due] == [made.id]
    assert liaison.ask(c.RemoveVisitPhoto(visit_id=made.id, number=1)).photos == []


def test_hq_reads_every_outposts_visits_and_another_outpost_none(platform: TestPlatform, hq: Asker) -> None:
    made = platform.outpost("dongguan").ask(visit(register(hq).id, met_with="李主管"))
    assert hq.ask(c.GetVisit(visit_id=made.id)).met_with == "李主管"
    other = platform.outpost("wenling")
    with refused("resource.not_found"):
        other.ask(c.GetVisit(visit_id=made.id))
    with refused("resource.not_found"):
        other.ask(posting_for(made.employer_id, visit_id=made.id))
    assert made.id not in {row.id for row in other.ask(c.ListVisits(limit=500)).items}
    with refused("scope.forbidden"):
        hq.ask(visit(made.employer_id))


def test_a_new_employer_is_visited_by_name_and_registered_later(platform: TestPlatform, hq: Asker) -> None:
    liaison = platform.outpost("wenling")
    made = liaison.ask(visit(employer_name="温岭市大溪泵业有限公司"))
    assert (made.employer_id, made.employer_name) == (None, "温岭市大溪泵业有限公司")
    employer = register(hq, name="温岭市大溪泵业有限公司")
    named = liaison.ask(c.UpdateVisit(visit_id=made.id, employer_id=employer.id, expected_version=made.version))
    assert named.employer_id == employer.id
    with refused("resource.changed_meanwhile"):
        liaison.ask(c.UpdateVisit(visit_id=made.id, summary="别的", expected_version=made.version))
    with refused("visit.without_employer"):
        liaison.ask(visit())
    with refused("visit.in_future"):
        liaison.ask(visit(employer.id, visited_on=today() + timedelta(days=1)))


def test_what_is_no_picture_is_no_photo(platform: TestPlatform, hq: Asker) -> None:
    liaison = platform.outpost("dongguan")
    made = liaison.ask(visit(register(hq).id))
    page = platform.blobs.put_bytes(b"<html>", media_type="image/jpeg", filename="x.jpg")
    with refused("visit.photo_no_picture"):
        liaison.ask(c.AddVisitPhoto(visit_id=made.id, photo=page))
    for number in range(12):
        picture = platform.blobs.put_bytes(JPEG + bytes([number]), media_type="image/jpeg")
        liaison.ask(c.AddVisitPhoto(visit_id=made.id, photo=picture))
    with refused("visit.photos_full"):
        one_more = platform.blobs.put_bytes(JPEG + b"more", media_type="image/jpeg")
        liaison.ask(c.AddVisitPhoto(visit_id=made.id, photo=one_more))
