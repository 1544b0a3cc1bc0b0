"""Where MusicGen composes: its controls are there, its music sounds while it is made, and the key is asked for once."""

from __future__ import annotations

from itertools import pairwise

import httpx

from tests.page.conftest import KEY, Open
from tests.page.watched import Watched
from tests.serving import Served


def composing(page: Watched, seconds: int) -> None:
    """It is being made, for the key was given."""
    page.page.get_by_label("Length", exact=True).first.fill(str(seconds))
    page.compose("calm strings")
    page.give_key(KEY)


def test_its_music_sounds_before_all_of_it_is_there(page_of: Open, musicgen: Served) -> None:
    page = page_of(musicgen)
    streaming = page.page.locator(".streaming")
    composing(page, 60)
    page.until(page.sounds, "a signal")
    assert page.button("Cancel").count() == 1, "it is still being made"
    assert page.page.locator(".music-panel .file-name").count() == 0
    played_s: list[float] = []
    while streaming.count() and len(played_s) < 200:
        told = page.page.evaluate("document.querySelector('.streaming')?.dataset.playedS")
        played_s += [] if told is None else [float(told)]
        page.page.wait_for_timeout(100)
    assert played_s[-1] > played_s[0]
    assert all(before <= after for before, after in pairwise(played_s))
    page.wait_for_take(1)
    page.until(page.sounds, "the take goes on")
    minutes, seconds = page.page.locator(".music-panel .clock b").inner_text().split(":")
    assert 60 * int(minutes) + float(seconds) >= played_s[-1] - 0.3, "from where its stream was"


def test_a_cancelled_stream_is_silent(page_of: Open, musicgen: Served) -> None:
    page = page_of(musicgen)
    composing(page, 60)
    page.until(page.sounds, "a signal")
    page.button("Cancel").click()
    page.until(lambda: not page.sounds(), "silence")
    page.button("Compose").wait_for()
    assert page.page.locator(".streaming").count() == 0


def test_what_it_alone_can_is_offered_and_what_it_cannot_is_absent(
    page_of: Open, musicgen: Served, builtin: Served
) -> None:
    """The sketch has chords, stems and endings; MusicGen is sampled."""
    offered = {}
    for name, service in (("musicgen", musicgen), ("sketch", builtin)):
        page = page_of(service)
        page.page.get_by_text("More", exact=True).click()
        labels = ("Guidance", "Temperature", "Top k", "Chords", "Play while it is made")
        offered[name] = {label for label in labels if page.page.get_by_label(label, exact=False).count()}
        info = httpx.get(f"{service.url}/info", headers=service.headers).json()["models"]["composer"]
        assert ("Chords" in offered[name]) == info["chords"]
    assert offered["musicgen"] == {"Guidance", "Temperature", "Top k", "Play while it is made"}
    assert offered["sketch"] == {"Chords"}


def test_the_key_is_asked_for_again_where_it_is_wrong_and_then_no_more(page_of: Open, musicgen: Served) -> None:
    page = page_of(musicgen)
    page.page.get_by_label("Length", exact=True).first.fill("2")
    page.compose("piano")
    page.give_key("mellon")
    page.page.get_by_text("The service refused that key").wait_for()
    page.give_key(KEY)
    page.wait_for_take(1)
    page.button("Once more, another seed").click()
    page.wait_for_take(2)
    assert page.page.locator("dialog[open]").count() == 0
    assert (
        page.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])") == '[{},{},""]'
    )
