"""Words of feeling: which emotion each names, which one is meant where another is not wanted."""

from __future__ import annotations

# Beside the label itself.
EMOTION_WORDS: dict[str, tuple[str, ...]] = {
    "joyful": ("happy", "cheerful", "joy", "uplifting", "sunny", "fun", "playful", "feel good", "feelgood", "merry",
               "positive", "optimistic", "bright", "celebratory", "bouncy", "festive", "hopeful", "carefree",
               "lighthearted", "light hearted", "jolly", "funny", "quirky", "silly", "whimsical", "cute", "goofy",
               "inspiring", "inspirational", "jubilant", "happiness", "celebration", "comedic", "comical", "jaunty",
               "sunshine", "delightful", "upbeat and happy"),
    "energetic": ("energy", "powerful", "driving", "upbeat", "exciting", "lively", "pumping", "euphoric", "triumphant",
                  "motivational", "hype", "intense", "party", "workout", "epic", "heroic", "banging", "banger",
                  "adrenaline", "dynamic", "vigorous", "victorious", "victory", "glorious", "majestic", "rousing",
                  "explosive", "frenetic", "high energy", "energizing", "anthemic", "danceable"),
    "aggressive": ("angry", "furious", "rage", "brutal", "violent", "harsh", "hard", "wild", "anger", "hostile",
                   "savage", "vicious", "ferocious", "raging", "fury", "hatred", "destructive"),
    "tense": ("suspense", "suspenseful", "nervous", "anxious", "dramatic", "thrilling", "urgent", "restless", "tension",
              "uneasy", "anxiety", "stressful", "paranoid", "edgy", "thriller", "panic", "frightened", "fear",
              "apprehensive"),
    "dark": ("gloomy", "ominous", "sinister", "eerie", "scary", "horror", "mysterious", "menacing", "haunting",
             "moody", "brooding", "spooky", "creepy", "evil", "demonic", "terrifying", "haunted", "bleak", "gothic",
             "grim", "occult", "foreboding", "mystery", "doomy", "nightmarish", "macabre", "sombre and dark"),
    "sad": ("melancholic", "melancholy", "sorrow", "sorrowful", "lonely", "heartbreak", "heartbroken", "depressing",
            "tragic", "mournful", "tearful", "somber", "sombre", "wistful", "bittersweet", "emotional", "sadness",
            "loneliness", "depressed", "grief", "grieving", "crying", "weeping", "tears", "gut wrenching", "despair",
            "elegiac", "lament", "mourning", "sorrows", "heartache", "unhappy", "solemn", "regretful"),
    "calm": ("relaxing", "relaxed", "peaceful", "chill", "soothing", "serene", "quiet", "mellow", "laid back",
             "laidback", "meditative", "tranquil", "easygoing", "calming", "chilled", "relax", "serenity", "still",
             "restful", "gentle and calm", "contemplative", "sleepy", "unwind", "easy going", "peace", "zen",
             "tranquility", "placid", "cosy", "cozy"),
    "tender": ("romantic", "gentle", "love", "loving", "warm", "sweet", "intimate", "soft", "sensual", "lullaby",
               "affectionate", "delicate", "sexy", "heartfelt", "heartwarming", "sentimental", "touching", "caring",
               "tenderness", "passionate", "romance"),
    "dreamy": ("ethereal", "floating", "hazy", "nostalgic", "hypnotic", "surreal", "spacey", "atmospheric", "airy",
               "psychedelic", "trippy", "dreamlike", "otherworldly", "celestial", "magical", "enchanted", "nostalgia",
               "mystical", "weightless", "fairy tale", "fairytale", "trance like", "cosmic", "hallucinatory"),
    "neutral": (),
}  # fmt: skip

# Which emotion takes the place of one that is not wanted: of the other valence, or of the other arousal.
OPPOSITES: dict[str, str] = {
    "joyful": "sad", "energetic": "calm", "aggressive": "calm", "tense": "calm", "dark": "joyful", "sad": "joyful",
    "calm": "energetic", "tender": "neutral", "dreamy": "neutral", "neutral": "neutral",
}  # fmt: skip

# The style of music that is described by nothing but its mood; elsewhere the default.
STYLES_OF_MOODS: dict[str, str] = {
    "calm": "ambient",
    "dreamy": "ambient",
    "dark": "cinematic",
    "tense": "cinematic",
    "aggressive": "rock",
}
