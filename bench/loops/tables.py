"""Medians, worst values and shares of what was measured, and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

THIRDS = {"": "queen mary", "_2": "essentia bgate"}
"""The third analyser of a majority, by what the majority's name ends in."""
FLUX_RANK, STEP_DBFS, JUMP_DB = 0.95, -40.0, 3.0


def summed_up(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Medians, worst values and shares."""

    def values(name: str) -> np.ndarray[Any, Any]:
        return np.array([row[name] for row in rows if row.get(name) is not None], float)

    def share(name: str, right: Any) -> float | None:
        found = values(name)
        return round(float(np.mean(right(found))), 3) if len(found) else None

    told: dict[str, Any] = {"loops": len(rows), "length_error_most": int(np.abs(values("length_error")).max())}
    for name in ("essentia", "ours", "alone", "median"):
        errors = values(f"error_{name}")
        told |= {f"tempo_{name}_median_%": _rounded(np.median(errors)), f"tempo_{name}_worst_%": _rounded(errors.max())}
    told |= {
        "tempo_within_.1_%": share("error_median", lambda error: error < 0.1),
        **{
            f"key_{when}{name}": share(f"key_{when}{name}", lambda right: right)
            for when in ("right", "right_before")
            for name in THIRDS
        },
        "key_by": {name: _share(rows, name) for name in ("ours", "essentia", "queen mary")},
    }
    for ahead in ("", "tail_"):
        told |= {
            f"{ahead}flux_within_95th": share(f"{ahead}flux_rank", lambda rank: rank <= FLUX_RANK),
            f"{ahead}step_under_-40": share(f"{ahead}step_dbfs", lambda step: step < STEP_DBFS),
            f"{ahead}jump_within_3": share(f"{ahead}jump_db", lambda jump: np.abs(jump) < JUMP_DB),
            f"{ahead}jump_as_bars_3": share(f"{ahead}jump_as_bars_db", lambda jump: np.abs(jump) < JUMP_DB),
        }
    told |= {"step_worst_dbfs": _rounded(values("step_dbfs").max())}
    folds = values("fold_change_db")
    told["mono_fold_change_worst_db"] = _rounded(folds.max()) if len(folds) else None
    for name, worst in (("lufs", None), ("true_peak_dbfs", max), ("dc_dbfs", max), ("fold_down_db", min)):
        told[f"{name}_median"] = _rounded(np.median(values(name)))
        if worst is not None:
            told[f"{name}_worst"] = _rounded(worst(values(name)))
    return told


def _share(rows: Sequence[dict[str, Any]], analyser: str) -> float:
    return round(float(np.mean([row["keys"].get(analyser) == row["key"] for row in rows])), 3)


def _rounded(value: Any) -> float:
    return round(float(value), 4)


def show(summary: dict[str, dict[str, dict[str, Any]]], rows: Sequence[dict[str, Any]]) -> None:
    for kind, by_method in summary.items():
        if not by_method["ours"]["loops"]:
            continue
        print(f"\n{kind:28s}" + "".join(f"{name:>24s}" for name in by_method))
        for name in by_method["ours"]:
            cells = [by_method[method][name] for method in by_method]
            print(f"{name:28s}" + "".join(f"{_cell(cell):>24s}" for cell in cells))
    print("\nours, what missed:")
    for row in rows:
        flawed = not row["key_right"] or row["flux_rank"] > FLUX_RANK or row["error_median"] >= 0.1
        if row["method"] == "ours" and (flawed or row["step_dbfs"] >= STEP_DBFS or row["length_error"]):
            tempi = " ".join(f"{row[f'error_{name}'] or -1:.3f}" for name in ("essentia", "ours", "alone"))
            what = f"{row['name']:28s}{row['bpm']:7.1f} {row['key']:9s}{row['bars']} bars"
            seam_ = f"flux {row['flux_rank']:.2f} step {row['step_dbfs']:.0f}"
            print(f"{what}  % {tempi}", *row["keys"].values(), seam_, *row["off"], sep="  ")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{one:.2f}" for one in value.values())
    return "" if value is None else f"{value:g}"
