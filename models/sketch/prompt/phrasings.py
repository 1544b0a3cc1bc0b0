"""How people describe styles and emotions without naming them: what the sentence encoder compares a prompt with."""

from __future__ import annotations

STYLE_PHRASINGS: dict[str, tuple[str, ...]] = {
    "classical": (
        "a string quartet playing in a concert hall",
        "elegant piano and orchestra, Mozart, Bach, Vivaldi",
        "symphony with violins and woodwinds",
        "music for a royal court, minuet or waltz",
        "slow expressive piano piece, nocturne",
        "a lullaby with celesta and music box",
    ),
    "jazz": (
        "smoky late night club with upright bass and saxophone",
        "walking bass, brushes and a trumpet solo",
        "speakeasy cocktail lounge music from the 1950s",
        "improvising trio with piano, double bass and drums",
    ),
    "rock": (
        "loud electric guitars and a live drummer in a stadium",
        "garage band with crunchy riffs",
        "driving anthem with guitar solos for a road trip",
        "rebellious teenagers playing guitars",
    ),
    "pop": (
        "catchy radio hit with a sing-along chorus",
        "chart topping summer song",
        "music for an advert, bright and catchy",
        "teen love song for the radio",
        "song for a birthday or the first dance at a wedding",
    ),
    "electronic": (
        "synthesizers and programmed beats",
        "festival main stage drop with big synths",
        "futuristic digital music with glitches",
        "music for robots and computers",
    ),
    "country": (
        "cowboy song with banjo and steel guitar",
        "pickup truck on a dusty road in Texas",
        "barn dance with fiddle, Nashville",
        "campfire in the wild west",
    ),
    "hiphop": (
        "beat for a rapper with heavy 808 bass",
        "street beat from Brooklyn with sampled drums",
        "freestyle cypher, MC, gangsta beat",
        "head nodding beat with a loop for an emcee",
    ),
    "reggae": (
        "Jamaican beach, one drop rhythm, Bob Marley",
        "off-beat guitar skank and deep bass from Kingston",
        "island rasta vibes in the Caribbean sun",
    ),
    "blues": (
        "sad man with a guitar in the Mississippi delta",
        "slow shuffle with wailing guitar in a Chicago bar",
        "my baby left me, harmonica and slide guitar",
    ),
    "rnb_soul": (
        "smooth sensual slow jam",
        "romantic bedroom groove with electric piano",
        "church choir and Hammond organ, Aretha Franklin",
        "silky vocals over a laid back groove",
    ),
    "disco_funk": (
        "mirror ball dance floor of the 1970s",
        "slap bass and wah guitar, get down",
        "groovy party with strings and horns, Studio 54",
        "James Brown groove with tight horns",
    ),
    "latin": (
        "dancing in Havana with congas and trumpets",
        "Rio de Janeiro beach with nylon guitar",
        "carnival in Brazil, percussion and dancing",
        "passionate dance in Buenos Aires",
    ),
    "metal": (
        "double kick drums and distorted guitars, headbanging",
        "brutal heavy riffs from hell",
        "screaming, mosh pit, shredding guitar solo",
    ),
    "cinematic": (
        "hero rides into battle, huge orchestra and drums",
        "movie scene with tension and strings",
        "opening credits of a blockbuster",
        "music for a documentary about mountains or space",
    ),
    "ambient": (
        "floating slowly through space, no beat",
        "music for sleep, yoga and relaxation",
        "calm textures, mist over a lake at dawn",
        "soft evolving pads, breathing, healing",
    ),
    "folk": (
        "acoustic guitar around a fire in the woods",
        "Irish pub with fiddle and tin whistle",
        "old ballad sung by a traveller with a guitar",
        "village dance, medieval tavern",
    ),
    "lofi": (
        "relaxed beats to study to on a rainy evening",
        "dusty vinyl crackle with mellow electric piano",
        "chill coffee shop beats, homework, cozy room",
        "sleepy head nodding beat with tape hiss",
    ),
    "house": (
        "four on the floor club music with piano chords",
        "sunset beach party in Ibiza with a DJ",
        "groovy dance floor at a Chicago club",
    ),
    "techno": (
        "rave in a dark warehouse at four in the morning",
        "hypnotic relentless machine beat in a Berlin club",
        "industrial pounding kick drum, strobe lights",
    ),
    "drum_and_bass": (
        "very fast breakbeats with a rolling sub bass",
        "174 bpm amen break, liquid, London",
        "frantic chopped breaks and reese bass",
    ),
    "synthwave": (
        "neon lights, night drive in a sports car, 1980s",
        "retro futuristic analog synths, Miami",
        "80s action movie with arpeggiated synths",
    ),
    "chiptune": (
        "retro arcade game with pixel graphics",
        "Nintendo console music, jump and run level",
        "bleeps and bloops from an old computer game, boss fight",
    ),
    "world": (
        "West African kora and drums in a village",
        "sitar and tabla at an Indian temple",
        "desert caravan, oriental market, oud and darbuka",
        "traditional instruments from far away places, tribal drums",
    ),
}

EMOTION_PHRASINGS: dict[str, tuple[str, ...]] = {
    "joyful": (
        "happy and cheerful celebration",
        "children laughing and playing in the sun",
        "wedding party, everybody is smiling",
        "the best day of my life",
    ),
    "energetic": (
        "pumping workout, full of power",
        "running, sprinting, adrenaline, let's go",
        "exciting action, unstoppable party",
        "crowd jumping at a festival",
    ),
    "aggressive": (
        "angry and furious, full of rage",
        "violent fight, hatred, destruction",
        "brutal attack, war",
    ),
    "tense": (
        "nervous suspense, something is about to happen",
        "being chased, danger, a ticking bomb",
        "anxious and worried, thriller scene",
    ),
    "dark": (
        "ominous and gloomy, haunted house at night",
        "evil lurking in the shadows, horror",
        "sinister, bleak, abandoned ruins",
    ),
    "sad": (
        "lonely and heartbroken, crying in the rain",
        "mourning the death of a friend, funeral",
        "missing someone who left, farewell, regret",
        "heartbreak and tears",
    ),
    "calm": (
        "peaceful and relaxing, breathing slowly",
        "quiet afternoon by the lake, serenity",
        "falling asleep, meditation, stillness",
        "sitting with a warm cup of tea",
    ),
    "tender": (
        "gentle and loving, a mother's lullaby",
        "a newborn child in its mother's arms",
        "romantic, holding hands, first kiss",
        "intimate and warm affection, soft",
    ),
    "dreamy": (
        "floating through clouds, hazy and surreal",
        "drifting among the stars, hypnotic and ethereal",
        "nostalgic daydream, faded memories",
    ),
}
