//! The question of new access, group by group of actions.

use std::cell::OnceCell;

use super::super::policy::Effect;
use super::super::request::Context;
use super::super::truth::Truth;
use super::actions::{Finder, Group, groups};
use super::bits::Bits;
use super::confirm::Judge;
use super::lines::{Line, Side, lines};
use super::outline::outline;
use super::reason::Reason;
use super::search::{Choice, Search};
use super::space::Space;
use super::variables;
use super::{Access, Example, Gain, Gains, NewAccess, Place, Universe};

/// How many requests that the evaluator does not confirm are looked at before the question is left open.
const MAX_UNCONFIRMED: usize = 64;

pub(super) fn new_access(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>) -> NewAccess {
    let mut first = None;
    let mut undecided = None;
    let asked = ask(old, new, universe, &mut |case, finder, group, answer| {
        match answer {
            Ok(example) => first = Some(case.in_known_words(example, finder.named(group, universe))),
            Err(reason) => drop(undecided.get_or_insert(reason)),
        }
        first.is_some()
    });
    match (first, asked.err().or(undecided)) {
        (Some(example), _) => NewAccess::Some(Box::new(example)),
        (None, None) => NewAccess::None,
        (None, Some(reason)) => NewAccess::Undecided(reason),
    }
}

pub(super) fn gains(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>) -> Gains {
    let mut gains = Gains::default();
    let mut known = None;
    let asked = ask(old, new, universe, &mut |case, finder, group, answer| {
        match answer {
            Ok(example) => {
                let known = known.get_or_insert_with(|| finder.by_lines(universe));
                let actions = known.get(&group.lines).cloned().unwrap_or_default();
                let example = case.in_known_words(example, actions.first().copied());
                let allowed_by = case.allowed_by(&example);
                let actions = actions.into_iter().map(str::to_owned).collect();
                let statements = finder.places(group);
                gains.found.push(Gain { example, actions, allowed_by, statements });
            }
            Err(reason) => gains.undecided.push((group.action.clone(), reason)),
        }
        false
    });
    gains.undecided.extend(asked.err().map(|reason| ("*".to_owned(), reason)));
    gains
}

/// Hears of a group with new access, or one of which it is not known. Says whether to stop.
type Listener<'l> = &'l mut dyn FnMut(&Case<'_>, &Finder, &Group, Result<Example, Reason>) -> bool;

fn ask(old: &Access<'_>, new: &Access<'_>, universe: &Universe<'_>, tell: Listener<'_>) -> Result<(), Reason> {
    let lines = lines(old, new);
    let finder = Finder::new(&lines);
    let case = Case { old, new, universe, judges: OnceCell::new() };
    if !universe.closed && nothing_is_new(&lines, &finder, &case) {
        return Ok(());
    }
    for group in groups(&lines, &finder, universe)? {
        let lines: Vec<&Line<'_>> = group.lines.iter().filter_map(|number| lines.get(number)).collect();
        let answer = Question { case: &case, action: &group.action, lines }.answer();
        if answer.transpose().is_some_and(|answer| tell(&case, &finder, &group, answer)) {
            break;
        }
    }
    Ok(())
}

/// Whether the outline of what actions may meet shows that there is no new access: for none of its groups is there a
/// request, for whatever action. `false`: it is not known.
fn nothing_is_new(lines: &[Line<'_>], finder: &Finder, case: &Case<'_>) -> bool {
    // Everyone needs a permission for it.
    const ANY: &str = "any:Action";
    let Some(outline) = outline(lines) else {
        return false;
    };
    let mut groups = finder.of_named(lines);
    groups.extend(outline);
    groups.iter().all(|group| {
        let lines: Vec<&Line<'_>> = group.iter().filter_map(|number| lines.get(number)).collect();
        matches!(Question { case, action: ANY, lines }.answer(), Ok(None))
    })
}

/// The two sides.
struct Case<'c> {
    old: &'c Access<'c>,
    new: &'c Access<'c>,
    universe: &'c Universe<'c>,
    judges: OnceCell<(Judge, Judge)>,
}

impl Case<'_> {
    fn judges(&self) -> &(Judge, Judge) {
        self.judges.get_or_init(|| (Judge::new(self.old), Judge::new(self.new)))
    }

    /// Whether the evaluator says that the request is new access; `Unknown`: it leaves it open.
    fn confirms(&self, example: &Example) -> Truth {
        let (old, new) = self.judges();
        example.ask(|request| new.allows(request).and(!old.allows(request)))
    }

    /// The new statements that allow the request.
    fn allowed_by(&self, example: &Example) -> Vec<Place> {
        example.ask(|request| self.judges().1.allowing(request))
    }

    /// The same request for an action that the catalog knows, if there is one of the group.
    fn in_known_words(&self, example: Example, named: Option<&str>) -> Example {
        let named = named.map(|action| Example { action: action.to_owned(), ..example.clone() });
        named.filter(|named| self.confirms(named) == Truth::Yes).unwrap_or(example)
    }
}

/// Whether there is new access within a group of actions.
struct Question<'q> {
    case: &'q Case<'q>,
    action: &'q str,
    lines: Vec<&'q Line<'q>>,
}

