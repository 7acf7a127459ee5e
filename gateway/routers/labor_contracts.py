"""劳务合同: what each audience does with the contracts of its orders, the same for all of them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Query, UploadFile
from starlette.responses import Response

from gateway.answers import problems
from gateway.caller import Caller
from gateway.downloads import send_file
from gateway.errors import UNSUPPORTED_MEDIA
from shared.contracts import dispatch as c
from shared.contracts.base import Page
from shared.contracts.errors import ILLEGAL_TRANSITION, NOT_FOUND, TOO_LARGE

SCANS = ("application/pdf", "image/jpeg", "image/png")
MAX_MB = 20
Scan = Annotated[UploadFile, File(description="pdf, jpg or png, at most 20 MB")]


def contract_router(prefix: str, tag: str, reader: Any, writer: Any) -> APIRouter:
    """The routes of one audience; `reader` and `writer` are its aliases of `gateway.auth`."""
    router = APIRouter(prefix=prefix, tags=[tag])
    order = "/dispatch-orders/{order_id}/labor-contract"

    @router.get("/labor-contracts", response_model=Page[c.LaborContractView])
    async def list_labor_contracts(caller: reader, query: Annotated[c.ListLaborContracts, Query()]) -> Response:
        """List contracts, those that end first in front; `expires_within_days=30` for what has to be renewed."""
        return await _answer(caller, query)

    @router.post(
        f"{order}/renewals",
        status_code=201,
        response_model=c.LaborContractView,
        responses=problems(NOT_FOUND, c.ORDER_CONTRACT_NONE, c.ORDER_CONTRACT_OVERLAPS, ILLEGAL_TRANSITION),
    )
    async def renew_labor_contract(caller: writer, order_id: UUID, body: c.LaborContractForm) -> Response:
        """Record the contract that follows the latest one of an order."""
        return await _renew(caller, c.RenewLaborContract(order_id=order_id, **body.model_dump()), prefix)

    @router.post(
        f"{order}/scan",
        response_model=c.LaborContractView,
        responses=problems(NOT_FOUND, c.ORDER_CONTRACT_NONE, TOO_LARGE, UNSUPPORTED_MEDIA),
    )
    async def attach_contract_scan(caller: writer, order_id: UUID, file: Scan) -> Response:
        """Keep the scan of the latest contract of an order."""
        return await _attach(caller, order_id, file)

    @router.get(
        f"{order}/scan",
        response_class=Response,
        responses={200: {"description": "the scan"}, **problems(NOT_FOUND)},
    )
    async def get_contract_scan(caller: reader, order_id: UUID) -> Response:
        """Download the scan of the latest contract of an order."""
        return await _send(caller, order_id)

    return router


async def _answer(caller: Caller, message: c.ListLaborContracts) -> Response:
    return await caller.answer(message)


async def _renew(caller: Caller, message: c.RenewLaborContract, prefix: str) -> Response:
    own = prefix.replace("{code}", str(caller.outpost))
    return await caller.create(message, location=f"/api/v1{own}/dispatch-orders/{{order_id}}")


async def _attach(caller: Caller, order_id: UUID, file: UploadFile) -> Response:
    if (file.content_type or "").lower() not in SCANS:
        raise UNSUPPORTED_MEDIA(accepted=", ".join(SCANS))
    scan = await caller.store_upload(file, max_mb=MAX_MB)
    return await caller.answer(c.AttachContractScan(order_id=order_id, scan=scan))


async def _send(caller: Caller, order_id: UUID) -> Response:
    found = await caller.ask(c.GetDispatchOrder(order_id=order_id))
    if found.contract is None or found.contract.scan is None:
        raise NOT_FOUND(what="scan")
    return send_file(caller, found.contract.scan)
