//! How fast a car drives a way of OpenStreetMap, and whether it may.
//!
//! What the tags mean is said in the OpenStreetMap wiki (`Key:highway`, `Key:access`, `Key:maxspeed`); `car` has the figures.

use super::car::*;

/// What a way is for a car.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drive {
    /// km/h in the order of the nodes, and against it; `None` where it is not driven so.
    pub kmh: [Option<f64>; 2],
    /// Seconds of the whole way, whatever its length: a ferry's timetable.
    pub seconds: Option<f64>,
    /// Whether it is for who has business there only.
    pub local: bool,
}

/// What a node does to who passes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Nobody passes.
    Shut,
    /// Passing takes so many milliseconds in the order of the way's nodes, and against it.
    Slow([u32; 2]),
}

/// Tags by key.
pub(super) struct Tags<'a>(pub Vec<(&'a str, &'a str)>);

impl<'a> Tags<'a> {
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
    }

    fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// The most particular word on access.
    fn access(&self) -> Option<&'a str> {
        ACCESS.iter().find_map(|key| self.get(key))
    }

    fn found(&self, key: &str, table: &[(&str, f64)]) -> Option<f64> {
        let value = self.get(key)?;
        table.iter().find(|(k, _)| *k == value).map(|(_, v)| *v)
    }
}

/// How a car drives a way with these tags; `None` where it does not.
pub(super) fn drive(tags: &Tags<'_>) -> Option<Drive> {
    let highway = tags.get("highway").unwrap_or("");
    let route = tags.get("route").unwrap_or("");
    let access = tags.access();
    let open = access.is_some_and(|a| OPEN.contains(&a));
    let local = access.is_some_and(|a| LOCAL.contains(&a));
    if access.is_some_and(|a| SHUT.contains(&a))
        || too_small(tags)
        || tags.is("smoothness", "impassable")
    {
        return None;
    }
    if tags.is("area", "yes")
        || ["reversible", "alternating"]
            .iter()
            .any(|v| tags.is("oneway", v))
    {
        return None;
    }
    let class = CLASSES
        .iter()
        .find(|(name, _)| *name == highway)
        .map(|(_, kmh)| *kmh);
    let ferry = match route {
        "ferry" => Some(FERRY),
        "shuttle_train" => Some(SHUTTLE),
        _ => None,
    };
    let shut_class = [
        "construction",
        "proposed",
        "steps",
        "platform",
        "raceway",
        "escape",
        "bus_guideway",
        "busway",
    ];
    let kmh = match (ferry, class) {
        (Some(kmh), _) | (None, Some(kmh)) => kmh,
        (None, None) if open && !highway.is_empty() && !shut_class.contains(&highway) => OTHER,
        _ => return None,
    };
    if highway == "service" && (access == Some("private") || tags.is("service", "emergency_access"))
    {
        return None;
    }
    let moves = tags.is("bridge", "movable");
    let timed = ferry.is_some() || moves;
    let seconds = tags.get("duration").filter(|_| timed).and_then(duration);
    let base = if moves { MOVABLE } else { kmh };
    let speed = |direction: &str| match timed {
        true => base,
        false => cap(
            tags,
            limit(tags, direction).map_or(base, |most| most * OF_LIMIT),
        ),
    };
    let [forward, backward] = directions(tags, highway);
    Some(Drive {
        kmh: [
            forward.then(|| speed("maxspeed:forward")),
            backward.then(|| speed("maxspeed:backward")),
        ],
        seconds,
        local,
    })
}

/// Whether it is driven in the order of its nodes, and against it.
fn directions(tags: &Tags<'_>, highway: &str) -> [bool; 2] {
    let oneway = ACCESS[..3]
        .iter()
        .find_map(|key| tags.get(&format!("oneway:{key}")))
        .or_else(|| tags.get("oneway"));
    let round = ["roundabout", "circular"]
        .iter()
        .any(|v| tags.is("junction", v));
    match oneway {
        Some("yes" | "1" | "true") => [true, false],
        Some("-1" | "reverse") => [false, true],
        Some("no" | "0" | "false") => [true, true],
        _ if round || highway == "motorway" => [true, false],
        _ => [true, true],
    }
}

/// What a car does not fit through.
fn too_small(tags: &Tags<'_>) -> bool {
    let below = |key: &str, need: f64| {
        tags.get(key)
            .and_then(number)
            .is_some_and(|most| most < need)
    };
    below("maxheight", HEIGHT) || below("maxwidth", WIDTH) || below("maxweight", WEIGHT)
}

