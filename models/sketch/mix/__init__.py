"""From notes to a finished stereo mix: stems, space, level that follows the energy, limiter."""
