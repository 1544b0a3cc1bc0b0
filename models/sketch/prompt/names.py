"""Names of musicians: whoever names one means a broad style, which is all that is taken."""

from __future__ import annotations

_BY_STYLE: dict[str, str] = {
    "classical": (
        "bach, johann sebastian bach, mozart, beethoven, chopin, vivaldi, debussy, satie, erik satie, tchaikovsky, "
        "brahms, schubert, handel, haydn, liszt, ravel, rachmaninoff, stravinsky, philip glass, steve reich, "
        "ludovico einaudi, einaudi, yiruma, max richter, arvo part, pavarotti"
    ),
    "cinematic": (
        "hans zimmer, john williams, ennio morricone, morricone, danny elfman, howard shore, two steps from hell, "
        "joe hisaishi, nobuo uematsu, ramin djawadi, james horner, vangelis, audiomachine"
    ),
    "jazz": (
        "miles davis, john coltrane, coltrane, duke ellington, dave brubeck, bill evans, louis armstrong, "
        "ella fitzgerald, billie holiday, thelonious monk, charlie parker, django reinhardt, herbie hancock, "
        "frank sinatra, chet baker, glenn miller, nina simone, norah jones"
    ),
    "rock": (
        "the beatles, beatles, rolling stones, the rolling stones, led zeppelin, pink floyd, nirvana, radiohead, "
        "ac dc, acdc, ac/dc, jimi hendrix, hendrix, foo fighters, red hot chili peppers, arctic monkeys, "
        "guns n roses, david bowie, bruce springsteen, green day, the clash, ramones, linkin park, u2"
    ),
    "pop": (
        "taylor swift, ed sheeran, adele, madonna, katy perry, lady gaga, ariana grande, justin bieber, "
        "billie eilish, dua lipa, harry styles, coldplay, bts, blackpink, britney spears, elton john, "
        "olivia rodrigo, phil collins"
    ),
    "electronic": (
        "kraftwerk, aphex twin, jean michel jarre, skrillex, deadmau5, avicii, calvin harris, david guetta, tiesto, "
        "armin van buuren, the prodigy, chemical brothers, marshmello, flume, moby, four tet, porter robinson"
    ),
    "house": (
        "daft punk, fatboy slim, kaytranada, frankie knuckles, fred again, disclosure band, swedish house mafia"
    ),
    "techno": "carl cox, jeff mills, richie hawtin, charlotte de witte, nina kraviz",
    "drum_and_bass": "pendulum band, goldie, netsky, noisia, sub focus",
    "synthwave": "kavinsky, the midnight, carpenter brut, perturbator, john carpenter, depeche mode, a ha",
    "hiphop": (
        "eminem, kanye west, kanye, jay z, kendrick lamar, dr dre, snoop dogg, tupac, 2pac, notorious big, "
        "wu tang clan, travis scott, massive attack, portishead, a tribe called quest, nas the rapper, drake"
    ),
    "lofi": "nujabes, j dilla, lofi girl",
    "reggae": "bob marley, peter tosh, lee scratch perry, king tubby, sean paul",
    "blues": (
        "bb king, b b king, muddy waters, robert johnson, howlin wolf, john lee hooker, stevie ray vaughan, "
        "buddy guy, eric clapton"
    ),
    "rnb_soul": (
        "aretha franklin, marvin gaye, stevie wonder, beyonce, alicia keys, frank ocean, erykah badu, "
        "whitney houston, otis redding, al green, amy winehouse, the weeknd, usher, ray charles, sam cooke"
    ),
    "disco_funk": (
        "michael jackson, james brown, earth wind and fire, bee gees, chic the band, bruno mars, donna summer, "
        "abba, kool and the gang, parliament funkadelic, jamiroquai, nile rodgers, vulfpeck"
    ),
    "latin": (
        "tito puente, buena vista social club, antonio carlos jobim, jobim, astor piazzolla, piazzolla, shakira, "
        "bad bunny, carlos santana, celia cruz, gipsy kings, joao gilberto, stan getz, selena"
    ),
    "metal": (
        "metallica, iron maiden, black sabbath, slayer, megadeth, slipknot, meshuggah, pantera, rammstein, "
        "tool band, judas priest, gojira"
    ),
    "country": "johnny cash, dolly parton, willie nelson, hank williams, garth brooks, shania twain, luke combs",
    "folk": (
        "bob dylan, joan baez, simon and garfunkel, nick drake, joni mitchell, bon iver, fleet foxes, "
        "mumford and sons, the chieftains, enya, sufjan stevens"
    ),
    "ambient": (
        "brian eno, tangerine dream, boards of canada, stars of the lid, sigur ros, harold budd, klaus schulze"
    ),
    "world": (
        "ravi shankar, fela kuti, ali farka toure, youssou ndour, nusrat fateh ali khan, tinariwen, burna boy, "
        "wizkid, ar rahman, a r rahman"
    ),
    "chiptune": (
        "koji kondo, anamanaguchi, super mario, mario bros, tetris, zelda, pokemon, megaman, sonic the hedgehog"
    ),
}  # fmt: skip
NAMES: dict[str, str] = {name: style_id for style_id, names in _BY_STYLE.items() for name in names.split(", ")}
