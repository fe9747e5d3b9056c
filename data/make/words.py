"""Words that the made-up names are made of. No company or person is meant."""

FIRST = """
Silber Nord Blau Stein Wald Wiesen Sonnen Mond Nebel Tau Morgen Abend Kupfer Bernstein Kiesel Moos Farn
Hasel Linden Birken Ahorn Erlen Distel Mohn Klee Hafer Gersten Hopfen Apfel Quitten Schlehen Brombeer
Wolken Regen Donner Wind Frost Eis Schnee Fluss Bach Ufer Insel Hafen Anker Segel Leucht Sternen Kometen
Turm Brücken Pfeil Feder Samt Filz Korb Krug
""".split()

SECOND = """
dachs falk fuchs luchs igel otter biber hase reh hirsch specht kranich reiher storch amsel drossel lerche
meise schwalbe eule uhu dohle wiesel marder hamster maulwurf frosch kröte molch forelle hecht karpfen
libelle hummel grille falter käfer spinne schnecke muschel krebs ziege widder esel dackel pudel kater
""".split()

# industry -> (weight, revenue factor, trades)
INDUSTRIES = {
    "machinery": (16, 1.15, ["Maschinenbau", "Antriebe", "Werkzeugbau", "Fördertechnik", "Pumpenbau"]),
    "metalworking": (14, 1.0, ["Metallbau", "Blechtechnik", "Zerspanung", "Stahlbau", "Gießerei"]),
    "food": (13, 0.95, ["Feinkost", "Bäckerei", "Molkerei", "Fleischwaren", "Frischemarkt"]),
    "healthcare": (14, 1.1, ["Klinik", "Labor", "Praxisbedarf", "Reha-Zentrum", "Sanitätshaus"]),
    "construction": (14, 0.85, ["Hochbau", "Holzbau", "Dachtechnik", "Tiefbau", "Ausbau"]),
    "logistics": (10, 0.9, ["Logistik", "Spedition", "Lagerhaus", "Kurierdienst", "Transporte"]),
    "hospitality": (9, 0.7, ["Hotel", "Gasthof", "Großküche", "Catering", "Brauhaus"]),
    "chemicals": (6, 1.3, ["Chemie", "Lacke", "Klebstoffe", "Kunststoffe", "Reinigungsmittel"]),
    "electronics": (4, 1.2, ["Elektronik", "Messtechnik", "Sensorik", "Schaltschrankbau", "Leiterplatten"]),
}

LEGAL = [("GmbH", 55), ("GmbH & Co. KG", 20), ("KG", 8), ("AG", 6), ("eG", 3), ("e. K.", 8)]

CHAINS = """
Pusteblume Rabennest Sieben\u00a0Zwerge Wunderlampe Purzelbaum Kunterbunt Kichererbse Schlaraffen Siebenmeilen
Tausendfuß Papierkranich Wackelzahn Zuckerwürfel Nussknacker Regenbogen Sausewind Zitronenfalter Gänseblümchen
""".replace("\u00a0", "~").split()

REPS = """
Amelie~Ahornblatt Bruno~Birnenkern Carla~Chicorée Detlef~Dillzweig Elif~Erbsenschote Fritz~Fenchelkraut
Greta~Grünkohl Henning~Haferhalm Ida~Ingwertee Jannis~Johannisbeer Katja~Kohlrabi Lorenz~Lindenblüte
Mila~Mangoldt Nils~Nusskern Olga~Olivenöl Pavel~Petersilius Quirin~Quittenbaum Rosa~Rosinenbrot
Stefan~Salbeiblatt Tilda~Thymian Ulf~Ulmenast Vera~Veilchen Willi~Walnuss Xenia~Xylofon Yusuf~Ysop
Zoe~Zimtstern Anton~Apfelmus Berta~Bohnenstange Cem~Clementin Dora~Dattelkern Emil~Eichelhut Frieda~Feigenblatt
Gustav~Gurkenglas Hanna~Himbeer Igor~Immergrün Jule~Jasmintee Kurt~Kürbiskern Lina~Lavendel Moritz~Mohnblume
Nora~Nektarin
""".split()
