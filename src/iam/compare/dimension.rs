//! One thing that requests differ in, with finitely many values that policies can tell apart.

use super::bits::Bits;
use super::classes::Class;
use super::reason::Reason;

/// How many variables may meet in one text before their combinations are too many to go through.
const MAX_FREE: usize = 6;

/// The values of a dimension and what the elements of statements say of each.
#[derive(Clone, Debug)]
pub(super) struct Dimension<V> {
    pub(super) values: Vec<V>,
    /// Of each element, by its number, the values for which it holds.
    pub(super) truths: Vec<Bits>,
}

impl<V> Dimension<V> {
    /// Tabulates what each of `elements` elements says of each value.
    pub(super) fn new(values: Vec<V>, elements: usize, holds: impl Fn(usize, &V) -> bool) -> Dimension<V> {
        let truth = |element| Bits::of(values.len(), |at| values.get(at).is_some_and(|value| holds(element, value)));
        let truths = (0..elements).map(truth).collect();
        Dimension { values, truths }
    }
}

/// Splits classes by what is not told: each of the patterns numbered in `free` may or may not take in a text
/// that its shape allows. `implies`: whatever the first takes in, the second does.
pub(super) fn split(classes: Vec<Class>, free: &[usize], implies: &[(usize, usize)]) -> Result<Vec<Class>, Reason> {
    let mut all = Vec::with_capacity(classes.len());
    for class in classes {
        let open: Vec<usize> = free.iter().copied().filter(|&number| class.members.has(number)).collect();
        if open.len() > MAX_FREE {
            return Err(Reason::TooManyVariables);
        }
        for choice in 0..1_usize << open.len() {
            let denied = |place: &usize| choice >> place & 1 == 1;
            let left_out: Vec<usize> =
                (0..open.len()).filter(denied).filter_map(|place| open.get(place).copied()).collect();
            let broken = |&(narrow, wide): &(usize, usize)| {
                left_out.contains(&wide) && open.contains(&narrow) && !left_out.contains(&narrow)
            };
            if implies.iter().any(broken) {
                continue;
            }
            let mut members = class.members.clone();
            members.retain(|number| !left_out.contains(&number));
            all.push(Class { example: class.example.clone(), members });
        }
    }
    Ok(all)
}
