//! What becomes of the properties of a file.

use super::super::scalar::Scalar;
use super::super::spelling::named;
use super::{IGNORE, LAT, Sink};

/// What becomes of a property of a file: its slot, and the numbers under which it is carried along, kept for conditions, and looked
/// at for whether the feature is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Uses {
    pub slot: u16,
    pub carried: u16,
    pub compared: u16,
    pub chosen: u16,
}

impl Uses {
    /// Nothing needs it.
    pub const NONE: Uses = Uses {
        slot: IGNORE,
        carried: IGNORE,
        compared: IGNORE,
        chosen: IGNORE,
    };

    /// Of a property whose slot is known.
    pub fn of<S: Sink>(name: &str, slot: u16, sink: &mut S) -> Uses {
        Uses {
            slot,
            carried: carried(name, slot, sink),
            compared: compared(name, sink),
            chosen: chosen(name, sink),
        }
    }
}

/// What becomes of a property of a file.
pub(crate) fn uses_of<S: Sink>(name: &str, sink: &mut S) -> Uses {
    let slot = slot_of(name, sink);
    Uses::of(name, slot, sink)
}

/// The number under which a property is carried along, [`IGNORE`] where it is not.
fn carried<S: Sink>(name: &str, slot: u16, sink: &mut S) -> u16 {
    if !sink.base().carries.any() {
        return IGNORE;
    }
    let name_slot = sink.slot("name");
    let there = slot <= LAT || slot == name_slot;
    let carries = &mut sink.base().carries;
    carries
        .number(name, there, (slot != IGNORE).then_some(slot))
        .unwrap_or(IGNORE)
}

/// The number under which a property is kept for conditions, which may call it by the name that the scenario has for it.
fn compared<S: Sink>(name: &str, sink: &mut S) -> u16 {
    let base = sink.base();
    if !base.compared.any() {
        return IGNORE;
    }
    let called = named(&base.named, name).map(str::to_owned);
    let names = [called.as_deref().unwrap_or(name), name];
    let number = names
        .iter()
        .find_map(|n| base.compared.number(n, false, None));
    number.unwrap_or(IGNORE)
}

/// The number under which a property is looked at by whom it is chosen, by either name.
fn chosen<S: Sink>(name: &str, sink: &mut S) -> u16 {
    let base = sink.base();
    if !base.chosen.any() {
        return IGNORE;
    }
    let called = named(&base.named, name).map(str::to_owned);
    let names = [called.as_deref().unwrap_or(name), name];
    let number = names.iter().find_map(|n| base.chosen.number(n));
    number.unwrap_or(IGNORE)
}

/// Hands a value to whoever uses it.
pub(crate) fn put<S: Sink>(uses: Uses, value: Scalar<'_>, sink: &mut S) {
    if uses.carried != IGNORE {
        let base = sink.base();
        base.carries.set(uses.carried, base.ids.len(), value);
    }
    if uses.compared != IGNORE {
        let base = sink.base();
        base.compared.set(uses.compared, base.ids.len(), value);
    }
    if uses.chosen != IGNORE {
        sink.base().chosen.set(uses.chosen, value);
    }
    if uses.slot != IGNORE {
        sink.set(uses.slot, value);
    }
}

/// The slot of a property of a file: by the scenario where it names a column for it, which nothing else is then.
pub(crate) fn slot_of<S: Sink>(name: &str, sink: &mut S) -> u16 {
    let table = sink.base().table;
    let by_scenario = &sink.base().named;
    match named(by_scenario, name).map(str::to_owned) {
        // Features have geometries of their own.
        Some(property) if property == "geometry" && !table => IGNORE,
        Some(property) => {
            sink.base().met.push(property.clone());
            sink.slot(&property)
        }
        None if by_scenario.contains_key(name) => {
            sink.base().others.push(name.to_owned());
            IGNORE
        }
        None => sink.slot(name),
    }
}
