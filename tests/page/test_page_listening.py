"""A clip on the page: however it comes it plays, is heard, and can be corrected; and the music follows."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import numpy as np
import pytest

from tests.page.watched import Watched
from tests.serving import band, wav_of

TEMPO = "Tempo, bpm"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds in C major at 120 bpm."""
    path = tmp_path_factory.mktemp("clips") / "band.wav"
    path.write_bytes(wav_of(band(8.0)))
    return path


def heard_bpm(page: Watched) -> float:
    field = page.page.get_by_label(TEMPO)
    field.wait_for()
    return float(field.input_value())


def given(page: Watched, clip: Path, how: str) -> None:
    """Chosen; or dropped or pasted, as the browser's own events bring a file."""
    if how == "chosen":
        page.page.locator("#choose-clip").set_input_files(clip)
        return
    data = base64.b64encode(clip.read_bytes()).decode()
    page.page.evaluate(
        """([data, how]) => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          const carried = new DataTransfer();
          carried.items.add(new File([bytes], "band.wav", { type: "audio/wav" }));
          const event = how === "dropped"
            ? new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true });
          document.querySelector("main").dispatchEvent(event);
        }""",
        [data, how],
    )


@pytest.mark.parametrize("how", ["chosen", "dropped", "pasted"])
def test_a_clip_plays_at_once_and_is_heard(page: Watched, clip: Path, how: str) -> None:
    given(page, clip, how)
    page.until(page.sounds, "it plays")
    assert heard_bpm(page) == pytest.approx(120, abs=0.5)
    assert page.page.locator(".clip-panel .file-name").inner_text() == "band.wav"
    assert page.page.locator(".clip-panel").get_by_label("Key", exact=True).input_value() == "C major"
    shown = page.page.locator(".clip-panel")
    for name in ("Energy: as a table", "Bars: as a table", "Emotion: as a table"):
        assert shown.get_by_text(name).count() == 1, "every picture has its table"
    assert shown.get_by_text("8B · 1d").count() == 1, "the key's codes for mixing"
    assert page.page.get_by_role("radio", name="Like the clip").is_checked()


def test_a_recording_is_heard_like_a_file(page: Watched) -> None:
    page.button("Record", exact=False).click()
    stop = page.button("Stop recording", exact=False)
    stop.wait_for()
    page.page.wait_for_timeout(5000)
    stop.click()
    assert heard_bpm(page) == pytest.approx(120, abs=1.5)


def test_what_is_corrected_is_what_the_music_follows(page: Watched, clip: Path) -> None:
    given(page, clip, "chosen")
    heard_bpm(page)
    page.button("Half", exact=False).click()
    page.page.get_by_text("Corrected. The music follows your values.").wait_for()
    page.page.locator(".clip-panel").get_by_label("Key", exact=True).select_option("E minor")
    page.page.get_by_label("Length", exact=True).first.fill("4")
    page.button("Compose").click()
    page.wait_for_take(1)
    facts = page.page.locator(".facts tbody tr")
    tempo, key = facts.nth(0).inner_text(), facts.nth(1).inner_text()
    asked, made = (float(figure) for figure in re.findall(r"[\d.]+", tempo)[:2])
    assert asked == made == pytest.approx(60, abs=0.1)
    assert key.count("E minor") == 2


def test_music_like_the_clip_goes_at_its_tempo_and_can_be_held_against_it(page: Watched, clip: Path) -> None:
    given(page, clip, "chosen")
    heard_bpm(page)
    page.page.get_by_label("Length", exact=True).first.fill("8")
    page.button("Compose").click()
    page.wait_for_take(1)
    tempo = page.page.locator(".facts tbody tr").nth(0).inner_text()
    assert float(re.findall(r"[\d.]+", tempo)[1]) == pytest.approx(120, abs=0.1)
    page.button("A").click()
    assert page.button("Pause: Clip").count() == 1
    page.until(page.sounds, "the clip")
    page.button("B").click()
    assert page.button("Pause: Music 1").count() == 1
    page.until(page.sounds, "the music")
    assert page.page.locator(".music-panel .legend").get_by_text("asked").count() == 1, "both curves"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [("notes.txt", b"not a sound at all", "cannot be decoded"), ("short.wav", wav_of(band(0.2)), "send a longer clip")],
)
def test_what_cannot_be_heard_is_said_beside_the_clip(
    page: Watched, tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    given(page, path, "chosen")
    alert = page.page.locator(".clip-panel [role=alert]")
    alert.wait_for()
    assert sentence in alert.inner_text().lower()
    page.faults[:] = [one for one in page.faults if not re.search(r"status of 4(15|22)", one)]


def test_the_tempo_is_tapped(page: Watched) -> None:
    tap = page.button("Tap")
    for _ in range(6):
        tap.click()
        page.page.wait_for_timeout(400)
    assert float(page.page.get_by_label("Tempo (bpm)").input_value()) == pytest.approx(140, abs=25)


def test_energy_is_drawn_by_hand_and_by_keys(page: Watched) -> None:
    board = page.page.locator(".energy-board")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box is not None
    mouse = page.page.mouse
    mouse.move(box["x"] + 2, box["y"] + box["height"] - 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 2, box["y"] + 2, steps=12)
    mouse.up()
    page.page.locator(".energy").get_by_text("Energy over time: as a table").click()
    cells = page.page.locator(".energy tbody tr td:nth-child(2)")
    drawn = [float(text) for text in cells.all_inner_texts()]
    assert drawn == sorted(drawn), "from low to high"
    assert drawn[0] < 0.15
    assert drawn[-1] > 0.85
    board.focus()
    page.page.keyboard.press("Home")
    for _ in range(3):
        page.page.keyboard.press("ArrowUp")
    assert float(cells.first.inner_text()) == pytest.approx(drawn[0] + 0.15, abs=0.011)


@pytest.mark.parametrize(("name", "heard_s"), [("Use its first 30 s", 30), ("Use its loudest 30 s", 30)])
def test_of_a_clip_that_is_too_long_what_fits_is_offered(
    page: Watched, tmp_path: Path, name: str, heard_s: int
) -> None:
    """It is not sent before: the service would refuse it."""
    sent: list[str] = []
    page.page.on("request", lambda request: sent.append(request.url))
    path = tmp_path / "long.wav"
    path.write_bytes(wav_of(np.concatenate([0.1 * band(20.0), band(35.0)])))
    given(page, path, "chosen")
    page.button(name).wait_for()
    assert not any(url.endswith("/analyze") for url in sent)
    page.button(name).click()
    assert heard_bpm(page) == pytest.approx(120, abs=0.5)
    assert f"/ 0:{heard_s}" in page.page.locator(".clip-panel .clock").inner_text()
