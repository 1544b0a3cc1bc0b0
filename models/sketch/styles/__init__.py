"""The 23 styles as data tables."""

from models.sketch.styles.band import BAND
from models.sketch.styles.drumming import Drumming, DrumPattern
from models.sketch.styles.groove import GROOVE
from models.sketch.styles.machine import MACHINE
from models.sketch.styles.road import ROAD
from models.sketch.styles.stage import STAGE
from models.sketch.styles.style import Layer, Role, Style, Tune

STYLES: dict[str, Style] = {style.style_id: style for style in (*BAND, *GROOVE, *MACHINE, *ROAD, *STAGE)}

__all__ = ["STYLES", "DrumPattern", "Drumming", "Layer", "Role", "Style", "Tune"]
