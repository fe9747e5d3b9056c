#!/usr/bin/env python3
"""Verifies a staffing without revier: staff.py STAFF.json PLAN_DIR PEOPLE [MATRIX]

1. The prices, in exact fractions: the people and territories that `covers` marks are as many as there are pairs and cover every permitted pair, so that no
   staffing has more; and no staffing with so many pairs costs less, for

       cost >= price of person + price of territory    where one of both covers
       price <= 0                                      of who does not, and 0 of who is left over
       sum of prices = total

2. The costs, from the inputs: customers, people (GeoJSON or CSV with the names of the README), the plan's assignments.csv and its report.json (skills, limits,
   forbidden pairs, preferences, bounds of a person's own, `knows`), by great circles or the travel matrix (CSV).

3. What each swap costs more.

Not judged: names, kilometres, known accounts, second choices, and the reasons in words.

Standard library only.
"""

import csv
import hashlib
import json
import pathlib
import sys
from fractions import Fraction

from conditions import Unread, elsewhere, fit, tabled
from sizing import km, points, vector

# Both sides round: each cost is off by less than this share of itself, and half a step.
ROUNDING = 1e-9
# Steps are this share of the largest cost at most.
COARSEST = 1e-5


class Wrong(Exception):
    pass


def hold(true, what):
    if not true:
        raise Wrong(what)


def once(pairs):
    members = dict(pairs)
    hold(len(members) == len(pairs), "a member stands twice")
    return members


def load(path):
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Fraction, parse_int=Fraction, object_pairs_hook=once)


def name(value):
    return str(value.numerator) if isinstance(value, Fraction) else str(value)


def pairs_of(told):
    """The staffing as positions, each side told by the other."""
    people = {name(p["id"]): at for at, p in enumerate(told["people"])}
    places = {name(t["id"]): at for at, t in enumerate(told["territories"])}
    hold(len(people) == len(told["people"]) and len(places) == len(told["territories"]), "an id stands twice")
    of_person = [None if p["territory"] is None else places[name(p["territory"])] for p in told["people"]]
    of_place = [None if t["person"] is None else people[name(t["person"])] for t in told["territories"]]
    pairs = {(p, t) for p, t in enumerate(of_person) if t is not None}
    hold(pairs == {(p, t) for t, p in enumerate(of_place) if p is not None}, "people and territories say different pairs")
    return people, places, pairs


def proof(told, pairs):
    """What the prices prove."""
    people, territories, costs = told["people"], told["territories"], told["costs"]
    hold(len(costs) == len(people) and all(len(row) == len(territories) for row in costs), "the costs are no table")
    hold(all(x["covers"] in (True, False) and isinstance(x["covers"], bool) for x in people + territories), "covers is neither true nor false")
    covering = sum(x["covers"] for x in people + territories)
    hold(covering == len(pairs) == told["staffed"], f"{covering} cover, {len(pairs)} are pairs")
    for p, (person, row) in enumerate(zip(people, costs)):
        for t, (territory, cost) in enumerate(zip(territories, row)):
            if cost is None:
                hold((p, t) not in pairs, f"{person['id']} is in a territory that they may not take")
                continue
            where = f"{person['id']} in {territory['id']}"
            hold(person["covers"] or territory["covers"], f"{where} is permitted, and not covered")
            slack = cost - person["price"] - territory["price"]
            hold(slack >= 0 or (person["covers"] and territory["covers"]), f"{where} costs less than its prices")
            hold((p, t) not in pairs or slack == 0, f"{where} costs more than its prices")
    for x, other in [(p, p["territory"]) for p in people] + [(t, t["person"]) for t in territories]:
        hold(x["covers"] or x["price"] <= 0, f"the price of {x['id']} is above 0")
        hold(other is not None or (x["price"] == 0 and not x["covers"]), f"{x['id']} is left over, and has a price")
    total = sum(costs[p][t] for p, t in pairs)
    bound = sum(x["price"] for x in people + territories)
    hold(total == bound == told["total"] == told["bound"], f"costs are {float(total)}, prices {float(bound)}")
    hold(told["complete"] == (len(pairs) == min(len(people), len(territories))), "whether it is complete")


