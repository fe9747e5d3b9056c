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

# Results of three quarters: of the customers their revenue, of the reps what they won and what they hold.
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3")
WON = {"R1": (1, 2, 1), "R2": (0, 1, 1)}
CONTRACTS = {"R1": (21, 23, 26), "R2": (30, 29, 31)}


def actuals(dice):
    """Rows of actuals.csv: a customer or a rep, the quarter, and the figures that are known of it."""
    rows = [("customer_id", "rep", "period", "revenue", "new_customers", "contracts")]
    for q, period in enumerate(QUARTERS):
        for id_, _, _, _, _, _, revenue, _ in CUSTOMERS:
            rows.append((id_, "", period, 100 * round(dice.uniform(0.7, 1.4) * revenue / 400), "", ""))
        for rep, _, _ in REPS:
            rows.append(("", rep, period, "", WON[rep][q], CONTRACTS[rep][q]))
    return rows
