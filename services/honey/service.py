"""What honey answers and hears."""

from __future__ import annotations

from services.honey import beekeepers, honey_orders, lots, purchases, sales, skus, stock, trace, transfers
from services.honey.personal_tables import PERSONAL
from shared.contracts import honey as c
from shared.contracts import registry, training
from shared.contracts.base import Page
from shared.kit.entrypoints import Unit, command, query, subscribe
from shared.kit.session import Session


class HoneyService:
    name = "honey"
    unit = Unit()
    jobs = ()
    personal = PERSONAL

    @command(c.EnrolBeekeeper, allow=("hq",), before=beekeepers.find_worker)
    def enrol_beekeeper(
        self, session: Session, command: c.EnrolBeekeeper, worker: registry.WorkerView
    ) -> c.BeekeeperView:
        return beekeepers.enrol_beekeeper(session, command, worker)

    @query(c.GetBeekeeper, allow=("hq", "worker"))
    def get_beekeeper(self, session: Session, query: c.GetBeekeeper) -> c.BeekeeperView:
        return beekeepers.get_beekeeper(session, query)

    @query(c.ListBeekeepers, allow=("hq", "worker"))
    def list_beekeepers(self, session: Session, query: c.ListBeekeepers) -> Page[c.BeekeeperView]:
        return beekeepers.list_beekeepers(session, query)

    @command(c.RecordHoneyPurchase, allow=("hq",))
    def record_honey_purchase(self, session: Session, command: c.RecordHoneyPurchase) -> c.HoneyPurchaseView:
        return purchases.record_purchase(session, command)

    @command(c.VoidHoneyPurchase, allow=("hq",))
    def void_honey_purchase(self, session: Session, command: c.VoidHoneyPurchase) -> c.HoneyPurchaseView:
        return purchases.void_purchase(session, command)

    @query(c.GetHoneyPurchase, allow=("hq", "worker"))
    def get_honey_purchase(self, session: Session, query: c.GetHoneyPurchase) -> c.HoneyPurchaseView:
        return purchases.get_purchase(session, query)

    @query(c.ListHoneyPurchases, allow=("hq", "worker"))
    def list_honey_purchases(self, session: Session, query: c.ListHoneyPurchases) -> Page[c.HoneyPurchaseView]:
        return purchases.list_purchases(session, query)

    @command(c.PaySettlement, allow=("hq",))
    def pay_settlement(self, session: Session, command: c.PaySettlement) -> c.SettlementView:
        return purchases.pay_settlement(session, command)

    @query(c.ListSettlements, allow=("hq", "worker"))
    def list_settlements(self, session: Session, query: c.ListSettlements) -> Page[c.SettlementView]:
        return purchases.list_settlements(session, query)

    @command(c.CreateSku, allow=("hq",))
    def create_sku(self, session: Session, command: c.CreateSku) -> c.SkuView:
        return skus.create_sku(session, command)

    @command(c.ChangeSku, allow=("hq",))
    def change_sku(self, session: Session, command: c.ChangeSku) -> c.SkuView:
        return skus.change_sku(session, command)

    @query(c.ListSkus, allow=("hq", "outpost", "area", "partner", "worker", "public"))
    def list_skus(self, session: Session, query: c.ListSkus) -> Page[c.SkuView]:
        return skus.list_skus(session, query)

    @command(c.CreateHoneyLot, allow=("hq",))
    def create_honey_lot(self, session: Session, command: c.CreateHoneyLot) -> c.HoneyLotView:
        return lots.create_lot(session, command)

    @command(c.RecordLotTest, allow=("hq",))
    def record_lot_test(self, session: Session, command: c.RecordLotTest) -> c.HoneyLotView:
        return lots.record_test(session, command)

    @command(c.BottleHoney, allow=("hq",))
    def bottle_honey(self, session: Session, command: c.BottleHoney) -> c.HoneyLotView:
        return lots.bottle(session, command)

    @command(c.RecallHoneyLot, allow=("hq",))
    def recall_honey_lot(self, session: Session, command: c.RecallHoneyLot) -> c.HoneyLotView:
        return lots.recall(session, command)

    @query(c.GetHoneyLot, allow=("hq", "outpost"))
    def get_honey_lot(self, session: Session, query: c.GetHoneyLot) -> c.HoneyLotView:
        return lots.get_lot(session, query)

    @query(c.ListHoneyLots, allow=("hq", "outpost"))
    def list_honey_lots(self, session: Session, query: c.ListHoneyLots) -> Page[c.HoneyLotView]:
        return lots.list_lots(session, query)

    @query(c.GetHoneyTrace, allow=("public", "hq", "outpost", "area", "partner", "worker"))
    def get_honey_trace(self, session: Session, query: c.GetHoneyTrace) -> c.HoneyTraceView:
        return trace.get_trace(session, query)

    @query(c.GetStock, allow=("hq", "outpost"))
    def get_stock(self, session: Session, query: c.GetStock) -> c.StockView:
        return stock.get_stock(session, query)

    @query(c.ListMovements, allow=("hq", "outpost"))
    def list_movements(self, session: Session, query: c.ListMovements) -> Page[c.MovementRow]:
        return stock.list_movements(session, query)

    @command(c.CorrectStock, allow=("hq", "outpost"))
    def correct_stock(self, session: Session, command: c.CorrectStock) -> c.StockView:
        return stock.correct_stock(session, command)

    @command(c.SendStock, allow=("hq",))
    def send_stock(self, session: Session, command: c.SendStock) -> c.StockTransferView:
        return transfers.send_stock(session, command)

    @command(c.ReturnStock, allow=("outpost",))
    def return_stock(self, session: Session, command: c.ReturnStock) -> c.StockTransferView:
        return transfers.return_stock(session, command)

    @command(c.ReceiveStock, allow=("hq", "outpost"))
    def receive_stock(self, session: Session, command: c.ReceiveStock) -> c.StockTransferView:
        return transfers.receive_stock(session, command)

    @command(c.CallBackStock, allow=("hq", "outpost"))
    def call_back_stock(self, session: Session, command: c.CallBackStock) -> c.StockTransferView:
        return transfers.call_back(session, command)

    @query(c.GetStockTransfer, allow=("hq", "outpost"))
    def get_stock_transfer(self, session: Session, query: c.GetStockTransfer) -> c.StockTransferView:
        return transfers.get_transfer(session, query)

    @query(c.ListStockTransfers, allow=("hq", "outpost"))
    def list_stock_transfers(self, session: Session, query: c.ListStockTransfers) -> Page[c.StockTransferView]:
        return transfers.list_transfers(session, query)

    @command(c.PlaceSalesOrder, allow=("outpost",))
    def place_sales_order(self, session: Session, command: c.PlaceSalesOrder) -> c.SalesOrderView:
        return sales.place_sales_order(session, command)

    @command(c.CancelSalesOrder, allow=("outpost",))
    def cancel_sales_order(self, session: Session, command: c.CancelSalesOrder) -> c.SalesOrderView:
        return sales.cancel_sales_order(session, command)

    @query(c.GetSalesOrder, allow=("hq", "outpost"))
    def get_sales_order(self, session: Session, query: c.GetSalesOrder) -> c.SalesOrderView:
        return sales.get_sales_order(session, query)

    @query(c.ListSalesOrders, allow=("hq", "outpost"))
    def list_sales_orders(self, session: Session, query: c.ListSalesOrders) -> Page[c.SalesOrderView]:
        return sales.list_sales_orders(session, query)

    @command(c.PlaceHoneyOrder, allow=("partner",), as_service=True)
    def place_honey_order(self, session: Session, command: c.PlaceHoneyOrder) -> c.HoneyOrderView:
        return honey_orders.place_honey_order(session, command)

    @command(c.WithdrawHoneyOrder, allow=("partner",), as_service=True)
    def withdraw_honey_order(self, session: Session, command: c.WithdrawHoneyOrder) -> c.HoneyOrderView:
        return honey_orders.withdraw_honey_order(session, command)

    @command(c.FulfilHoneyOrder, allow=("outpost",))
    def fulfil_honey_order(self, session: Session, command: c.FulfilHoneyOrder) -> c.HoneyOrderView:
        return honey_orders.fulfil_honey_order(session, command)

    @command(c.RefuseHoneyOrder, allow=("outpost",))
    def refuse_honey_order(self, session: Session, command: c.RefuseHoneyOrder) -> c.HoneyOrderView:
        return honey_orders.refuse_honey_order(session, command)

    @query(c.GetHoneyOrder, allow=("hq", "outpost", "partner"))
    def get_honey_order(self, session: Session, query: c.GetHoneyOrder) -> c.HoneyOrderView:
        return honey_orders.get_honey_order(session, query)

    @query(c.ListHoneyOrders, allow=("hq", "outpost", "partner"))
    def list_honey_orders(self, session: Session, query: c.ListHoneyOrders) -> Page[c.HoneyOrderView]:
        return honey_orders.list_honey_orders(session, query)

    @subscribe(training.CertificateIssued)
    def certificate_issued(self, session: Session, event: training.CertificateIssued) -> None:
        beekeepers.certified(session, event)

    @subscribe(training.CertificateRevoked)
    def certificate_revoked(self, session: Session, event: training.CertificateRevoked) -> None:
        beekeepers.uncertified(session, event)

    @subscribe(registry.WorkerMerged)
    def worker_merged(self, session: Session, event: registry.WorkerMerged) -> None:
        beekeepers.merge(session, event)
