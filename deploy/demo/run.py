"""The story in its steps, with a progress bar; what it prints is what the platform answered."""

from __future__ import annotations

import os
from collections.abc import Callable

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy.demo import honey, journey, outreach, people_and_jobs
from deploy.demo.api import Api, DemoRefused
from deploy.demo.county import County
from shared.kit.settings import Settings

Step = tuple[str, Callable[[County], str]]

STEPS: list[Step] = [
    ("七个驻外服务站开通账号 · outposts get their staff", people_and_jobs.open_outposts),
    ("村级花名册入库 · the village roster comes in as a spreadsheet", people_and_jobs.import_roster),
    ("用工企业与框架协议 · employers and agreements", people_and_jobs.register_employers),
    ("企业岗位原样接入 · employers' feeds come in as they are", people_and_jobs.take_feeds),
    ("每人至少两条岗位 · at least two targeted postings each", people_and_jobs.match),
    ("打印岗位推荐单 · recommendation slips", people_and_jobs.print_slips),
    ("17个就业人员微信群 · worker groups, joined by consent", outreach.form_groups),
    ("求职者答复 · the seekers answer", journey.answer),
    ("开具派遣单 · dispatch orders", journey.issue_orders),
    ("包车点对点 · coaches, seats, boarding, arrival", journey.travel),
    ("就业回执 · receipts close the orders", journey.receive_receipts),
    ("送岗下村 · jobs brought to a village", outreach.go_to_a_village),
    ("招聘会 · a job fair with booths and interviews", outreach.hold_a_fair),
    ("服务站维权、暖心屋 · rights cases and warm houses", journey.care),
    ("定岗培训与证书 · training and certificates", journey.train),
    ("收购蜂蜜、调拨、销售 · honey bought, sent, sold", honey.trade),
    ("就业台账与八个一 · the ledger", journey.read_ledger),
]


def run_demo(settings: Settings, url: str, people: int) -> int:
    """Tell the story; the exit status."""
    console = Console()
    where = url or settings.base_url
    try:
        hq = Api.sign_in(where, "admin", _password(settings))
        if hq.get("/hq/workers", limit=1)["items"] and not os.environ.get("SONGGANG_DEMO_AGAIN"):
            console.print("这里已经有劳动力数据, 演示只在空库中进行 · the demo wants an empty county")
            return 1
        _tell(console, County(hq=hq, url=where, people=people))
    except httpx.HTTPError as error:
        console.print(f"[red]平台没有应答 · the platform does not answer at {where}[/red] ({type(error).__name__})")
        return 1
    except DemoRefused as error:
        console.print(f"[red]演示中断 · the demo was refused:[/red] {error}")
        return 1
    return 0


def _tell(console: Console, county: County) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(STEPS))
        for number, (title, step) in enumerate(STEPS, start=1):
            progress.update(task, description=title)
            told = step(county)
            progress.console.print(f"[green]{number:2}[/green] {title}\n   {told}")
            progress.advance(task)
    console.print(f"\n登录 {county.url} 看看 · sign in and look: HQ 总部, 服务站 outposts/dongguan")
    if county.worker_link:
        console.print(f"一位求职者的页面 · one seeker's page (no script): {county.url}{county.worker_link}")
    console.print(f"蜂蜜溯源 · the jar's trace: {county.url}/api/v1/public/honey/lots/{county.lot_code}")


def _password(settings: Settings) -> str:
    if settings.admin_password:
        return settings.admin_password.get_secret_value()
    found: str = typer.prompt("admin 的密码 · password of admin", hide_input=True)
    return found