/// The speed, no more than the surface bears.
fn cap(tags: &Tags<'_>, kmh: f64) -> f64 {
    let caps = [
        ("surface", &SURFACES[..]),
        ("tracktype", &TRACKS),
        ("smoothness", &SMOOTH),
    ];
    let caps = caps
        .iter()
        .filter_map(|(key, table)| tags.found(key, table));
    caps.fold(kmh, f64::min)
}

/// The speed limit, km/h.
fn limit(tags: &Tags<'_>, direction: &str) -> Option<f64> {
    [direction, "maxspeed"]
        .iter()
        .find_map(|key| tags.get(key).and_then(speed_of))
}

/// `50`, `30 mph`, `none`, `DE:urban`.
fn speed_of(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Some(miles) = text.strip_suffix("mph") {
        return number(miles).map(|x| x * 1.609_344).filter(|x| *x > 0.0);
    }
    let kmh = match text {
        "none" => 140.0,
        "walk" => 10.0,
        _ => match text.rsplit_once(':') {
            Some((_, "urban")) => 50.0,
            Some(("DE" | "PL" | "AT", "rural")) => 100.0,
            Some(("CH" | "DK" | "FR" | "NL" | "FI", "rural")) => 80.0,
            Some((_, "rural")) => 90.0,
            Some(("DE", "motorway")) => return None,
            Some((_, "trunk")) => 110.0,
            Some((_, "motorway")) => 130.0,
            Some((_, "living_street")) => 10.0,
            Some((_, zone)) => number(zone)?,
            None => number(text)?,
        },
    };
    (kmh > 0.0).then_some(kmh)
}

/// The number that a text begins with: `2.5`, `7.5 t`.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    text[..end].parse().ok().filter(|x: &f64| x.is_finite())
}

/// Seconds of `PT1H30M`, `1:30`, `01:30:00`, or minutes.
fn duration(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Some(iso) = text.strip_prefix("PT") {
        let (mut seconds, mut rest) = (0.0, iso);
        while let Some(at) = rest.find(['H', 'M', 'S']) {
            let unit = match rest.as_bytes()[at] {
                b'H' => 3600.0,
                b'M' => 60.0,
                _ => 1.0,
            };
            seconds += number(&rest[..at])? * unit;
            rest = &rest[at + 1..];
        }
        return (seconds > 0.0).then_some(seconds);
    }
    let parts: Option<Vec<f64>> = text.split(':').map(|p| p.parse().ok()).collect();
    let seconds = match parts?.as_slice() {
        [minutes] => minutes * 60.0,
        [h, m] => h * 3600.0 + m * 60.0,
        [h, m, s] => h * 3600.0 + m * 60.0 + s,
        _ => return None,
    };
    (seconds > 0.0 && seconds.is_finite()).then_some(seconds)
}

/// What a node with these tags does to cars; `None` where nothing.
pub(super) fn node(tags: &Tags<'_>) -> Option<Node> {
    let mut seconds = [0.0; 2];
    match tags.access() {
        Some(access) if SHUT.contains(&access) => return Some(Node::Shut),
        Some(_) => {}
        None => {
            if let Some(barrier) = tags.get("barrier") {
                if ["gate", "lift_gate"].contains(&barrier) {
                    seconds = [GATE; 2];
                } else if !passes(tags, barrier) {
                    return Some(Node::Shut);
                }
            }
        }
    }
    let sign = match tags.get("highway") {
        Some("traffic_signals") => LIGHT,
        Some("stop") => STOP,
        Some("give_way") => GIVE_WAY,
        _ => 0.0,
    };
    let direction = tags
        .get("traffic_signals:direction")
        .or_else(|| tags.get("direction"));
    if direction != Some("backward") {
        seconds[0] += sign;
    }
    if direction != Some("forward") {
        seconds[1] += sign;
    }
    let ms = seconds.map(|s| (s * 1000.0) as u32);
    (ms != [0, 0]).then_some(Node::Slow(ms))
}

