"""What music is for: occasions, scenes and places, which colour a genre that is named and choose one where none is."""

from __future__ import annotations

from models.sketch.prompt.genre import Genre
from models.sketch.prompt.genres_band import BAND_GENRES
from models.sketch.prompt.genres_world import WORLD_GENRES

_CHASE = Genre("cinematic", "staccato_strings arp, brass chords", (132, 152), "minor", "tense", True)
_SLEEP = Genre("ambient", "warm_pad pad, felt_piano arp", (52, 66), "major", "calm", False)
_BOSS = Genre("cinematic", "brass chords, staccato_strings arp, choir counter", (128, 152), "minor", "energetic", True)
_HORROR = Genre("cinematic", "tremolo_strings pad, cello melody", (60, 84), "minor", "dark")
_CHEERFUL = Genre("folk", "ukulele chords, whistle melody, glock counter", (104, 124), "major", "joyful",
                  pieces=("clap",))  # fmt: skip
_CORPORATE = Genre("pop", "piano chords, muted_guitar arp, strings pad", (108, 122), "major", "joyful")
_STUDY = Genre("lofi", "epiano chords", (72, 86), None, "calm")
_RAIN = Genre("ambient", "felt_piano arp, warm_pad pad", (60, 76), None, "calm", False)
_NATURE = Genre("ambient", "flute melody, warm_pad pad, harp arp", (60, 80), "major", "calm", False)
_CHRISTMAS = Genre("pop", "bells counter, strings pad", (96, 120), "major", "joyful", pieces=("sleigh_bells",))
_WORKOUT = Genre("electronic", "", (126, 140), "minor", "energetic", True)
_WEDDING = Genre("classical", "piano chords, violin melody, strings pad", (66, 92), "major", "tender")
_SPY = Genre("jazz", "clean_guitar melody, brass chords, upright_bass bass", (116, 140), "minor", "tense")
_CARNIVAL = Genre("latin", "trumpet melody, brass counter", (112, 136), "major", "joyful", True, pieces=("agogo_hi",))
_NEWS = Genre("cinematic", "staccato_strings arp, brass chords", (116, 128), "minor", "tense", True)
_SPORTS = Genre("rock", "power_guitar chords, brass counter", (126, 144), None, "energetic", True)
_SPACE = Genre("ambient", "glass_pad pad, bells counter", (56, 76), None, "dreamy", False)
_WAR = Genre("cinematic", "brass chords, staccato_strings arp, choir counter", (100, 124), "minor", "aggressive", True)
_FANTASY = Genre("cinematic", "flute melody, harp arp, strings pad, horn counter", (76, 100), None, "dreamy")
_ADVENTURE = Genre("cinematic", "horn melody, strings pad, brass chords", (108, 132), "major", "energetic")
_FUNERAL = Genre("classical", "strings pad, cello melody, organ chords", (46, 62), "minor", "sad", False)
_CHILDREN = Genre("folk", "ukulele chords, glock melody, recorder counter", (104, 124), "major", "joyful")
_DINNER = Genre("jazz", "piano chords, upright_bass bass, nylon arp", (92, 116), "major", "calm")
_DETECTIVE = Genre("jazz", "muted_trumpet melody, upright_bass bass, piano chords", (72, 96), "minor", "dark")
_ROMANCE = Genre("cinematic", "piano chords, violin melody, strings pad", (62, 84), "major", "tender")
_GAME = Genre("chiptune", "", None, "major", "joyful")
_SCIENCE = Genre("electronic", "pluck_synth arp, warm_pad pad", (100, 116), "major", "dreamy")
_BEACH = Genre("latin", "steel_drums melody, ukulele chords", (96, 112), "major", "joyful")
_SUMMER = Genre("pop", "", None, "major", "joyful")
_DRIVE = Genre("synthwave", "", (92, 112), "minor", "dreamy")
_CLUB = Genre("house", "", (120, 128), None, "energetic", True)
_HALLOWEEN = Genre("cinematic", "church_organ chords, tremolo_strings pad, celesta melody", (84, 112), "minor", "dark")

