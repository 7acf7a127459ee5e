"""How the state of long work is called on a page, and its tone."""

from __future__ import annotations

from gateway.web.locales import N_

STATES = {
    "awaiting_confirmation": (N_("待人确认"), "soon"),
    "queued": (N_("排队中"), "soon"),
    "running": (N_("进行中"), "soon"),
    "succeeded": (N_("已完成"), "good"),
    "failed": (N_("失败"), "bad"),
    "cancelled": (N_("已取消"), "plain"),
}
UNDER_WAY = ("queued", "running")