impl Question<'_> {
    /// A request, or none; the reason where neither could be shown.
    fn answer(&self) -> Result<Option<Example>, Reason> {
        if self.is_plain() {
            return Ok(None);
        }
        let universe = self.case.universe;
        let space = Space::new(&self.lines, universe, None)?;
        let reason = match self.search(&space, &Context::open()) {
            Err(reason) => reason,
            decided => return decided,
        };
        let keys = variables::keys(&self.lines);
        if keys.is_empty() || reason == Reason::Steps {
            return Err(reason);
        }
        for known in variables::assignments(&keys, &space) {
            let filled = Space::new(&self.lines, universe, Some(&known))?;
            if let Ok(Some(example)) = self.search(&filled, &known) {
                return Ok(Some(example));
            }
        }
        Err(Reason::Variables(keys))
    }

    /// Whether the texts of the statements show that there is no new access: some layer of the new policies allows
    /// nothing, or each layer of the old has all the Allows of some layer of the new, and their Denies are no more.
    fn is_plain(&self) -> bool {
        let contents = |side, effect, layer: usize| -> Vec<usize> {
            let lines = self.lines.iter().filter(|line| line.is(side, effect) && line.place.layer == layer);
            lines.map(|line| line.content).collect()
        };
        let new_layers: Vec<Vec<usize>> =
            (0..self.case.new.layers.len()).map(|layer| contents(Side::New, Effect::Allow, layer)).collect();
        if new_layers.is_empty() || new_layers.iter().any(Vec::is_empty) {
            return !new_layers.is_empty();
        }
        let denied_still = |line: &&&Line<'_>| {
            self.lines.iter().any(|other| other.is(Side::New, Effect::Deny) && other.content == line.content)
        };
        let mut old_denies = self.lines.iter().filter(|line| line.is(Side::Old, Effect::Deny));
        old_denies.all(|line| denied_still(&line))
            && (0..self.case.old.layers.len()).all(|layer| {
                let allowed = contents(Side::Old, Effect::Allow, layer);
                new_layers.iter().any(|new| new.iter().all(|content| allowed.contains(content)))
            })
    }

    /// Looks for a request in every way in which the old policies may fail to allow it.
    fn search(&self, space: &Space, known: &Context) -> Result<Option<Example>, Reason> {
        let must = self.allowed_by_new(space);
        let mut unconfirmed = None;
        let mut undecided = None;
        for fails in self.refused_by_old(space) {
            let choices: Vec<&Choice> = must.iter().chain(&fails).collect();
            let mut example = None;
            let mut tries = 0;
            let mut found = |domains: &[Bits]| {
                let Some(request) = space.example(self.action, domains) else {
                    return true;
                };
                let request = with_known(request, known);
                if self.case.confirms(&request) == Truth::Yes {
                    example = Some(request);
                    return true;
                }
                unconfirmed.get_or_insert(Reason::Contested(request.resource));
                tries += 1;
                tries >= MAX_UNCONFIRMED
            };
            let mut search = Search { found: &mut found, steps: 0 };
            match search.run(space.domains_for(self.action), &choices) {
                Ok(_) if example.is_some() => return Ok(example),
                Ok(_) => {}
                Err(reason) => drop(undecided.get_or_insert(reason)),
            }
        }
        undecided.or(unconfirmed).map_or(Ok(None), Err)
    }

    fn allowed_by_new(&self, space: &Space) -> Vec<Choice> {
        let mut choices = space.needs();
        for layer in 0..self.case.new.layers.len() {
            let allows = self.numbers(Side::New, Effect::Allow).filter(|(_, line)| line.place.layer == layer);
            choices.push(allows.filter_map(|(number, _)| space.demands.get(number).cloned()).collect());
        }
        choices.extend(self.numbers(Side::New, Effect::Deny).map(|(number, _)| space.refusal(number)));
        choices
    }

    /// Each way in which the old policies refuse: one of their Denies, or all Allows of a layer failing.
    fn refused_by_old(&self, space: &Space) -> Vec<Vec<Choice>> {
        let mut ways = Vec::new();
        for layer in 0..self.case.old.layers.len() {
            let allows = self.numbers(Side::Old, Effect::Allow).filter(|(_, line)| line.place.layer == layer);
            ways.push(allows.map(|(number, _)| space.refusal(number)).collect());
        }
        let denies = self.numbers(Side::Old, Effect::Deny);
        ways.extend(denies.filter_map(|(number, _)| Some(vec![vec![space.demands.get(number)?.clone()]])));
        ways
    }

    fn numbers(&self, side: Side, effect: Effect) -> impl Iterator<Item = (usize, &&Line<'_>)> {
        self.lines.iter().enumerate().filter(move |(_, line)| line.is(side, effect))
    }
}

/// The request with the values of variables that no dimension holds.
fn with_known(mut example: Example, known: &Context) -> Example {
    for (key, value) in known.present() {
        if !example.context.iter().any(|(other, _)| other == key) {
            example.context.push((key.to_owned(), value.clone()));
        }
    }
    example.context.sort_by(|a, b| a.0.cmp(&b.0));
    example
}
