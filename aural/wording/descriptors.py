"""Descriptors by name, and what each of them means: the name carries its unit, the line its source.

They stand here, not in aural.listening: whoever knows them by name need not import what hears them (a second of scipy).
"""

from __future__ import annotations

from itertools import pairwise

BAND_EDGES_HZ = (50, 150, 400, 1000, 2000, 4000, 8000)

MEANINGS: dict[str, str] = {
    "rhythm.tempo_octaves": "log2(bpm / 120); 0 where nothing pulses",
    "rhythm.onset_rate_per_s": "peaks of spectral flux over .8 of its deviation",
    "rhythm.onset_strength_db": "mean rise of the mel bands per frame",
    "rhythm.onset_variation": "deviation of the flux over its mean",
    "rhythm.interval_octaves": "log2 of the median time between onsets over .5 s",
    "rhythm.interval_variation": "deviation of the times between onsets over their mean",
    "rhythm.pulse_clarity": "highest autocorrelation of the flux, 40 to 240 per minute (Lartillot et al. 2008)",
    "rhythm.percussive_share": "power with a vertical shape in the spectrogram (Fitzgerald 2010, medians)",
    "rhythm.modulation_0_5_hz": "share of the loudness envelope's fluctuation at .25 to .75 Hz (Pampalk et al. 2002)",
    "rhythm.modulation_1_hz": "the same, .75 to 1.5 Hz",
    "rhythm.modulation_2_hz": "the same, 1.5 to 3 Hz",
    "rhythm.modulation_4_hz": "the same, 3 to 6 Hz",
    "rhythm.modulation_8_hz": "the same, 6 to 12 Hz",
    "dynamics.loudness_lufs": "K-weighted loudness of what sounds (ITU-R BS.1770-4)",
    "dynamics.crest_db": "peak over root mean square",
    "dynamics.range_lu": "95th less 10th percentile of .4 s loudness (EBU Tech 3342, ungated)",
    "dynamics.deviation_db": "deviation of the frame level",
    "dynamics.attack_db": "95th percentile of the level's change per 64 ms",
    "dynamics.decay_db": "5th percentile of the same",
    "dynamics.slope_db": "rise of the level over the clip, straight line",
    "dynamics.sounding_share": "frames within 50 dB of the loudest",
    "spectral.centroid_octaves": "log2 of the mean frequency over 1 kHz, mean over frames",
    "spectral.centroid_deviation_octaves": "its deviation over frames",
    "spectral.bandwidth_octaves": "log2 of the spread around the centroid over 1 kHz",
    "spectral.rolloff15_octaves": "log2 of the frequency under which 15 % of the power lies, over 1 kHz",
    "spectral.rolloff85_octaves": "the same, 85 %",
    "spectral.flatness_db": "geometric over arithmetic mean of the power spectrum",
    "spectral.flatness_deviation_db": "its deviation over frames",
    "spectral.flux": "change of the unit-sum magnitude spectrum per 16 ms frame",
    "spectral.flux_deviation": "its deviation over frames",
    "spectral.zero_crossing_octaves": "log2 of zero crossings per second over 1000",
    **{
        f"spectral.contrast_{low}_hz_db": f"peak over valley decile of power, {low} to {high} Hz (Jiang et al. 2002)"
        for low, high in pairwise(BAND_EDGES_HZ)
    },
    **{
        f"spectral.share_{low}_hz_db": f"share of the power from {low} to {high} Hz"
        for low, high in pairwise(BAND_EDGES_HZ)
    },
    **{f"timbre.mfcc{i}_mean_db": "cosine transform of 40 mel bands in dB, mean over frames" for i in range(13)},
    **{f"timbre.mfcc{i}_deviation_db": "its deviation over frames" for i in range(13)},
    "tonal.mode_strength": "best major less best minor correlation with the key profiles (Krumhansl 1990)",
    "tonal.third_balance": "major less minor third over the best tonic, over their sum",
    "tonal.key_clarity": "best correlation less the mean of all 24",
    "tonal.minor_chord_share": "frames whose nearest triad is minor rather than major",
    "tonal.chroma_entropy_bits": "of the mean chroma; 3.58 is flat",
    "tonal.harmonic_change": "distance between tonal centroids .26 s apart (Harte et al. 2006)",
    "tonal.roughness": "sensory dissonance of the 20 strongest partials, over their power (Sethares 1993)",
    "tonal.peak_share": "power in spectral peaks that stand 10 dB over their surroundings",
    "tonal.major_probability": "the key estimate's, summed over the major keys; .5 where nothing is tonal",
    "tonal.key_confidence": "the key estimate's; 0 where nothing is tonal",
    "tonal.modulates": "1 where a good part of the clip is in another key, else 0",
    "tonal.register_semitones": "mean pitch height of the partials over A1",
    "tonal.register_spread_semitones": "deviation of the pitch height within frames",
}
DESCRIPTORS = tuple(MEANINGS)
