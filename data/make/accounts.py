"""The invented part: customers round real places, reps in real towns, today's owners."""

from math import sqrt

from exact import KM_PER_DEGREE, Dice, cos, exp, km, on_sphere, total_of
from words import CHAINS, FIRST, INDUSTRIES, LEGAL, REPS, SECOND

SEED = 20_260
CUSTOMERS = 5_000
SKILLS = {"medtech": 16, "hazmat": 12}  # reps who have it

# What the same effort sells for, by Land (invented); 1.0 where a Land is missing.
PRICE_LEVEL = {
    "Baden-Württemberg": 1.12, "Bayern": 1.12, "Hessen": 1.1, "Hamburg": 1.15, "Berlin": 0.95,
    "Brandenburg": 0.88, "Mecklenburg-Vorpommern": 0.82, "Sachsen": 0.86, "Sachsen-Anhalt": 0.82, "Thüringen": 0.86,
}


def _near(dice, place, sigma_km, area):
    """A point near a place and inside the area, in units of 1e-5 degrees."""
    for _ in range(200):
        dx = (dice.uniform() + dice.uniform() + dice.uniform() + dice.uniform() - 2) * sigma_km
        dy = (dice.uniform() + dice.uniform() + dice.uniform() + dice.uniform() - 2) * sigma_km
        lat = place["y"] / 1e5
        x = place["x"] + round(1e5 * dx / (KM_PER_DEGREE * cos(lat * 0.017453292519943295)))
        y = place["y"] + round(1e5 * dy / KM_PER_DEGREE)
        if area.contains(x, y):
            return x, y
    return None


def _spread(place):
    """How far accounts lie from the centre: on each axis 8 km (standard deviation, times 1.73) in Berlin, 0.5 km in a village."""
    return 1.732 * (0.4 + 0.0042 * sqrt(place["population"]))


def _city(place):
    """Accounts in cities take more effort than those in villages."""
    return 1.15 if place["population"] >= 200_000 else 1.0 if place["population"] >= 15_000 else 0.86


def _systematic(dice, items, weight, count):
    """`count` draws in proportion to weight, one from each of `count` equal slices of the whole."""
    total = sum(weight(item) for item in items)
    step = total / count
    marks = [(k + dice.uniform()) * step for k in range(count)]
    out, reach = [], 0
    for item in items:
        reach += weight(item)
        while len(out) < count and marks[len(out)] < reach:
            out.append(item)
    return out


def _companies(dice):
    taken = set()

    def name(industry):
        while True:
            stem = dice.choice(FIRST) + dice.choice(SECOND)
            text = f"{stem} {dice.choice(INDUSTRIES[industry][2])} {dice.weighted(LEGAL)}"
            if text not in taken:
                taken.add(text)
                return text

    return name


def make_reps(places, customers, areas):
    """40 home bases: towns near every 125th customer, so reps follow the accounts as loosely as in real life."""
    dice = Dice(SEED + 1)
    towns = [p for p in places if p["population"] >= 20_000]
    for town in towns:
        town["at"] = on_sphere(town["x"] / 1e5, town["y"] / 1e5)
    count = len(REPS)
    step = len(customers) / count
    homes = []
    for j in range(count):
        anchor = customers[int((j + dice.uniform(0.25, 0.75)) * step)]["at"]
        free = [
            (km(anchor, t["at"]), t["id"], t) for t in towns
            if all(km(t["at"], h["at"]) >= 14 for h in homes)
        ]
        free.sort(key=lambda f: f[:2])
        near = [(t, t["population"]) for d, _, t in free if d <= 25] or [(free[0][2], 1.0)]
        homes.append(dice.weighted(near))
    names = [name.replace("~", " ") for name in REPS]
    dice.shuffle(names)
    reps = []
    for j, home in enumerate(homes):
        x, y = _near(dice, home, 1.5, areas[home["land"]])
        reps.append({
            "id": f"R{j + 1:02}",
            "name": names[j],
            "x": x, "y": y,
            "at": on_sphere(x / 1e5, y / 1e5),
            "place": home["name"],
            "state": home["land"],
            "capacity": dice.weighted([(1.0, 60), (0.8, 20), (1.2, 12), (0.5, 8)]),
            "skills": [],
        })
    # Skilled reps stand as far from each other as they can.
    for skill, wanted in SKILLS.items():
        chosen = [dice.below(count)]
        while len(chosen) < wanted:
            gap = [(min(round(km(r["at"], reps[c]["at"]), 6) for c in chosen), -j) for j, r in enumerate(reps)]
            chosen.append(-max(gap)[1])
        for j in chosen:
            reps[j]["skills"].append(skill)
    return reps