/// Whether a car gets past a barrier of which nothing says who may.
fn passes(tags: &Tags<'_>, barrier: &str) -> bool {
    let low = tags
        .get("maxheight")
        .and_then(number)
        .is_some_and(|most| most < HEIGHT);
    let flat = ["lowered", "flush"].iter().any(|v| tags.is("kerb", v));
    let crossing = barrier == "kerb" && tags.is("highway", "crossing");
    let open = PASSABLE.contains(&barrier) && !(barrier == "height_restrictor" && low);
    open || flat || crossing || tags.is("bollard", "rising")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tags: &[(&'static str, &'static str)]) -> Option<Drive> {
        drive(&Tags(tags.to_vec()))
    }

    fn kmh(tags: &[(&'static str, &'static str)]) -> [Option<f64>; 2] {
        of(tags).map_or([None; 2], |d| d.kmh)
    }

    #[test]
    fn speeds_follow_class_limit_and_surface() {
        assert_eq!(kmh(&[("highway", "primary")]), [Some(65.0); 2]);
        assert_eq!(
            kmh(&[("highway", "primary"), ("maxspeed", "100")]),
            [Some(80.0); 2]
        );
        assert_eq!(
            kmh(&[("highway", "primary"), ("surface", "gravel")]),
            [Some(40.0); 2]
        );
        let mph = kmh(&[("highway", "primary"), ("maxspeed", "50 mph")]);
        assert!((mph[0].unwrap() - 64.373_76).abs() < 1e-9);
        assert_eq!(
            kmh(&[("highway", "residential"), ("maxspeed", "DE:urban")]),
            [Some(40.0); 2]
        );
        assert_eq!(
            kmh(&[("highway", "motorway"), ("maxspeed", "none")]),
            [Some(112.0), None]
        );
        assert_eq!(
            kmh(&[
                ("highway", "primary"),
                ("maxspeed:forward", "50"),
                ("maxspeed", "70")
            ]),
            [Some(40.0), Some(56.0)]
        );
    }

    #[test]
    fn directions_follow_oneway_and_junction() {
        assert_eq!(
            kmh(&[("highway", "tertiary"), ("oneway", "-1")]),
            [None, Some(40.0)]
        );
        assert_eq!(
            kmh(&[("highway", "tertiary"), ("junction", "roundabout")]),
            [Some(40.0), None]
        );
        assert_eq!(
            kmh(&[("highway", "motorway"), ("oneway", "no")]),
            [Some(90.0); 2]
        );
        assert_eq!(
            of(&[("highway", "tertiary"), ("oneway", "reversible")]),
            None
        );
        assert_eq!(
            kmh(&[
                ("highway", "tertiary"),
                ("oneway", "yes"),
                ("oneway:motor_vehicle", "no")
            ]),
            [Some(40.0); 2]
        );
    }

    #[test]
    fn access_shuts_ways_or_makes_them_local() {
        assert_eq!(of(&[("highway", "footway")]), None);
        assert_eq!(of(&[("highway", "track")]), None);
        assert_eq!(
            kmh(&[("highway", "track"), ("motor_vehicle", "yes")]),
            [Some(10.0); 2]
        );
        assert_eq!(of(&[("highway", "residential"), ("access", "no")]), None);
        assert!(
            of(&[
                ("highway", "residential"),
                ("access", "no"),
                ("motorcar", "yes")
            ])
            .is_some()
        );
        assert!(
            of(&[("highway", "residential"), ("motor_vehicle", "destination")])
                .unwrap()
                .local
        );
        assert_eq!(of(&[("highway", "service"), ("access", "private")]), None);
        assert_eq!(
            of(&[("highway", "residential"), ("maxheight", "1.8")]),
            None
        );
        assert_eq!(of(&[("highway", "construction"), ("access", "yes")]), None);
        assert_eq!(of(&[("building", "yes")]), None);
    }

    #[test]
    fn ferries_keep_their_timetable() {
        let at = |text| {
            of(&[("route", "ferry"), ("duration", text)])
                .unwrap()
                .seconds
        };
        assert_eq!(at("00:15"), Some(900.0));
        assert_eq!(at("PT1H30M"), Some(5400.0));
        assert_eq!(at("20"), Some(1200.0));
        assert_eq!(at("01:00:30"), Some(3630.0));
        assert_eq!(at("soon"), None);
        assert_eq!(of(&[("route", "ferry"), ("motor_vehicle", "no")]), None);
        assert_eq!(kmh(&[("route", "ferry")]), [Some(5.0); 2]);
    }

    #[test]
    fn nodes_shut_or_slow() {
        let of = |tags: &[(&'static str, &'static str)]| node(&Tags(tags.to_vec()));
        assert_eq!(of(&[("barrier", "bollard")]), Some(Node::Shut));
        assert_eq!(
            of(&[("barrier", "bollard"), ("motor_vehicle", "yes")]),
            None
        );
        assert_eq!(of(&[("barrier", "gate")]), Some(Node::Slow([60_000; 2])));
        assert_eq!(
            of(&[("barrier", "gate"), ("access", "no")]),
            Some(Node::Shut)
        );
        assert_eq!(
            of(&[
                ("highway", "traffic_signals"),
                ("traffic_signals:direction", "forward")
            ]),
            Some(Node::Slow([2000, 0]))
        );
        assert_eq!(of(&[("highway", "crossing")]), None);
        assert_eq!(of(&[("barrier", "toll_booth")]), None);
    }
}
