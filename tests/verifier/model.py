"""An independent model of what revier solves, in exact arithmetic: small scenarios, all their plans, the cheapest one.

It shares nothing with revier, nor with verify.py: it is written from the scenario's description. A case holds numbers as the texts that go
into the files. Great circles are computed by the haversine formula in double precision; `slack` is what that may be off in total.
"""

import math
from fractions import Fraction

RADIUS_KM = 6371.0088


def value(text):
    return Fraction(text)


def half_up(x):
    return math.floor(x + Fraction(1, 2))


def decimals(text):
    x, places = Fraction(text), 0
    while (x * 10**places).denominator != 1:
        places += 1
    return places


def haversine(a, b):
    (lon1, lat1), (lon2, lat2) = ([math.radians(float(x)) for x in (p["lon"], p["lat"])] for p in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


class Doubtful(Exception):
    """A computed number is so near to a limit, or to the middle between two roundings, that programs may differ."""


class Model:
    def __init__(self, case):
        self.case, self.n, self.k = case, len(case["customers"]), len(case["reps"])
        self.rep_at = {rep["id"]: j for j, rep in enumerate(case["reps"])}
        self.owner = [self.rep_at.get(c.get("owner")) for c in case["customers"]]
        self.travel()
        self.permitted = [[self.may(i, j) for j in range(self.k)] for i in range(self.n)]
        self.join()
        self.measure()
        self.limit()
        self.price()

    # Travel, and who may have whom.

    def travel(self):
        t, case = self.case["travel"], self.case
        pace = 60 / value(t["speed_kmh"])
        self.km, self.minutes = [], []
        for i, customer in enumerate(case["customers"]):
            self.km.append([])
            self.minutes.append([])
            for j, rep in enumerate(case["reps"]):
                if case["matrix"] is None:
                    km = Fraction(haversine(customer, rep)) * value(t["detour"])
                    minutes = km * pace
                else:
                    km, minutes = (None if x is None else value(x) for x in case["matrix"].get((i, j), (None, None)))
                    if km is not None and minutes is None:
                        minutes = km * pace
                    elif minutes is not None and km is None:
                        km = minutes / pace
                self.km[i].append(km)
                self.minutes[i].append(minutes)

    def may(self, i, j):
        case, rules = self.case, self.case["rules"]
        customer, rep = case["customers"][i], case["reps"][j]
        if self.km[i][j] is None:
            return False
        if rules["skills"] and not set(customer.get("requires", [])) <= set(rep.get("skills", [])):
            return False
        if case["regions"] == "stay" and customer.get("region") and rep.get("region"):
            a, b = (tuple(level.strip() for level in row["region"].split("/")) for row in (customer, rep))
            if a[:len(b)] != b[:len(a)]:
                return False
        if (customer["id"], rep["id"]) in rules["forbid"]:
            return False
        if rules["locks"] and customer.get("locked") and self.owner[i] is not None:
            return self.owner[i] == j
        for name, x in (("max_km", self.km[i][j]), ("max_minutes", self.minutes[i][j])):
            for limit in (case["travel"].get(name), rep.get(name)):
                if limit is None:
                    continue
                given = case["matrix"] is not None and case["matrix"][i, j][name == "max_minutes"] is not None
                if not given and abs(x - value(limit)) < Fraction(1, 10**9) * (1 + value(limit)):
                    raise Doubtful(f"{name} of {customer['id']}, {rep['id']}")
                if x > value(limit):
                    return False
        return True

    def join(self):
        """Units: customers that stay together."""
        rules, sets = self.case["rules"], [{i} for i in range(self.n)]
        for i, a in enumerate(self.case["customers"]):
            for j, b in enumerate(self.case["customers"][:i]):
                group = rules["groups"] and a.get("group") and a.get("group") == b.get("group")
                at = [tuple(half_up(value(x[s]) * 10**7) for s in ("lon", "lat")) for x in (a, b)]
                if (group or rules["places"] and at[0] == at[1]) and sets[i] is not sets[j]:
                    joined = sets[i] | sets[j]
                    for member in joined:
                        sets[member] = joined
        self.units = [sorted(s) for i, s in enumerate(sets) if i == min(s)]
        self.options = [[j for j in range(self.k) if all(self.permitted[i][j] for i in unit)] for unit in self.units]

    # Loads and bounds.

    def column(self, name):
        if name in ("customers", "none"):
            return ["1"] * self.n
        return [c["columns"].get(name, "1") for c in self.case["customers"]]

    def steps(self, texts, least=0):
        """Decimals that amounts are counted in, 30 digits in all."""
        digits = len(str(int(max(1, sum(map(value, texts))))))
        return max(0, min(max([least, *map(decimals, texts)]), 30 - digits))

    def measure(self):
        travel = self.case["travel"]
        self.load, self.places, self.total = [], [], []
        for name, _ in self.case["balance"]:
            column, travels = self.column(name), travel["in_workload"] and name == "workload"
            places = self.steps(column, 6 if travels else 0)
            load = [[half_up(value(x) * 10**places)] * self.k for x in column]
            least = [row[0] for row in load]
            for i in range(self.n) if travels else ():
                visits = value(self.case["customers"][i]["columns"].get("visits", "1"))
                hours = []
                for j in range(self.k):
                    exact = visits * 2 / value(travel["stops_per_tour"]) * (self.minutes[i][j] or 0) / 60 * 10**6
                    if self.minutes[i][j] is not None and abs(exact % 1 - Fraction(1, 2)) < Fraction("1e-4") + exact / 10**13:
                        raise Doubtful(f"hours of {i}, {j}")
                    hours.append(half_up(Fraction(half_up(exact), 10**6) * 10**places))
                load[i] = [a + h for a, h in zip(load[i], hours)]
                near = [(self.minutes[i][j], load[i][j]) for j in range(self.k) if self.permitted[i][j]]
                least[i] = min(near)[1] if near else least[i]
            self.load.append(load)
            self.places.append(places)
            self.total.append(sum(least))

    def limit(self):
        """Lower and upper bounds per measure and rep, in steps; None: no upper bound."""
        reps = self.case["reps"]
        capacity = [value(r.get("capacity", "1")) if r.get("capacity", "1") != "" else None for r in reps]
        whole = sum(c for c in capacity if c is not None)
        self.bound, self.target = [], []
        for m, (name, tolerance) in enumerate(self.case["balance"]):
            tolerance, row = value(tolerance), []
            self.target.append([None if c is None else self.total[m] * c / whole for c in capacity])
            for j, rep in enumerate(reps):
                low, high = Fraction(0), None
                if capacity[j] is not None:
                    target = self.total[m] * capacity[j] / whole
                    low, high = target * (1 - tolerance), target * (1 + tolerance)
                least, most = (rep.get(f"{side}_{name}") for side in ("min", "max"))
                least, most = (None if x is None else value(x) * 10**self.places[m] for x in (least, most))
                if least is not None and most is not None:
                    low, high = least, most
                elif least is not None:
                    low, high = least, (least * (1 + tolerance) / (1 - tolerance) if high is not None and least > high else high)
                elif most is not None:
                    low, high = (most * (1 - tolerance) / (1 + tolerance) if most < low else low), most
                row.append((low, high))
            self.bound.append(row)
        change = self.case["change"]
        self.moved, self.most_moved = [Fraction(0)] * self.n, None
        if change:
            column = self.column(change["measure"])
            places = self.steps(column)
            self.moved = [Fraction(half_up(value(x) * 10**places), 10**places) for x in column]
            if change.get("max_share") is not None:
                self.most_moved = value(change["max_share"]) * sum(self.moved)

    def hands(self, i, j):
        return self.moved[i] if self.owner[i] is not None and self.owner[i] != j else Fraction(0)

    # Costs and plans.

    def price(self):
        t, change = self.case["travel"], self.case["change"] or {}
        weight = [value(x) for x in self.column(t.get("weight") or self.case["balance"][0][0])]
        rows = self.km if t["cost"] == "km" else self.minutes
        penalty = value(change.get("penalty") or "0")
        pace, most = 60 / value(t["speed_kmh"]) if t["cost"] == "minutes" else 1, 1

        def way(i, j, x):
            """The way as the preferences that hold make it: each is (kind, value, km, share), see cases.py."""
            more, times = Fraction(0), Fraction(1)
            for kind, wanted, km, share in self.case["prefer"]:
                if kind == "table":
                    figure = value(wanted["figures"].get((self.case["reps"][j]["id"], self.case["customers"][i].get("trade"))) or "0")
                    more, times = (more + figure * pace, times) if wanted["unit"] == "km" else (more, times * (1 + figure))
                elif x is not None and self.prefers(kind, wanted, self.case["customers"][i], self.case["reps"][j]):
                    more, times = more + value(km or "0") * pace, times * (1 + value(share or "0"))
            return 0 if x is None else max(Fraction(0), x + more) * times

        self.cost = [[weight[i] * way(i, j, x) + penalty * self.hands(i, j) for j, x in enumerate(row)] for i, row in enumerate(rows)]
        for kind, wanted, _, share in self.case["prefer"]:
            shares = wanted["figures"].values() if kind == "table" and wanted["unit"] == "share" else [share]
            most *= max(1, *(1 + value(x or "0") for x in shares))
        self.beside = [value(self.case["beside"].get(name, "0")) if self.case["beside"].get(name) != "auto" else None for name, _ in self.case["balance"]]
        self.slack = Fraction(0)
        if self.case["matrix"] is None:
            self.slack = most * sum(weight) * value(t["detour"]) / 10**10 * (60 / value(t["speed_kmh"]) if t["cost"] == "minutes" else 1)

    @staticmethod
    def prefers(kind, wanted, customer, rep):
        trade, known = customer.get("trade"), rep.get("knows", [])
        if kind == "knows":
            return trade is not None and trade in known
        if kind == "not":
            return trade == wanted and wanted not in known
        if kind == "owner":
            return customer.get("owner") is not None and customer["owner"] == rep["id"]
        return value(customer["columns"]["beds"]) >= value(wanted)

    def cost_of(self, plan):
        held = [[sum(load[i][j] for i in range(self.n) if plan[i] == j) for j in range(self.k)] for load in self.load]
        return sum(self.cost[i][j] for i, j in enumerate(plan)) + self.off_target(held)

    def off_target(self, held):
        """What loads per measure and rep cost beside their targets; None for a price that is not known yet counts nothing."""
        return sum((price * abs(y - target) / 10**places for price, places, row, targets in zip(self.beside, self.places, held, self.target) if price
                    for y, target in zip(row, targets) if target is not None), Fraction(0))

    def broken(self, plan):
        """The rules that a plan breaks, in words."""
        told = [f"pair {i}, {j}" for i, j in enumerate(plan) if not self.permitted[i][j]]
        told += [f"unit {unit}" for unit in self.units if len({plan[i] for i in unit}) > 1]
        for m, rows in enumerate(self.bound):
            for j, (low, high) in enumerate(rows):
                total = sum(self.load[m][i][j] for i in range(self.n) if plan[i] == j)
                if total < low or high is not None and total > high:
                    told.append(f"bounds of measure {m}, rep {j}: {float(low)} <= {total} <= {high and float(high)}")
        if self.most_moved is not None and sum(self.hands(i, j) for i, j in enumerate(plan)) > self.most_moved:
            told.append("change")
        return told

    def best(self):
        """The cost of the cheapest plan within the rules, and the plan; (None, None) if there is none."""
        order = sorted(range(len(self.units)), key=lambda u: (len(self.options[u]), -sum(self.load[0][i][0] for i in self.units[u])))
        if any(not self.options[u] for u in order):
            return None, None
        measures = range(len(self.load))
        denominator = math.lcm(*(x.denominator for row in self.cost for x in row))
        hands_den = math.lcm(*(x.denominator for x in self.moved))
        pick = []  # per unit: (rep, cost, loads, moved)
        for u in order:
            pick.append(sorted((int(sum(self.cost[i][j] for i in self.units[u]) * denominator), j,
                                [sum(self.load[m][i][j] for i in self.units[u]) for m in measures],
                                int(sum(self.hands(i, j) for i in self.units[u]) * hands_den)) for j in self.options[u]))
        low = [[math.ceil(self.bound[m][j][0]) for j in range(self.k)] for m in measures]
        high = [[math.inf if self.bound[m][j][1] is None else math.floor(self.bound[m][j][1]) for j in range(self.k)] for m in measures]
        most_moved = math.inf if self.most_moved is None else math.floor(self.most_moved * hands_den)
        rest_cost, reach = [0], [[[0] * self.k for _ in measures]]
        for options in reversed(pick):
            rest_cost.append(rest_cost[-1] + options[0][0])
            more = [list(row) for row in reach[-1]]
            for _, j, loads, _ in options:
                for m in measures:
                    more[m][j] += loads[m]
            reach.append(more)
        rest_cost.reverse()
        reach.reverse()
        best, found, chosen, held = [math.inf], [None], [], [[0] * self.k for _ in measures]

        def go(at, cost, moved):
            if cost + rest_cost[at] >= best[0] or moved > most_moved:
                return
            if any(held[m][j] + reach[at][m][j] < low[m][j] for m in measures for j in range(self.k)):
                return
            if at == len(pick):
                cost += self.off_target(held) * denominator if any(self.beside) else 0
                if cost < best[0]:
                    best[0], found[0] = cost, list(chosen)
                return
            for c, j, loads, hands in pick[at]:
                if all(held[m][j] + loads[m] <= high[m][j] for m in measures):
                    for m in measures:
                        held[m][j] += loads[m]
                    chosen.append(j)
                    go(at + 1, cost + c, moved + hands)
                    chosen.pop()
                    for m in measures:
                        held[m][j] -= loads[m]

        go(0, 0, 0)
        if found[0] is None:
            return None, None
        plan = [None] * self.n
        for u, j in zip(order, found[0]):
            for i in self.units[u]:
                plan[i] = j
        return Fraction(best[0], denominator), plan
