"""Who cancels, or leaves, frees the composer's slot at once."""

from __future__ import annotations

import pytest

from tests.http.calling import metric, until_composing
from tests.page.conftest import Open
from tests.page.watched import Watched
from tests.serving import Served


def begin_long_work(page: Watched, service: Served) -> None:
    until_composing(service, 0, within_s=30)
    page.page.get_by_label("Length", exact=True).first.fill("60")
    page.compose("jazz quartet")
    until_composing(service, 1, within_s=30)


@pytest.mark.parametrize("how", ["button", "key", "left", "closed"])
def test_the_slot_is_free_again_and_the_take_counts_as_cancelled(page: Watched, builtin: Served, how: str) -> None:
    cancelled = metric(builtin, "aural_takes_total", outcome="cancelled")
    begin_long_work(page, builtin)
    if how == "button":
        page.button("Cancel").click()
    elif how == "key":
        page.page.keyboard.press("Escape")
    elif how == "left":
        page.page.goto(f"{builtin.url}/docs")
    else:
        page.page.close()
    until_composing(builtin, 0, within_s=30)
    assert metric(builtin, "aural_takes_total", outcome="cancelled") == cancelled + 1
    if how in ("button", "key"):
        page.button("Compose").wait_for()
        assert page.page.locator("[role=status]").get_by_text("Cancelled.").count() == 1
        assert page.page.locator("[role=alert]").count() == 0, "no error"


def test_two_pages_do_not_disturb_each_other(page_of: Open, builtin: Served) -> None:
    first, second = page_of(builtin), page_of(builtin)
    begin_long_work(first, builtin)
    second.page.get_by_label("Length", exact=True).first.fill("4")
    second.compose("folk guitar")
    first.button("Cancel").click()
    second.wait_for_take(1)
    assert first.page.locator(".music-panel .file-name").count() == 0
