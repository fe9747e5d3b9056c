//! The map of a problem: what its territories are drawn on, and who borders on whom.

use crate::base::ids::RepIx;
use crate::input::Inputs;
use crate::scenario::Enclaves;
use crate::territory::{Adjacency, Style, Territories, TerritoryError, Tessellation};

/// What a plan of these inputs is drawn on.
pub(crate) struct Map<'a> {
    inputs: &'a Inputs,
    /// `None` where territories are unions of area units.
    tessellation: Option<Tessellation>,
    /// The neighbours of the customers.
    pub graph: Adjacency,
}

impl<'a> Map<'a> {
    /// Triangulates the customers, or takes the borders of their units.
    ///
    /// # Errors
    /// When the places cannot be triangulated.
    pub fn new(inputs: &'a Inputs) -> Result<Map<'a>, TerritoryError> {
        if let Some(units) = &inputs.units {
            return Ok(Map {
                inputs,
                tessellation: None,
                graph: inputs.parted(units.graph().clone()),
            });
        }
        let c = &inputs.customers;
        let reach = inputs.scenario.territories.max_reach_km;
        let tessellation =
            Tessellation::within_reach(&c.lon, &c.lat, inputs.boundary.as_ref(), reach)?;
        Ok(Map {
            inputs,
            graph: inputs.parted(tessellation.adjacency()),
            tessellation: Some(tessellation),
        })
    }

    /// The territories of a plan.
    ///
    /// # Errors
    /// A drawing that breaks one of its own promises.
    pub fn draw(&self, owner: &[RepIx]) -> Result<Territories, TerritoryError> {
        let k = self.inputs.reps.len();
        let wishes = &self.inputs.scenario.territories;
        let forced = (wishes.enclaves == Enclaves::List).then(|| self.inputs.forced(owner));
        let style = Style {
            simplify_m: wishes.simplify_m,
            smooth_m: wishes.smooth_m,
            forced: forced.as_deref(),
        };
        match (&self.tessellation, &self.inputs.units) {
            (Some(tessellation), _) => tessellation.draw_with(owner, k, &style),
            (None, Some(units)) => units.draw(owner, k),
            (None, None) => Err(TerritoryError("there is no map".into())),
        }
    }
}