def swaps(told, people, pairs):
    territory = dict(pairs)
    for swap in told["swaps"]:
        p, q = people[name(swap["one"])], people[name(swap["other"])]
        costs, s, t = told["costs"], territory[p], territory[q]
        hold(costs[p][t] + costs[q][s] - costs[p][s] - costs[q][t] == swap["more"] >= 0, f"the swap of {swap['one']}")


def number(value):
    return None if value in (None, "") else float(value)


def words(value):
    return set(value) if isinstance(value, list) else {w.strip() for w in str(value or "").split(";") if w.strip()}


class Inputs:
    """What the costs are made of."""

    def __init__(self, told, plan, people, matrix):
        self.report = json.loads((plan / "report.json").read_text(encoding="utf-8"))
        self.rules = self.report["scenario"]
        files = {f["path"] if f["role"] == "fit" else f["role"]: plan / f["path"] for f in self.report["inputs"] if f["role"] != "scenario"}
        files["reps"] = people
        if matrix:
            files["matrix"] = matrix
        for told_of in told["inputs"]:
            found = [path for path in files.values() if path.name == told_of["name"]] if told_of["role"] == "fit" else [files[told_of["role"]]]
            hold(any(hashlib.sha256(path.read_bytes()).hexdigest() == told_of["sha256"] for path in found), f"{told_of['name']} is another file")
        self.customers, self.people = points(files["customers"]), points(people)
        with open(plan / "assignments.csv", newline="", encoding="utf-8-sig") as file:
            owners = {row["customer_id"]: row["rep_id"] for row in csv.DictReader(file)}
        self.territory = [owners[str(c["id"])] for c in self.customers]
        self.ways = None
        if self.rules["travel"]["metric"] == "matrix":
            with open(files["matrix"], newline="", encoding="utf-8-sig") as file:
                self.ways = {(r["customer_id"], r["rep_id"]): (number(r.get("km")), number(r.get("minutes"))) for r in csv.DictReader(file)}
        entries = tabled(self.rules.get("prefer") or [], plan, files)
        pace = Fraction(1 if self.rules["travel"]["cost"] == "km" else 60 / self.rules["travel"]["speed_kmh"])
        self.fits = fit(entries, self.customers, self.people, pace)
        self.homes = [vector(p) for p in self.people]
        self.places = [vector(c) for c in self.customers]

    def value(self, customer, measure):
        return 1.0 if measure in ("none", "customers") or customer.get(measure) in (None, "") else float(customer[measure])

    def way(self, p, i):
        """Kilometres and minutes, or nothing."""
        travel = self.rules["travel"]
        if self.ways is None:
            far = travel["detour"] * km(self.homes[p], self.places[i])
            return far, far * 60.0 / travel["speed_kmh"]
        way = self.ways.get((str(self.customers[i]["id"]), str(self.people[p]["id"])))
        if way is None:
            return None
        far, long = way
        hourly = 60.0 / travel["speed_kmh"]
        return (long / hourly if far is None else far), (far * hourly if long is None else long)

    def pair(self, p, customers, knows):
        """What a person costs with some customers; nothing where a rule keeps them apart, and how near a limit was."""
        person, travel, rules = self.people[p], self.rules["travel"], self.rules["rules"]
        limits = [min(x for x in (number(person.get(k)), travel[k], float("inf")) if x is not None) for k in ("max_km", "max_minutes")]
        cost, apart = 0.0, False
        loads = {b["measure"]: Fraction(0) for b in self.rules["balance"]}
        for i in customers:
            customer, way = self.customers[i], self.way(p, i)
            for measure in loads:
                loads[measure] += Fraction(str(self.value(customer, measure)))
            if rules["skills"] and not words(customer.get("requires")) <= words(person.get("skills")):
                apart = True
            if elsewhere(self.rules.get("regions") or {}, customer, person):
                apart = True
            if [str(customer["id"]), str(person["id"])] in [[str(x) for x in pair] for pair in rules["forbid"]]:
                apart = True
            if way is None:
                apart = True
                continue
            locked = str(customer.get("locked", "")).lower() in ("true", "1", "yes") and str(customer.get("owner", "")) == str(person["id"])
            apart |= (way[0] > limits[0] or way[1] > limits[1]) and not (locked and rules["locks"])
            if travel["in_workload"] and "workload" in loads:
                hours = self.value(customer, "visits") * 2.0 / 60.0 / travel["stops_per_tour"] * way[1]
                loads["workload"] += Fraction(round(hours * 1e6), 10**6)
            weight = self.value(customer, travel["weight"])
            one = way[0] if travel["cost"] == "km" else way[1]
            if self.fits:
                more, times = self.fits[i][p]
                one = max(0.0, one + float(more)) * float(times)
            one *= weight
            cost += one
            if knows and str(customer.get("owner", "")) == str(person["id"]):
                cost -= float(knows["share"]) * one if "share" in knows else float(knows["way"]) * weight
        for measure, total in loads.items():
            least, most = number(person.get(f"min_{measure}")), number(person.get(f"max_{measure}"))
            apart |= least is not None and total < Fraction(str(least))
            apart |= most is not None and total > Fraction(str(most))
        return None if apart else cost


