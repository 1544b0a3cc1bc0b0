"""From a prompt to music that is heard, kept, compared and taken home."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.page.conftest import Open
from tests.page.watched import Watched
from tests.serving import Served


def test_it_composes_from_a_prompt_and_plays_it(page: Watched) -> None:
    shown = page.page.locator("progress[aria-label=Compose]")
    seen: list[float] = []
    page.compose("calm piano")
    page.until(lambda: bool(shown.count()) or page.page.locator(".music-panel .file-name").count() > 0, "it begins")
    while shown.count():
        value = page.page.evaluate("document.querySelector('progress[aria-label=Compose]')?.getAttribute('value')")
        seen += [] if value is None else [float(value)]
    assert seen == sorted(seen), "progress never falls"
    page.wait_for_take(1)
    page.until(page.sounds, "a signal")
    began_s = page.audio_time_s()
    page.page.wait_for_timeout(500)
    assert page.audio_time_s() > began_s + 0.3
    clock = page.page.locator(".music-panel .clock b")
    page.until(lambda: clock.inner_text() != "0:00", "the place moves")
    page.button("Pause: Music 1").click()
    page.until(lambda: not page.sounds(), "silence")


def test_progress_of_much_work_rises_and_names_takes(page: Watched) -> None:
    page.page.get_by_text("More", exact=True).click()
    page.page.get_by_label("Takes").fill("4")
    page.page.get_by_label("Length").fill("60")
    page.page.evaluate(
        """() => {
          window.progressSeen = [];
          new MutationObserver(() => {
            const bar = document.querySelector("progress[aria-label=Compose]");
            const value = bar?.getAttribute("value");
            if (value != null && window.progressSeen.at(-1) !== Number(value)) window.progressSeen.push(Number(value));
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }"""
    )
    page.compose("driving rock with a guitar")
    page.page.get_by_text("Take 1 of 4 is done").or_(page.page.get_by_text("Take 2 of 4 is done")).first.wait_for()
    page.wait_for_take(1)
    seen = page.page.evaluate("window.progressSeen")
    assert len(seen) >= 5
    assert seen == sorted(seen)
    page.page.get_by_text("Takes compared: as a table").click()
    rows = page.page.get_by_role("table", name="Takes compared").locator("tbody tr")
    assert rows.count() == 4
    assert page.page.get_by_role("cell", name="kept").count() == 1


@pytest.fixture(scope="module")
def cello(shared_page_of: Open, builtin: Served) -> Watched:
    """A page with music, and what asks for it as JSON."""
    page = shared_page_of(builtin)
    page.page.get_by_label("Length").fill("4")
    page.compose("solo cello, sad")
    page.wait_for_take(1)
    page.page.locator(".recipe summary").click()
    page.page.get_by_role("radio", name="JSON").check(force=True)
    return page


@pytest.mark.parametrize(("name", "media"), [("WAV", "audio/wav"), ("FLAC", "audio/flac"), ("ZIP", "application/zip")])
def test_a_download_is_what_the_api_answers(
    cello: Watched, builtin: Served, tmp_path: Path, name: str, media: str
) -> None:
    page = cello
    asked = json.loads(page.page.locator(".recipe pre").inner_text())
    with page.page.expect_download() as download:
        page.button(name).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == f"aural-{asked['seed']}.{name.lower()}"
    answer = httpx.post(f"{builtin.url}/generate", json=asked, headers={"accept": media}, timeout=60)
    assert path.read_bytes() == answer.content


def test_what_the_service_refuses_stands_beside_its_field(page: Watched) -> None:
    page.page.get_by_text("More", exact=True).click()
    page.page.get_by_label("Chords").fill("Am H X")
    page.compose("piano")
    fault = page.page.locator(".field-chords [role=alert]")
    fault.wait_for()
    assert "'H' is not a chord" in fault.inner_text()
    page.faults[:] = [one for one in page.faults if "400 (Bad Request)" not in one]
    page.page.get_by_label("Chords").fill("Am F C G")
    assert fault.count() == 0, "it is past once the field is mended"


def test_an_empty_prompt_is_said_without_asking_the_service(page: Watched) -> None:
    page.button("Compose").click()
    alert = page.page.locator(".prompt [role=alert]")
    alert.wait_for()
    assert "The prompt is empty" in alert.inner_text()


def test_what_was_made_is_kept_compared_and_removed(page: Watched) -> None:
    page.page.get_by_label("Length").fill("4")
    page.compose("jazz trio")
    page.wait_for_take(1)
    page.button("Once more, another seed").click()
    page.wait_for_take(2)
    history = page.page.get_by_role("region", name="Made in this tab").locator("li")
    assert history.count() == 2
    page.until(page.sounds, "the second one")
    page.button("A").click()
    assert page.button("A").get_attribute("aria-pressed") == "true"
    page.until(page.sounds, "the first one, at the same place")
    page.page.keyboard.press("x")
    assert page.button("B").get_attribute("aria-pressed") == "true"
    history.nth(1).get_by_role("button").first.click()
    assert page.page.locator(".music-panel .file-name").inner_text() == "Music 1"
    page.button("Remove: Music 1").click()
    assert history.count() == 1
    assert page.page.locator(".music-panel .file-name").inner_text() == "Music 2"


def test_stems_are_heard_one_by_one(page: Watched) -> None:
    page.page.get_by_label("Length").fill("8")
    page.compose("rock band")
    page.wait_for_take(1)
    page.button("Get the stems").click()
    mutes = page.page.locator(".stems li").get_by_role("button", name="Mute")
    mutes.first.wait_for()
    assert mutes.count() >= 3
    page.page.get_by_role("button", name="Play as a loop").last.click()
    if page.button("Play: Music 1").count():
        page.button("Play: Music 1").click()
    page.until(page.sounds, "all of them")
    for mute in mutes.all():
        mute.click()
    page.until(lambda: page.level() < 1e-4, "none of them")
    page.page.locator(".stems li").first.get_by_role("button", name="Mute").click()
    page.until(page.sounds, "one of them")


def test_music_is_varied_in_its_own_frame_and_made_longer(page: Watched) -> None:
    page.page.get_by_label("Length").fill("4")
    page.compose("reggae, 74 bpm, in D minor")
    page.wait_for_take(1)
    page.button("Vary").click()
    page.wait_for_take(2)
    rows = page.page.locator(".facts tbody tr")
    assert "74" in rows.nth(0).inner_text()
    assert "D minor" in rows.nth(1).inner_text()
    page.button("Longer").click()
    page.wait_for_take(3)
    assert "8 s" in rows.nth(3).inner_text()
    shown = page.page.get_by_role("region", name="Made in this tab").locator("li")
    assert shown.count() == 3


def test_a_length_that_does_not_fit_comes_with_one_that_does(page: Watched) -> None:
    """As the service says it when it is busy."""
    said = {"error": "4 s are left.", "code": "cannot_finish_in_time", "request_id": "x", "longest_duration_s": 5.7}
    page.page.route(
        "**/generate",
        lambda route: route.fulfill(status=503, body=json.dumps(said), content_type="application/json"),
        times=1,
    )
    page.page.get_by_label("Length").fill("90")
    page.compose("jazz")
    page.page.locator("[role=alert]").get_by_text("4 s are left.").wait_for()
    page.faults[:] = [one for one in page.faults if "503 (Service Unavailable)" not in one]
    page.button("Take 5 s").click()
    page.wait_for_take(1)
    assert page.page.locator(".facts tbody tr").nth(3).inner_text().split("\t") == ["Length", "5 s", "5 s", "\u2013"]
