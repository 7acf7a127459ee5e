"""回执码: the code on the printed order, by which whoever receives the worker closes it without an account."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from shared.contracts.base import Command, Query, View
from shared.contracts.dispatch.orders import OrderState
from shared.contracts.dispatch.receipts import ReceiptForm, ReceiptOutcome
from shared.contracts.scopes import OutpostCode

RECEIPT_PURPOSE = "receipt"


class ReceiptSheet(View):
    """What the page behind the code shows: the order, never the person (the paper has the name)."""

    order_no: str
    posting_title: str
    employer_name: str | None
    outpost: OutpostCode
    depart_on: date
    state: OrderState
    receipt_no: str | None = None
    outcome: ReceiptOutcome | None = None
    started_on: date | None = None
    is_open: bool = Field(description="whether the order still waits for its receipt")


class GetReceiptSheet(Query[ReceiptSheet]):
    """Read the order behind a code."""

    token: str = Field(max_length=600)


class ReceiveReceiptBySheet(ReceiptForm, Command[ReceiptSheet]):
    """Close the order behind a code."""

    token: str = Field(max_length=600)