def costs(told, people, places, inputs):
    """The costs, again from the inputs."""
    hold([str(p["id"]) for p in inputs.people] == [name(p["id"]) for p in told["people"]], "the people are others")
    lists = {t: [] for t in places}
    for i, t in enumerate(inputs.territory):
        lists.setdefault(t, []).append(i)
    hold(set(lists) == set(places), "the territories are others")
    again = [[inputs.pair(p, lists[id], told["knows"]) for id in places] for p in range(len(inputs.people))]
    largest = max((abs(cost) for row in again for cost in row if cost is not None), default=0.0)
    hold(0 < told["step"] and (largest == 0 or told["step"] <= largest * COARSEST), f"steps of {float(told['step'])} hide what costs up to {largest} are")
    half = float(told["step"]) / 2 if largest else 0.0
    for p in range(len(inputs.people)):
        for (id, t), found in zip(places.items(), again[p]):
            said = told["costs"][p][t]
            where = f"{told['people'][p]['id']} in {id}"
            hold((said is None) == (found is None), f"{where}: {'forbidden' if said is None else 'permitted'}, and is not")
            near = found is None or abs(float(said) - found) <= half * 1.01 + ROUNDING * max(1.0, abs(found))
            hold(near, f"{where} costs {found}, not {said and float(said)}")
    apart = {(people[name(f["person"])], places[name(f["territory"])]) for f in told["forbidden"] if f["reasons"]}
    null = {(p, t) for p, row in enumerate(told["costs"]) for t, cost in enumerate(row) if cost is None}
    hold(apart == null and len(told["forbidden"]) == len(null), "forbidden pairs are not those without a cost")


def main(path, plan, people, matrix=None):
    try:
        told = load(pathlib.Path(path))
        hold(told["format"] == "revier staff 1", "another format")
        at, places, pairs = pairs_of(told)
        proof(told, pairs)
        swaps(told, at, pairs)
        inputs = Inputs(told, pathlib.Path(plan), pathlib.Path(people), matrix and pathlib.Path(matrix))
        costs(told, at, places, inputs)
    except Unread as error:
        print(f"cannot be read: {error}")
        return 2
    except (Wrong, KeyError, TypeError, ValueError, AttributeError) as wrong:
        print(f"DOES NOT HOLD: {wrong!r}")
        return 1
    print(f"holds: {len(pairs)} pairs cost {float(told['total'])}, no staffing has more, or as many for less")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
