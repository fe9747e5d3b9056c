"""Ten customers between München and Nürnberg, two reps: small enough to check by hand."""

REPS = [
    # id, name, town
    ("R1", "Petra Platzhalter", "München"),
    ("R2", "Bernd Beispiel", "Nürnberg"),
]

CUSTOMERS = [
    # id, name, town, Land, workload, visits, revenue, owner
    ("C1", "Dackel Druckerei", "Dachau", "Bayern", 12, 12, 90_000, "R1"),
    ("C2", "Frosch Fahrräder", "Freising", "Bayern", 10, 10, 60_000, "R1"),
    ("C3", "Luchs Labor", "Landshut", "Bayern", 14, 12, 120_000, "R1"),
    ("C4", "Amsel Apparatebau", "Augsburg", "Bayern", 16, 16, 150_000, "R1"),
    ("C5", "Igel Instrumente", "Ingolstadt", "Bayern", 11, 12, 80_000, "R1"),
    ("C6", "Rabe Regale", "Regensburg", "Bayern", 9, 8, 70_000, "R2"),
    ("C7", "Eule Elektronik", "Eichstätt", "Bayern", 5, 4, 30_000, "R1"),
    ("C8", "Falke Feinkost", "Fürth", "Bayern", 10, 10, 85_000, "R2"),
    ("C9", "Esel Energie", "Erlangen", "Bayern", 8, 8, 65_000, "R2"),
    ("C10", "Ameise Ausbau", "Ansbach", "Bayern", 5, 6, 40_000, "R2"),
]
