"""The sampled instruments of the sketch composer: which are cut out of a SoundFont, and how."""
