"""The notes under the music: the players of the MIDI file, who is dimmed, and where a click goes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import mido
import pytest

from tests.page.conftest import Open
from tests.page.timeline import (
    box_of,
    length_s,
    made,
    place_s,
    roll_of,
)
from tests.page.watched import Watched
from tests.serving import Served


@pytest.fixture(scope="module")
def with_roll(shared_page_of: Open, builtin: Served) -> tuple[Watched, dict[str, int]]:
    page = shared_page_of(builtin)
    made(page, 8)
    return page, roll_of(page)


@pytest.fixture
def rolled(with_roll: tuple[Watched, dict[str, int]]) -> Iterator[tuple[Watched, dict[str, int]]]:
    """The page with music at its start and its roll, where everybody is heard; and the notes of each player."""
    page, _ = with_roll
    page.page.locator(".waveform-music").press("Home")
    yield with_roll
    for pressed in page.page.locator(".stems li button[aria-pressed=true]").all()[::-1]:
        pressed.click()
    assert page.page.locator(".stems li button[aria-pressed=true]").count() == 0
    assert page.faults == []


def test_the_roll_has_the_players_and_the_notes_of_the_midi_file(
    rolled: tuple[Watched, dict[str, int]], tmp_path: Path
) -> None:
    page, roll = rolled
    with page.page.expect_download() as download:
        page.button("ZIP").click()
    download.value.save_as(tmp_path / "music.zip")
    midi = mido.MidiFile(file=io.BytesIO(zipfile.ZipFile(tmp_path / "music.zip").read("music.mid")))
    written = {
        track.name.replace("_", " "): sum(event.type == "note_on" and event.velocity > 0 for event in track)
        for track in midi.tracks
    }
    assert roll == {name: count for name, count in written.items() if count}
    image = page.page.get_by_role("img", name="Piano roll of Music 1")
    assert f"{sum(roll.values())} notes of {len(roll)} players" in (image.get_attribute("aria-label") or "")
    page.page.get_by_text("Notes: as a table").click()
    rows = page.page.get_by_role("table", name="Notes").locator("tbody tr")
    told = [row.locator("td").all_inner_texts() for row in rows.all()]
    assert {name: int(count) for name, count, *_ in told} == roll
    bass = next(track for track in midi.tracks if track.name.startswith("bass"))
    lowest = min(event.note for event in bass if event.type == "note_on")
    letters = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
    assert told[list(roll).index(bass.name.replace("_", " "))][2] == f"{letters[lowest % 12]}{lowest // 12 - 1}"


def test_the_roll_stands_under_the_waveform_with_its_edges(rolled: tuple[Watched, dict[str, int]]) -> None:
    page, _ = rolled
    wave, roll = box_of(page, ".waveform-music"), box_of(page, ".piano-roll")
    assert roll["y"] >= wave["y"] + wave["height"]
    assert (roll["x"], roll["width"]) == pytest.approx((wave["x"], wave["width"]), abs=0.5)
    overlay = page.page.locator(".waveform-music .overlay-bar")
    lines = page.page.locator(".piano-roll .roll-bar")
    assert overlay.count() == lines.count() > 1
    at = "all => all.map(one => one.getBoundingClientRect().x)"
    assert lines.evaluate_all(at) == pytest.approx(overlay.evaluate_all(at), abs=0.5)


def test_who_is_not_heard_is_dimmed(rolled: tuple[Watched, dict[str, int]]) -> None:
    page, _ = rolled
    stems = page.page.locator(".stems li")
    assert "roll-muted" not in page.page.locator(".piano-roll").inner_html()
    stems.first.get_by_role("button", name="Mute").click()
    paths = page.page.locator(".piano-roll path")
    muted = "all => all.map(one => getComputedStyle(one).opacity < 0.5)"
    assert paths.evaluate_all(muted) == [True] + [False] * (paths.count() - 1)
    name = stems.first.locator("span").inner_text()
    assert (page.page.locator(".roll-silent").inner_text().strip()).startswith(name)
    stems.last.get_by_role("button", name="Solo").click()
    assert paths.evaluate_all(muted) == [True] * (paths.count() - 1) + [False]


def test_a_click_into_the_roll_moves_the_place_and_the_line(rolled: tuple[Watched, dict[str, int]]) -> None:
    page, _ = rolled
    assert place_s(page) == 0
    roll = box_of(page, ".piano-roll")
    page.page.locator(".piano-roll").click(position={"x": 0.25 * roll["width"], "y": 20})
    page.until(lambda: place_s(page) > 0, "it moves")
    assert place_s(page) == pytest.approx(0.25 * length_s(page), abs=0.11)
    line = box_of(page, ".music-panel .timeline-place")
    assert line["x"] + line["width"] / 2 == pytest.approx(roll["x"] + 0.25 * roll["width"], abs=1.1)
    assert line["height"] >= roll["y"] + roll["height"] - box_of(page, ".waveform-music")["y"] - 1