_FOR: tuple[tuple[Genre, str], ...] = (
    (_CHASE, (
        "car chase, chase scene, chase, police chase, pursuit, getaway, heist, action scene, action movie, action, "
        "being chased, escape scene, running away")),
    (_SLEEP, "sleep, sleeping, falling asleep, fall asleep, bedtime, insomnia, deep sleep, nap, naptime, night sky"),
    (_BOSS, "boss battle, boss fight, boss theme, final boss, battle theme, epic battle, battle scene, battle music"),
    (_HORROR, (
        "horror, horror movie, horror game, haunted house, ghost, ghosts, graveyard, zombie, zombies, vampire, "
        "serial killer, jump scare, monster, witch")),
    (_HALLOWEEN, "halloween, trick or treat"),
    (_CHEERFUL, (
        "cooking video, cooking show, cooking, recipe video, diy video, craft video, vlog, pet video, puppy, "
        "puppies, kittens, baking, gardening, picnic, unboxing, tutorial video, crafting")),
    (_CORPORATE, (
        "corporate, corporate video, business, presentation, explainer video, startup, promo video, advert, "
        "advertisement, commercial, product launch, real estate, onboarding, company")),
    (_STUDY, (
        "study, studying, homework, concentration, focus, reading, coding, programming, coffee shop, working, "
        "office work")),
    (_RAIN, "rain, rainy, raindrops, rainy day, rainfall, drizzle, thunderstorm, rainy window"),
    (_NATURE, (
        "nature, forest, ocean, waves, river, waterfall, mountains, mountain, birds, sunrise, lake, meadow, sea, "
        "garden, underwater, snowfall, snow, autumn leaves, sunset")),
    (_CHRISTMAS, "christmas, xmas, santa, santa claus, winter holidays, holiday season, snowman, sleigh ride"),
    (_WORKOUT, (
        "workout, gym, fitness, running, jogging, cardio, hiit, spinning class, aerobics, training montage, crossfit")),
    (_WEDDING, "wedding, wedding ceremony, bride, first dance, proposal, anniversary, engagement"),
    (_SPY, "spy, spy movie, secret agent, espionage, james bond, undercover, casino"),
    (_CARNIVAL, "carnival, mardi gras, carnaval, street parade, fiesta"),
    (_NEWS, "news, breaking news, news intro, newsroom, news broadcast, politics, election"),
    (_SPORTS, (
        "sports, football, soccer, basketball, stadium, olympics, hockey, racing game, skateboarding, "
        "extreme sports, wrestling, boxing")),
    (_SPACE, "outer space, space, galaxy, planets, stars, astronaut, nebula, stargazing, universe, moon, spaceship"),
    (_WAR, "war, battle, battlefield, warriors, army, war movie, siege, invasion, gladiator, combat"),
    (_FANTASY, (
        "fantasy, elves, fairies, magic forest, enchanted forest, wizard, dragon, dragons, rpg village, kingdom, "
        "castle, magic, fairy")),
    (_ADVENTURE, "adventure, quest, explorer, expedition, journey, superhero, hero, heroes, treasure hunt, voyage"),
    (_FUNERAL, "funeral, memorial, cemetery, burial, wake for a friend"),
    (_CHILDREN, (
        "children, kids, kindergarten, toys, cartoon, playground, baby video, kids show, toddler, toddlers, clown, "
        "clowns")),
    (_DINNER, (
        "dinner, dinner party, restaurant, cocktail party, cocktail bar, hotel lobby, lobby, wine bar, elevator, "
        "brunch, cafe")),
    (_DETECTIVE, "detective, crime scene, private eye, investigation, murder mystery, crime drama"),
    (_ROMANCE, (
        "love scene, candlelight, romantic dinner, romantic comedy, date night, love story, valentine, "
        "valentines day")),
    (_GAME, "video game, arcade, platformer, retro game, pixel art, game level, nintendo, gameboy, game boy"),
    (Genre("chiptune", "", (138, 158), "minor", "energetic"), "video game boss, video game boss fight, arcade boss"),
    (_SCIENCE, (
        "technology, science, documentary about science, innovation, artificial intelligence, robots, laboratory, "
        "data, time lapse")),
    (_BEACH, "beach, island, tropical island, pool party, summer beach, palm trees, cocktails, cruise"),
    (_SUMMER, (
        "summer, summertime, birthday, birthday party, birthday song, school party, road trip, vacation, holidays, "
        "spring")),
    (_DRIVE, "night drive, neon, neon lights, highway at night, midnight drive, retro futuristic"),
    (_CLUB, (
        "nightclub, club, clubbing, dance floor, dancefloor, dj set, after party, rave party, catwalk, fashion show, "
        "runway")),
    (Genre("cinematic", "strings pad, piano arp, horn melody", (66, 88), None, None), "documentary, history, museum"),
    (Genre("cinematic", "strings pad, dark_pad chords", (76, 100), "minor", "tense"), (
        "suspense scene, thriller, time bomb, ticking clock, countdown, interrogation, hostage, courtroom")),
    (Genre("classical", "harpsichord chords, violin melody", None, "major"), (
        "royal court, royal ball, princess, palace, masquerade, ball gown, ballroom")),
    (Genre("country", "steel chords, banjo arp", None, "major"), (
        "cowboy, cowboys, ranch, rodeo, prairie, pickup truck, barn dance, wild west, saloon")),
    (Genre("ambient", "warm_pad pad, bells arp", (60, 76), "major", "calm", False), (
        "relaxation, massage, stress relief, breathing, mindfulness, baby sleep, asmr, bath")),
    (Genre("pop", "", (112, 128), "major", "energetic", True), (
        "cheerleading, graduation, prom, talent show, game show, talk show, award show, celebration party")),
    (Genre(None, "", (108, 120), None, "energetic", True, "4/4", ("snare",)), "marching, parade, soldiers"),
    (Genre("electronic", "", (116, 128), None, "energetic", True), (
        "dance music, dance song, dance track, dance, dancing, dance party, dancers")),
    (Genre("pop", "piano chords, strings pad", (60, 76), "major", "tender"), "slow dance, slow dancing, last dance"),
    (Genre("techno", "", None, "minor", "energetic", True), "rave, warehouse"),
    (Genre("electronic", "", None, None, "energetic", True), "festival, main stage"),
    (Genre("hiphop", "", None, None, None, True), "rapper, freestyle, cypher, rap battle"),
    (Genre("folk", "steel chords, harmonica melody", (76, 100), "major", "calm"), (
        "campfire, camping, cabin, hiking, countryside, farm, village")),
)  # fmt: skip
_PLACES = {
    "spain": "spanish", "andalusia": "flamenco", "mexico": "mexican", "brazil": "samba", "rio": "samba",
    "cuba": "cuban", "havana": "cuban", "argentina": "tango", "buenos aires": "tango", "ireland": "irish",
    "dublin": "irish", "scotland": "scottish", "japan": "japanese", "kyoto": "japanese", "china": "chinese",
    "beijing": "chinese", "india": "indian", "africa": "african", "nigeria": "afrobeats", "lagos": "afrobeats",
    "egypt": "egyptian", "cairo": "egyptian", "arabia": "arabic", "marrakesh": "arabic", "morocco": "arabic",
    "turkey": "turkish", "istanbul": "turkish", "persia": "persian", "hawaii": "hawaiian", "france": "french",
    "paris": "parisian", "italy": "italian", "naples": "neapolitan", "greece": "greek", "bali": "balinese",
    "mongolia": "mongolian", "tibet": "tibetan", "peru": "andean", "andes": "andean", "louisiana": "cajun",
    "appalachia": "bluegrass", "trinidad": "calypso", "portugal": "fado", "lisbon": "fado", "russia": "russian folk",
    "middle east": "middle eastern", "bavaria": "bavarian", "korea": "korean", "the balkans": "balkan",
}  # fmt: skip
SITUATIONS: dict[str, Genre] = {
    **{name: genre for genre, names in _FOR for name in names.split(", ")},
    **{place: {**WORLD_GENRES, **BAND_GENRES}[genre] for place, genre in _PLACES.items()},
}
