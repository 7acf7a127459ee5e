"""`songgang ledger rebuild` and `verify`, as an administrator types them beside a running platform."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from deploy.ledger import work_on_ledger
from shared.kit.settings import Settings
from tests.services.ledger.conftest import News
from tests.support.platform import TestPlatform


@pytest.fixture
def settings(platform: TestPlatform) -> Settings:
    """As another process reads them: the platform's database and its keys."""
    url = platform.hosted["ledger"].runtime.database.engine.url.set(drivername="postgresql")
    given = {"database_url": url.render_as_string(hide_password=False), "keys": SecretStr(platform.keys.to_json())}
    return platform.settings.model_copy(update=given)


def test_one_command_rebuilds_to_the_same_result(
    news: News, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    news.started(news.sent(news.registered(), agreement_id=news.agreed()))
    assert work_on_ledger(settings, "rebuild") == 0
    assert work_on_ledger(settings, "verify") == 0
    said = capsys.readouterr().out
    assert "重建前后不同 differs: 0" in said
    assert "链接断开 broken: 0" in said
