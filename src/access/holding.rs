//! What a principal may do after everything is subtracted.

use super::change::{Side, Statement};
use super::world::World;
use crate::catalog::AccessLevel;
use crate::fit::Stack;
use crate::grants::{Bearer, Grants};
use crate::iam::compare::{Access, Gain, Place, gains};
use crate::iam::{Condition, Effect, Policy};

/// What one principal may do.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Its ARN.
    pub principal: String,
    /// Layers beside its own policies: its boundary and levels of SCPs.
    pub layers: usize,
    /// By service and access level.
    pub rows: Vec<Row>,
    /// Actions that stand for others like them of which it was not found out, and why.
    pub undecided: Vec<String>,
}

/// Actions of one service and access level that the same statements speak of.
#[derive(Clone, Debug)]
pub struct Row {
    /// The prefix.
    pub service: String,
    /// The access level.
    pub level: AccessLevel,
    /// The actions, sorted.
    pub actions: Vec<String>,
    /// The statements that allow, of the principal's own policies.
    pub allow: Vec<Clause>,
    /// Of the boundary and of each level of SCPs that does not allow everything, the statements that allow.
    pub within: Vec<Vec<Clause>>,
    /// The Denies of any layer.
    pub except: Vec<Clause>,
}

/// A statement, and where it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Which.
    pub statement: Statement,
    /// `on …` or `on anything but …`; empty: on everything.
    pub resources: String,
    /// `key operator values`, each of which must hold.
    pub conditions: Vec<String>,
}

impl Row {
    /// What the statements of a gain say, without actions.
    fn of(gain: &Gain, side: &Side<'_>) -> Row {
        let allows = |layer: usize| {
            let found = gain.statements.iter().filter(|place| place.layer == layer);
            let mut found: Vec<Clause> = found.filter_map(|place| Clause::of(*place, Effect::Allow, side)).collect();
            // Beside a statement that allows everything the others say nothing.
            if let Some(whole) = found.iter().position(Clause::is_whole) {
                found = vec![found.swap_remove(whole)];
            }
            found
        };
        let around = (1..side.0.len()).map(allows).filter(|allow| !allow.iter().any(Clause::is_whole));
        let denies = gain.statements.iter().filter_map(|place| Clause::of(*place, Effect::Deny, side));
        Row {
            service: String::new(),
            level: AccessLevel::List,
            actions: Vec::new(),
            allow: allows(0),
            within: around.collect(),
            except: denies.collect(),
        }
    }

    fn says(&self, other: &Row) -> bool {
        (&self.allow, &self.within, &self.except) == (&other.allow, &other.within, &other.except)
    }
}

impl Clause {
    /// `None`: the statement has the other effect.
    fn of(place: Place, effect: Effect, side: &Side<'_>) -> Option<Clause> {
        let policy: &Policy = side.policy(place)?;
        let written = policy.statements.get(place.statement).filter(|statement| statement.effect == effect)?;
        let resources = match &written.resources {
            Some(list) if !list.negated && list.patterns.iter().any(|pattern| pattern == "*") => String::new(),
            Some(list) if list.negated => format!("on anything but {}", list.patterns.join(", ")),
            Some(list) => format!("on {}", list.patterns.join(", ")),
            None => String::new(),
        };
        let condition = |one: &Condition| format!("{} {} {}", one.key, one.operator, one.values.join(", "));
        let conditions = written.conditions.iter().map(condition).collect();
        Some(Clause { statement: side.statement(place)?, resources, conditions })
    }

    /// Whether it applies to every resource, always.
    pub(super) fn is_whole(&self) -> bool {
        self.resources.is_empty() && self.conditions.is_empty()
    }
}

/// What the principal may do, action by action of the catalog; or why it cannot be told.
pub fn holdings(bearer: Bearer<'_>, grants: &Grants, world: &World<'_>) -> Result<Holding, String> {
    let stack = Stack::of(bearer, grants);
    if !stack.unfit.is_empty() {
        return Err(stack.unfit.join("; "));
    }
    let side = Side::of(&stack);
    let (access, catalog) = (side.access(), world.catalog());
    let found = world.ask(|universe| gains(&Access::nothing(), &access, universe));
    let mut rows: Vec<Row> = Vec::new();
    for gain in &found.found {
        let template = Row::of(gain, &side);
        for action in gain.actions.iter().filter_map(|name| catalog.action(name)) {
            let service = action.name.split(':').next().unwrap_or_default();
            let fits = |row: &&mut Row| row.service == service && row.level == action.level && row.says(&template);
            match rows.iter_mut().find(fits) {
                Some(row) => row.actions.push(action.name.to_string()),
                None => rows.push(Row {
                    service: service.to_owned(),
                    level: action.level,
                    actions: vec![action.name.to_string()],
                    ..template.clone()
                }),
            }
        }
    }
    rows.iter_mut().for_each(|row| row.actions.sort_unstable());
    rows.sort_by(|a, b| (&a.service, a.level, &a.actions).cmp(&(&b.service, b.level, &b.actions)));
    let undecided = found.undecided.iter().map(|(action, reason)| format!("{action}: {reason}")).collect();
    let (principal, layers) = (stack.bearer.owner().arn.clone(), access.layers.len() - 1);
    Ok(Holding { principal, layers, rows, undecided })
}
