"""Channels: how a text leaves the house. The in-app inbox and the printed pack need none of this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import orjson

from services.notify import outside
from services.notify.templates import Text
from shared.contracts.notify import ChannelKind
from shared.kit.settings import Settings

WECOM = "https://qyapi.weixin.qq.com"
WECOM_TEXT_BYTES = 2048
WECOM_PER_MINUTE = 20
WECOM_BUSY, WECOM_BAD_KEY = 45009, 93000


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt: delivered, to be tried again after some seconds, or hopeless."""

    is_delivered: bool
    error: str = ""
    retry_after: float | None = None
    is_final: bool = field(default=False)


class Channel(Protocol):
    def send(self, address: str, text: Text) -> Outcome: ...


class WecomRobot:
    """企业微信群机器人: `address` is the robot's key. It always answers 200; the code in the body tells."""

    def __init__(self, base: str = WECOM) -> None:
        self._url = f"{base.rstrip('/')}/cgi-bin/webhook/send?key="

    def send(self, address: str, text: Text) -> Outcome:
        body = {"msgtype": "text", "text": {"content": cut(f"{text.title}\n{text.text}", WECOM_TEXT_BYTES)}}
        answer = outside.post(self._url + address, orjson.dumps(body), {"content-type": "application/json"})
        if answer.status != 200:
            return Outcome(False, answer.error or f"HTTP {answer.status}", retry_after=30)
        try:
            code = int(orjson.loads(answer.body)["errcode"])
        except (ValueError, KeyError, TypeError):
            return Outcome(False, "answer not understood", retry_after=30)
        if code == 0:
            return Outcome(True)
        if code == WECOM_BUSY:
            return Outcome(False, "45009 api freq out of limit", retry_after=60)
        return Outcome(False, f"errcode {code}", retry_after=300, is_final=code == WECOM_BAD_KEY)


class SmsGateway:
    """A gateway that takes `POST {"to", "text"}`; the token is the URL's user part, sent as a bearer token."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        self._token = parts.username
        self._url = urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))

    def send(self, address: str, text: Text) -> Outcome:
        headers = {"content-type": "application/json"}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        answer = outside.post(self._url, orjson.dumps({"to": address, "text": text.text}), headers)
        if 200 <= answer.status < 300:
            return Outcome(True)
        is_final = 400 <= answer.status < 500 and answer.status not in (408, 429)
        return Outcome(False, answer.error or f"HTTP {answer.status}", retry_after=10, is_final=is_final)


def channel_for(kind: ChannelKind, settings: Settings) -> Channel | None:
    """The way out for a kind; None where the operator has not set one up."""
    if kind is ChannelKind.wecom_robot:
        return WecomRobot(settings.wecom_gateway or WECOM)
    if kind is ChannelKind.sms and settings.sms_gateway:
        return SmsGateway(settings.sms_gateway)
    return None


def cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8 without half a character; WeCom counts bytes, about 680 汉字."""
    raw = text.encode()
    return text if len(raw) <= limit else raw[: limit - 3].decode(errors="ignore") + "…"
