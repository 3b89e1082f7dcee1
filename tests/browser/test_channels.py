"""A sender is chosen from the gallery, tested before it is saved, put right where it is wrong, and let rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.support.running import Running
from tests.support.telegram import TOKEN, FakeTelegram, fake_telegram


@pytest.fixture(scope="module")
def telegram() -> Iterator[FakeTelegram]:
    with fake_telegram() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("channels") / "data"
    running = Running(folder, allow_hosts="127.0.0.1", public_url="https://tidings.example")
    running.sign_in()
    yield running
    assert running.stop() == 0


def test_a_wrong_token_is_told_in_useful_words_and_the_right_one_sends(
    page: Page, server: Running, telegram: FakeTelegram
) -> None:
    enter(page, server, "/w/main/channels")
    page.get_by_role("link", name="Telegram").click()
    page.get_by_label("Bot API server").fill(telegram.url)
    page.get_by_role("combobox", name="How answers arrive").click()
    page.get_by_role("option", name="Polling").click()

    page.get_by_label("Bot token").fill("no token")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".mantine-InputWrapper-error")).to_be_visible()

    page.get_by_label("Bot token").fill("123456789:AAwrong")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("alert")).to_contain_text("@BotFather shows the right one")

    page.get_by_label("Bot token").fill(TOKEN)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("@shop_bot is there", exact=False)).to_be_visible()
    page.get_by_role("button", name="Save").click()

    page.wait_for_url("**/w/main/channels")
    row = page.get_by_role("listitem").filter(has_text="telegram")
    expect(row).to_contain_text("Active")
    expect(row).to_contain_text("Default for telegram")


def test_a_secret_is_not_shown_again_and_stays_when_nothing_is_written_over_it(
    page: Page, server: Running, telegram: FakeTelegram
) -> None:
    enter(page, server, "/w/main/channels/telegram")

    assert page.get_by_label("Bot token").input_value() != TOKEN
    page.get_by_role("button", name="Test connection").click()

    expect(page.get_by_text("@shop_bot is there", exact=False)).to_be_visible()
    assert TOKEN not in page.content()


def test_a_sender_rests_and_sends_again(page: Page, server: Running) -> None:
    enter(page, server, "/w/main/channels")
    row = page.get_by_role("listitem").filter(has_text="webhooks")

    row.get_by_role("button", name="What can be done with webhooks").click()
    page.get_by_role("menuitem", name="Let it rest").click()
    expect(row).to_contain_text("Resting")
    page.get_by_role("button", name="Undo").click()

    expect(row).to_contain_text("Active")
