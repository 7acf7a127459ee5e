"""库存, 调拨 and 销售: never below zero, also at fifty at once; what is cancelled or returned is back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from shared.contracts import honey as c
from shared.contracts.errors import Problem
from shared.contracts.scopes import OutpostCode
from shared.kit.tables import new_id
from tests.services.honey.conftest import SKU, Apiary, days_ago, sale
from tests.support.asker import Asker, refused

As = Callable[[str], Asker]


def on_shelf(outpost: Asker, sku: str = SKU) -> int:
    return outpost.ask(c.GetStock()).totals.get(sku, 0)


def test_fifty_sales_at_once_of_ten_jars_sell_exactly_ten(apiary: Apiary, outpost: As) -> None:
    dongguan = outpost("dongguan")
    apiary.at(dongguan, "dongguan", 6)
    apiary.at(dongguan, "dongguan", 4, best_before=days_ago(-300))

    def buy(_: int) -> str:
        try:
            return dongguan.ask(sale()).state.value
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(50) as pool:
        outcomes = Counter(pool.map(buy, range(50)))
    assert outcomes == {"placed": 10, "honey.insufficient_stock": 40}
    assert on_shelf(dongguan) == 0
    orders = dongguan.ask(c.ListSalesOrders(limit=500)).items
    assert len({order.order_no for order in orders}) == len(orders)


def test_the_lot_that_expires_first_is_sold_first(apiary: Apiary, outpost: As) -> None:
    wenling = outpost("wenling")
    late = apiary.at(wenling, "wenling", 3, best_before=days_ago(-600))
    soon = apiary.at(wenling, "wenling", 2, best_before=days_ago(-100))
    order = wenling.ask(sale(4))
    assert [(lot.lot_code, lot.jars) for lot in order.lines[0].lots] == [(soon.code, 2), (late.code, 2)]
    assert order.amount_cents == 4 * 6_800
    assert order.order_no.startswith("XS-WL-")


def test_a_sale_is_all_lines_or_none(apiary: Apiary, outpost: As) -> None:
    hangzhou = outpost("hangzhou")
    apiary.at(hangzhou, "hangzhou", 5)
    apiary.at(hangzhou, "hangzhou", 1, sku="HONEY-1000")
    with refused("honey.insufficient_stock") as caught:
        hangzhou.ask(
            c.PlaceSalesOrder(
                lines=[
                    c.SalesLineForm(sku=SKU, quantity=2),
                    c.SalesLineForm(sku="HONEY-1000", quantity=2),
                ],
                payment=c.Payment(method=c.PaymentMethod.cash),
            )
        )
    assert caught[0].facts == {"sku": "HONEY-1000", "left": 1, "needed": 2}
    assert on_shelf(hangzhou) == 5
    with refused("honey_sku.not_found"):
        hangzhou.ask(sale(sku="NO-SUCH"))


def test_a_cancelled_sale_gives_the_very_jars_back_once(apiary: Apiary, outpost: As) -> None:
    guiyang = outpost("guiyang")
    apiary.at(guiyang, "guiyang", 3)
    order = guiyang.ask(sale(2))
    cancel = c.CancelSalesOrder(sales_order_id=order.id, reason="顾客退货")
    assert guiyang.ask(cancel).state is c.SalesOrderState.cancelled
    assert on_shelf(guiyang) == 3
    with refused("state.illegal_transition"):
        guiyang.ask(cancel)
    with refused("resource.not_found"):
        outpost("wenling").ask(cancel)


def test_jars_on_the_way_stand_nowhere_and_losses_stay_written(apiary: Apiary, outpost: As) -> None:
    shenzhen = outpost("shenzhen")
    lot = apiary.jars(10)
    line = c.TransferLine(lot_id=lot.id, sku=SKU, jars=10)
    sent = apiary.hq.ask(c.SendStock(to_outpost=OutpostCode.shenzhen, lines=[line]))
    with refused("honey.insufficient_stock"):
        apiary.hq.ask(c.SendStock(to_outpost=OutpostCode.shenzhen, lines=[line]))
    assert on_shelf(shenzhen) == 0
    assert shenzhen.ask(c.GetStock()).on_the_way == {SKU: 10}
    for other in (outpost("wenling"), apiary.hq):
        with refused("resource.not_found"):
            other.ask(c.ReceiveStock(transfer_id=sent.id))
    with refused("stock_transfer.received_more_than_sent"):
        shenzhen.ask(c.ReceiveStock(transfer_id=sent.id, lines=[c.ReceivedLine(lot_id=lot.id, sku=SKU, jars=11)]))
    received = shenzhen.ask(c.ReceiveStock(transfer_id=sent.id, lines=[c.ReceivedLine(lot_id=lot.id, sku=SKU, jars=9)]))
    assert [(row.jars, row.received) for row in received.lines] == [(10, 9)]
    assert on_shelf(shenzhen) == 9
    with refused("state.illegal_transition"):
        shenzhen.ask(c.ReceiveStock(transfer_id=sent.id))


def test_a_return_comes_back_to_the_county_and_a_call_back_to_the_sender(apiary: Apiary, outpost: As) -> None:
    chancheng = outpost("chancheng")
    lot = apiary.at(chancheng, "chancheng", 6)
    line = c.TransferLine(lot_id=lot.id, sku=SKU, jars=2)
    back = chancheng.ask(c.ReturnStock(lines=[line]))
    apiary.hq.ask(c.ReceiveStock(transfer_id=back.id))
    again = chancheng.ask(c.ReturnStock(lines=[line]))
    chancheng.ask(c.CallBackStock(transfer_id=again.id, note="不用退了"))
    assert on_shelf(chancheng) == 4
    county = [row for row in apiary.hq.ask(c.GetStock(place=c.COUNTY)).items if row.lot_id == lot.id]
    assert [row.jars for row in county] == [2]


def test_a_recalled_or_expired_lot_is_not_sold(apiary: Apiary, outpost: As) -> None:
    guangzhou = outpost("guangzhou")
    lot = apiary.at(guangzhou, "guangzhou", 2)
    apiary.hq.ask(c.RecallHoneyLot(lot_id=lot.id, reason="抽检不合格"))
    with refused("honey.insufficient_stock"):
        guangzhou.ask(sale())
    counted = guangzhou.ask(c.CorrectStock(lot_id=lot.id, sku=SKU, jars=0, reason="已下架销毁"))
    assert counted.items == []
    movements = guangzhou.ask(c.ListMovements(lot_id=lot.id)).items
    assert [(row.kind.value, row.jars) for row in movements] == [("counted", -2), ("received", 2)]


def test_outposts_see_their_own_shelf_alone(apiary: Apiary, outpost: As) -> None:
    apiary.at(outpost("dongguan"), "dongguan", 1)
    for view in (outpost("wenling").ask(c.GetStock()), outpost("wenling").ask(c.GetStock(place="dongguan"))):
        assert {row.place for row in view.items} <= {"wenling"}
    places = {row.place for row in apiary.hq.ask(c.GetStock()).items}
    assert "dongguan" in places


def test_a_partners_bulk_order_is_fulfilled_at_the_agreed_price(
    apiary: Apiary, outpost: As, partner: Callable[[UUID], Asker]
) -> None:
    dongguan, employer = outpost("dongguan"), partner(new_id())
    stranger = partner(new_id())
    apiary.sku("HONEY-GIFT", 500, 9_900)
    order = employer.ask(
        c.PlaceHoneyOrder(
            outpost=OutpostCode.dongguan, lines=[c.SalesLineForm(sku="HONEY-GIFT", quantity=5)], note="春节福利"
        )
    )
    assert order.amount_cents == 5 * 9_900
    with refused("resource.not_found"):
        stranger.ask(c.GetHoneyOrder(honey_order_id=order.id))
    with refused("resource.not_found"):
        stranger.ask(c.WithdrawHoneyOrder(honey_order_id=order.id))
    fulfil = c.FulfilHoneyOrder(honey_order_id=order.id, payment=c.Payment(method=c.PaymentMethod.bank_transfer))
    with refused("honey.insufficient_stock"):
        dongguan.ask(fulfil)
    apiary.at(dongguan, "dongguan", 5, sku="HONEY-GIFT")
    apiary.hq.ask(c.ChangeSku(sku="HONEY-GIFT", price_cents=12_000))
    with refused("resource.not_found"):
        outpost("wenling").ask(fulfil)
    done = dongguan.ask(fulfil)
    assert done.state is c.HoneyOrderState.fulfilled
    assert done.sales_order_id is not None
    assert dongguan.ask(c.GetSalesOrder(sales_order_id=done.sales_order_id)).amount_cents == 5 * 9_900
    with refused("state.illegal_transition"):
        employer.ask(c.WithdrawHoneyOrder(honey_order_id=order.id))
