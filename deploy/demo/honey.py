"""Honey: bought from those just trained, tested, bottled, sent to outposts and sold there."""

from __future__ import annotations

import random
from datetime import date, timedelta

from deploy.demo.api import eventually
from deploy.demo.county import County

SKU = "BAIHUA-500"
JARS = 280


def trade(county: County) -> str:
    rng = random.Random(county.seed)
    today = date.today()
    beekeepers = eventually(lambda: county.hq.get("/hq/honey/beekeepers")["items"] or None, seconds=60)
    purchases = [
        county.hq.post(
            "/hq/honey/purchases",
            {
                "beekeeper_id": keeper["id"],
                "grams": rng.randrange(28, 60) * 1000,
                "grade": rng.choice(("special", "first")),
                "price_cents_per_kg": rng.choice((6000, 7200)),
                "harvested_on": (today - timedelta(days=rng.randrange(3, 25))).isoformat(),
                "moisture": rng.choice(("17.8", "18.2", "18.6")),
                "floral_source": "百花",
            },
        )
        for keeper in beekeepers[:8]
    ]
    lot = county.hq.post(
        "/hq/honey/lots",
        {
            "purchase_ids": [purchase["id"] for purchase in purchases],
            "best_before": (today + timedelta(days=540)).isoformat(),
            "test": {
                "report_no": f"LP-{today:%Y%m%d}-01",
                "laboratory": "黎平县检验检测中心",
                "tested_on": today.isoformat(),
                "has_passed": True,
            },
        },
    )
    county.lot_code = lot["code"]
    county.hq.post("/hq/honey/skus", {"sku": SKU, "name": "黎平百花蜜 500 克", "net_grams": 500, "price_cents": 6800})
    county.hq.post(f"/hq/honey/lots/{lot['id']}/bottlings", {"sku": SKU, "jars": JARS})
    sold = 0
    for code in county.codes:
        lines = [{"lot_id": lot["id"], "sku": SKU, "jars": JARS // 7}]
        sent = county.hq.post("/hq/honey/stock-transfers", {"to_outpost": code, "lines": lines})
        outpost = county.outposts[code]
        outpost.post(f"/outposts/{code}/honey/stock-transfers/{sent['id']}/receipt", {})
        for _ in range(rng.randrange(2, 6)):
            quantity = rng.randrange(1, 4)
            outpost.post(
                f"/outposts/{code}/honey/sales-orders",
                {"lines": [{"sku": SKU, "quantity": quantity}], "payment": {"method": "cash"}},
            )
            sold += quantity
    return f"收购 {len(purchases)} 笔, 批次 {lot['code']}, 装 {JARS} 瓶发往七站, 已售 {sold} 瓶"
