//! The figures of the car profile: those of OSRM's (project-osrm.org, `profiles/car.lua` and `profiles/lib/obstacles.lua`, 2-clause BSD).

/// The number of this profile: graphs that another one made are not used.
pub(super) const VERSION: u32 = 1;

/// km/h of a class of roads where nothing else is said.
pub(super) const CLASSES: [(&str, f64); 15] = [
    ("motorway", 90.0),
    ("motorway_link", 45.0),
    ("trunk", 85.0),
    ("trunk_link", 40.0),
    ("primary", 65.0),
    ("primary_link", 30.0),
    ("secondary", 55.0),
    ("secondary_link", 25.0),
    ("tertiary", 40.0),
    ("tertiary_link", 20.0),
    ("unclassified", 25.0),
    ("residential", 25.0),
    ("living_street", 10.0),
    ("service", 15.0),
    ("road", 25.0),
];
/// km/h of any other way that is open to cars by name.
pub(super) const OTHER: f64 = 10.0;
/// km/h of a ferry that does not say how long it takes, of a train for cars, of a bridge that moves.
pub(super) const FERRY: f64 = 5.0;
pub(super) const SHUTTLE: f64 = 10.0;
pub(super) const MOVABLE: f64 = 5.0;
/// Of a speed limit, what is driven on the way.
pub(super) const OF_LIMIT: f64 = 0.8;

/// The most km/h on a surface.
pub(super) const SURFACES: [(&str, f64); 26] = [
    ("cement", 80.0),
    ("compacted", 80.0),
    ("fine_gravel", 80.0),
    ("paving_stones", 60.0),
    ("metal", 60.0),
    ("bricks", 60.0),
    ("grass", 40.0),
    ("wood", 40.0),
    ("sett", 40.0),
    ("grass_paver", 40.0),
    ("gravel", 40.0),
    ("unpaved", 40.0),
    ("ground", 40.0),
    ("dirt", 40.0),
    ("pebblestone", 40.0),
    ("tartan", 40.0),
    ("cobblestone", 30.0),
    ("clay", 30.0),
    ("earth", 20.0),
    ("stone", 20.0),
    ("rocky", 20.0),
    ("sand", 20.0),
    ("laterite", 15.0),
    ("mud", 10.0),
    ("ice", 20.0),
    ("snow", 30.0),
];
pub(super) const TRACKS: [(&str, f64); 5] = [
    ("grade1", 60.0),
    ("grade2", 40.0),
    ("grade3", 30.0),
    ("grade4", 25.0),
    ("grade5", 20.0),
];
pub(super) const SMOOTH: [(&str, f64); 5] = [
    ("intermediate", 80.0),
    ("bad", 40.0),
    ("very_bad", 20.0),
    ("horrible", 10.0),
    ("very_horrible", 5.0),
];

/// Who may drive, most particular first.
pub(super) const ACCESS: [&str; 4] = ["motorcar", "motor_vehicle", "vehicle", "access"];
pub(super) const OPEN: [&str; 7] = [
    "yes",
    "motorcar",
    "motor_vehicle",
    "vehicle",
    "permissive",
    "designated",
    "hov",
];
/// Open to who lives or delivers there, and to nobody who passes through.
pub(super) const LOCAL: [&str; 7] = [
    "private",
    "delivery",
    "destination",
    "customers",
    "permit",
    "residents",
    "unknown",
];
pub(super) const SHUT: [&str; 14] = [
    "no",
    "agricultural",
    "forestry",
    "emergency",
    "psv",
    "taxi",
    "share_taxi",
    "minibus",
    "bus",
    "foot",
    "emergency_vehicle",
    "restricted",
    "military",
    "official",
];
/// The car: m high and wide, t heavy.
pub(super) const HEIGHT: f64 = 2.0;
pub(super) const WIDTH: f64 = 1.9;
pub(super) const WEIGHT: f64 = 2.0;

/// Seconds that a gate takes, a traffic light, a sign.
pub(super) const GATE: f64 = 60.0;
pub(super) const LIGHT: f64 = 2.0;
pub(super) const STOP: f64 = 2.0;
pub(super) const GIVE_WAY: f64 = 1.0;
/// Barriers that let cars pass.
pub(super) const PASSABLE: [&str; 8] = [
    "cattle_grid",
    "border_control",
    "toll_booth",
    "sally_port",
    "no",
    "entrance",
    "height_restrictor",
    "arch",
];
