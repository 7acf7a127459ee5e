"""The registry's calls of the API, over HTTP."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from tests.support.people import RegisterWorkerFactory, make_id_number
from tests.support.platform import TestPlatform
from tests.support.spreadsheets import HEADER, roster_row, xlsx

WORKERS = "/api/v1/hq/workers"
IMPORTS = "/api/v1/hq/worker-imports"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def people() -> RegisterWorkerFactory:
    return RegisterWorkerFactory(41)


def body(people: RegisterWorkerFactory, **given: Any) -> dict[str, Any]:
    return people.build(**given).model_dump(mode="json", exclude_none=True)


def upload(client: Any, content: bytes, **options: Any) -> Any:
    return client.post(IMPORTS, files={"file": ("名册.xlsx", content, XLSX)}, params=options)


def test_a_worker_from_registration_to_disclosure(http: Any, people: RegisterWorkerFactory) -> None:
    client = http.as_hq()
    given = body(people, difficulty={"kind": "monitored", "valid_from": "2024-01-01"})
    made = client.post(WORKERS, json=given)
    assert made.status_code == 201
    worker = made.json()
    assert made.headers["location"] == f"{WORKERS}/{worker['id']}"
    assert worker["id_number_masked"].endswith(given["id_number"][-4:])
    assert given["id_number"] not in made.text
    again = client.post(WORKERS, json=given)
    assert (again.status_code, again.json()["code"]) == (409, "worker.duplicate")
    assert worker["id"] in again.text

    changed = client.patch(f"{WORKERS}/{worker['id']}", json={"can_work": False}, headers={"If-Match": '"1"'})
    assert changed.headers["etag"] == '"2"'
    stale = client.patch(f"{WORKERS}/{worker['id']}", json={"can_work": True}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert client.get(WORKERS, params={"q": given["name"]}).json()["items"][0]["id"] == worker["id"]

    told = client.post(f"{WORKERS}/{worker['id']}/id-number-disclosure", json={"purpose": "办理社保卡"})
    assert told.json()["id_number"] == given["id_number"]
    seen = client.get(f"{WORKERS}/{worker['id']}/disclosures").json()["items"]
    assert [entry["purpose"] for entry in seen] == ["办理社保卡"]
    own = http.as_worker(worker["id"])
    assert own.get("/api/v1/worker/me").json()["name"] == given["name"]
    assert own.post("/api/v1/worker/me/consents/automated_matching/withdrawal").status_code == 200
    assert client.post(f"{WORKERS}/{worker['id']}/erasure", json={"reason": "本人申请"}).status_code == 204


def test_an_import_with_its_problem_file(http: Any, platform: TestPlatform, run_jobs: Callable[[], int]) -> None:
    import python_calamine

    client, rng = http.as_hq(), random.Random(9)
    rows = [HEADER, roster_row(rng, 1), roster_row(rng, 2, 身份证号码=float(make_id_number(rng)[:17]))]
    started = upload(client, xlsx(rows), dry_run=True)
    assert started.status_code == 202
    run_jobs()
    preview = client.get(started.headers["location"]).json()
    assert (preview["state"], preview["accepted"], preview["rejected"]) == ("succeeded", 1, 1)
    where = upload(client, xlsx(rows)).headers["location"]
    run_jobs()
    found = client.get(where).json()
    assert (found["rows"], found["accepted"], found["updated"], found["rejected"]) == (2, 1, 0, 1)
    (problem,) = found["problems"]
    assert (problem["row"], problem["field"], problem["code"]) == (3, "id_number", "import.id_number_is_float")
    english = client.get(where, headers={"Accept-Language": "en"}).json()["problems"][0]
    assert english["message"] == english["message_en"]
    file = client.get(f"{where}/problems.xlsx")
    assert file.headers["content-type"] == XLSX
    table = python_calamine.CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert len(table) == 2
    assert client.get(f"{IMPORTS}/template.xlsx").status_code == 200
    assert client.get(f"{IMPORTS}/registry.nonsense").json()["code"] == "import.not_found"


def test_a_file_that_is_too_large_is_refused(http: Any) -> None:
    refused = upload(http.as_hq(), b"PK\x03\x04" + bytes(51 * 1024 * 1024))
    assert (refused.status_code, refused.json()["code"]) == (413, "request.too_large")


def test_rosters_and_their_spreadsheet(http: Any, platform: TestPlatform, people: RegisterWorkerFactory) -> None:
    import threading

    client = http.as_hq()
    worker = client.post(WORKERS, json=body(people)).json()
    page = client.get("/api/v1/hq/rosters/labour_force").json()
    assert worker["id"] in {row["worker_id"] for row in page["items"]}
    assert client.get("/api/v1/hq/rosters/labour_force", params={"as_of": "2999-01-01"}).status_code == 422
    assert client.get("/api/v1/hq/rosters/anything").status_code in (404, 422)
    assert {row["kind"] for row in client.get("/api/v1/hq/rosters").json()["rosters"]} >= {"returned"}

    done = threading.Event()

    def work() -> None:
        until = time.monotonic() + 20
        while not done.wait(0.05) and time.monotonic() < until:
            platform.run_jobs()

    worker_thread = threading.Thread(target=work)
    worker_thread.start()
    try:
        file = client.get("/api/v1/hq/rosters/labour_force.xlsx")
    finally:
        done.set()
        worker_thread.join()
    assert (file.status_code, file.headers["content-type"]) == (200, XLSX)
    assert file.content[:2] == b"PK"


def test_an_area_account_and_an_outpost(http: Any, people: RegisterWorkerFactory) -> None:
    made = http.as_hq().post(WORKERS, json=body(people, division="522631104")).json()
    assert http.as_area("522631104").get(f"{WORKERS}/{made['id']}").status_code == 200
    assert http.as_area("522631105").get(f"{WORKERS}/{made['id']}").status_code == 404
    assert http.as_outpost("dongguan").get(f"{WORKERS}/{made['id']}").status_code == 403
    assert upload(http.as_area("522631104"), b"x").status_code == 403