def make_customers(places, areas):
    dice = Dice(SEED)
    company = _companies(dice)
    ordered = sorted(places, key=lambda p: (p["land"], p["x"] // 50_000, p["y"] if p["x"] // 50_000 % 2 else -p["y"]))
    mix = [(industry, row[0]) for industry, row in INDUSTRIES.items()]
    customers = []
    for place in _systematic(dice, ordered, lambda p: p["population"], CUSTOMERS):
        spot = _near(dice, place, _spread(place), areas[place["land"]])
        while spot is None:
            place = dice.choice(ordered)
            spot = _near(dice, place, _spread(place), areas[place["land"]])
        industry = dice.weighted(mix)
        effort, luck, noise = dice.normal(), dice.normal(), dice.normal()
        workload = exp(round(1.57 + 0.75 * effort, 6)) * _city(place)
        workload = round(min(max(workload, 0.5), 70.0), 1)
        hours = dice.uniform(0.7, 1.5) * (1.0 + 0.15 * max(effort, 0.0))  # a visit with what belongs to it
        visits = max(1, round(workload / hours))
        revenue = exp(round(10.1 + 0.75 * (0.7 * effort + 0.714 * luck), 6))
        revenue *= INDUSTRIES[industry][1] * PRICE_LEVEL.get(place["land"], 1.0)
        size = 0.8 * effort + 0.6 * noise
        rival = dice.uniform(0.05, 0.45)
        customers.append({
            "name": company(industry),
            "place": place["name"],
            "state": place["land"],
            "x": spot[0], "y": spot[1],
            "at": on_sphere(spot[0] / 1e5, spot[1] / 1e5),
            "workload": workload,
            "visits": visits,
            "revenue": 10 * round(min(revenue, 600_000.0) / 10),
            "industry": industry,
            "size_class": "micro" if size < -0.9 else "small" if size < 0.35 else "medium" if size < 1.4 else "large",
            "effort": effort,
            "share_rival_a": round(rival, 2),
            "share_rival_b": round((0.9 - rival) * dice.uniform(0.0, 0.5), 2),
        })
    for i, c in enumerate(customers):
        c["id"] = f"C{i + 1:05}"
    return customers


def add_rules(customers, reps):
    """Skills, chains, today's owners, key accounts."""
    dice = Dice(SEED + 2)
    for c in customers:
        if c["industry"] == "healthcare" and c["size_class"] in ("medium", "large") and dice.chance(0.55):
            c["requires"] = ["medtech"]
        elif c["industry"] == "chemicals" and dice.chance(0.35):
            c["requires"] = ["hazmat"]

    for k, chain in enumerate(CHAINS):
        chain = chain.replace("~", " ")
        trade, industry = (("Markt", "food"), ("Hotel", "hospitality"))[k % 2]
        while True:
            seed = dice.choice(customers)
            size = 3 + dice.below(4)
            near = sorted(
                (round(km(seed["at"], c["at"]), 6), c["id"], c) for c in customers
                if c["industry"] == industry and "group" not in c and c["workload"] <= 10
            )[:size]
            if near[-1][0] <= 70:
                break
        for n, (_, _, c) in enumerate(near):
            c["group"] = f"G{k + 1:02}"
            c["name"] = f"{chain} {trade} {c['place']} {n + 1}"

    _owners(dice, customers, reps)

    # Key accounts: large, near their owner; at most two and 6 % of the target of any rep, 2 % of everything.
    total = total_of(c["workload"] for c in customers)
    capacity = total_of(r["capacity"] for r in reps)
    left = 0.02 * total
    room = [[2, 0.06 * total * r["capacity"] / capacity] for r in reps]
    for c in sorted(customers, key=lambda c: (-c["revenue"], c["id"])):
        j = c["owner"]
        if "group" in c or c["workload"] < 6 or c["km"][j] > 120 or not dice.chance(0.25):
            continue
        if room[j][0] and c["workload"] <= min(room[j][1], left):
            left -= c["workload"]
            room[j][0] -= 1
            room[j][1] -= c["workload"]
            c["locked"] = True


def _owners(dice, customers, reps):
    """Today: once balanced territories, since then distorted.

    Offsets in km on every rep's distances that balance the load roughly; a shift of each offset (who came early
    holds more than fits, who came late holds little); and every seventh account with somebody else near by.
    """
    total = total_of(c["workload"] for c in customers)
    capacity = total_of(r["capacity"] for r in reps)
    for c in customers:
        c["km"] = [round(km(c["at"], r["at"]), 6) for r in reps]
    offset = [0.0] * len(reps)
    for turn in range(80):
        load = [0.0] * len(reps)
        for c in customers:
            load[_best(c["km"], offset)] += c["workload"]
        step = 30.0 / (1 + turn / 10)
        for j, r in enumerate(reps):
            index = load[j] * capacity / (total * r["capacity"])
            offset[j] += step * max(-0.5, min(0.5, index - 1))
    for j in range(len(reps)):
        offset[j] = round(offset[j] + 4.0 * dice.normal(), 6)
    leader = {}
    for c in customers:
        ranked = sorted(range(len(reps)), key=lambda j: (c["km"][j] + offset[j], j))
        needs = c.get("requires", [])
        ranked = [j for j in ranked if all(s in reps[j]["skills"] for s in needs)]
        c["owner"] = ranked[1 + dice.below(3)] if dice.chance(0.15) else ranked[0]
        if "group" in c:
            c["owner"] = leader.setdefault(c["group"], c["owner"])


def _best(distances, offset):
    best, at = 1e300, 0
    for j, d in enumerate(distances):
        if d + offset[j] < best:
            best, at = d + offset[j], j
    return at


def make_actuals(customers):
    """Rows of actuals.csv: revenue by customer and quarter, up in some Länder and down in others; a fifth of the
    customers order nothing in a quarter."""
    dice = Dice(SEED + 3)
    luck = {}
    for c in customers:
        luck.setdefault(c["state"], dice.uniform(0.88, 1.16))
    rows = [("customer_id", "period", "revenue")]
    for period, season in (("2026-Q1", 0.92), ("2026-Q2", 1.03), ("2026-Q3", 0.99)):
        for c in customers:
            if dice.chance(0.2):
                continue
            amount = c["revenue"] / 4 * 1.25 * season * luck[c["state"]] * dice.uniform(0.5, 1.6)
            rows.append((c["id"], period, 10 * round(amount / 10)))
    return rows
