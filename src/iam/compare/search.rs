//! The search for a request: a value in every dimension such that all choices are met.
//!
//! A choice is a list of alternatives, each a list of demands. What follows is taken at once, then the
//! choice with the fewest alternatives left is tried one by one.

use super::bits::Bits;
use super::reason::Reason;

/// Real policies need some dozens; a limit for those made to be hard.
pub(super) const MAX_STEPS: usize = 50_000;

/// The value in this dimension is one of these.
pub(super) type Demand = (usize, Bits);

/// One of the alternatives must hold, with all of its demands.
pub(super) type Choice = Vec<Vec<Demand>>;

/// What is left to be found.
pub(super) struct Search<'f> {
    /// Called with every solution: the values that are left in each dimension, any of which will do.
    /// Says whether to stop.
    pub(super) found: &'f mut dyn FnMut(&[Bits]) -> bool,
    pub(super) steps: usize,
}

impl Search<'_> {
    /// Goes through all solutions; `true` when `found` stopped it.
    pub(super) fn run(&mut self, mut domains: Vec<Bits>, choices: &[&Choice]) -> Result<bool, Reason> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(Reason::Steps);
        }
        let mut open: Vec<&Choice> = choices.to_vec();
        while let Some(progress) = settle(&mut domains, &mut open) {
            if progress {
                continue;
            }
            let possible = |choice: &&Choice| choice.iter().filter(|option| feasible(&domains, option)).count();
            let Some(fewest) = (0..open.len()).min_by_key(|&at| open.get(at).map_or(usize::MAX, possible)) else {
                return Ok((self.found)(&domains));
            };
            let choice = open.swap_remove(fewest);
            return self.branch(domains, choice, &open);
        }
        Ok(false)
    }

    fn branch(&mut self, mut domains: Vec<Bits>, choice: &Choice, open: &[&Choice]) -> Result<bool, Reason> {
        for option in choice.iter().filter(|option| feasible(&domains, option)).collect::<Vec<_>>() {
            if !feasible(&domains, option) {
                continue;
            }
            let mut narrowed = domains.clone();
            demand(&mut narrowed, option);
            if self.run(narrowed, open)? {
                return Ok(true);
            }
            // What this alternative would have allowed was gone through.
            if let [(dimension, values)] = option.as_slice()
                && let Some(domain) = domains.get_mut(*dimension)
            {
                domain.drop_all(values);
                if domain.is_empty() {
                    return Ok(false);
                }
            }
        }
        Ok(false)
    }
}

/// Takes what has to be. `None`: nothing is left; else whether anything was taken.
fn settle<'c>(domains: &mut [Bits], open: &mut Vec<&'c Choice>) -> Option<bool> {
    if domains.iter().any(Bits::is_empty) {
        return None;
    }
    let mut forced: Vec<&'c Vec<Demand>> = Vec::new();
    let mut dead = false;
    open.retain(|choice| {
        let mut possible = choice.iter().filter(|option| feasible(domains, option));
        match (possible.next(), possible.next()) {
            (None, _) => dead = true,
            (Some(only), None) => {
                forced.push(only);
                return false;
            }
            _ => {}
        }
        !choice.iter().any(|option| certain(domains, option))
    });
    if dead {
        return None;
    }
    let progress = forced.iter().any(|option| !certain(domains, option));
    forced.into_iter().for_each(|option| demand(domains, option));
    Some(progress)
}

fn feasible(domains: &[Bits], option: &[Demand]) -> bool {
    option.iter().all(|(dimension, values)| domains.get(*dimension).is_some_and(|domain| domain.meets(values)))
}

fn certain(domains: &[Bits], option: &[Demand]) -> bool {
    option.iter().all(|(dimension, values)| domains.get(*dimension).is_some_and(|domain| domain.within(values)))
}

fn demand(domains: &mut [Bits], option: &[Demand]) {
    for (dimension, values) in option {
        if let Some(domain) = domains.get_mut(*dimension) {
            domain.keep(values);
        }
    }
}
