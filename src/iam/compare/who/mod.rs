//! The callers of requests, as far as `Principal` elements and the keys that tell the caller sort them.
//!
//! The keys that AWS fills in from the caller stand here and not in dimensions of their own: a user of an
//! account that no policy names cannot have `aws:PrincipalAccount` of one that is named.

mod callers;
mod element;
mod keys;

use super::super::condition::Clause;
use super::super::principal;
use super::super::request::{Caller, Context};
use super::super::truth::Truth;
use super::bits::Bits;
use super::classes::Class;
use super::dimension::{Dimension, split};
use super::reason::Reason;
pub(super) use element::Element;
pub(super) use keys::{KEYS, context_of};

/// A caller, and which of the elements that leave it open hold of it.
#[derive(Clone, Debug)]
pub(super) struct Who {
    pub(super) caller: Caller,
    pub(super) context: Context,
    held: Bits,
}

/// Sorts callers. `known` tells the values of some keys.
pub(super) fn who(elements: &[Element<'_>], known: Option<&Context>) -> Result<Dimension<Who>, Reason> {
    if elements.is_empty() {
        // Any caller will do.
        let caller = Caller::Role {
            role: "arn:aws:iam::111122223333:role/example".into(),
            session: Some("arn:aws:sts::111122223333:assumed-role/example/session".into()),
        };
        let who = Who { caller, context: Context::open(), held: Bits::default() };
        return Ok(Dimension::new(vec![who], 0, |_, _| true));
    }
    let fits = |context: &Context| {
        KEYS.iter().all(|key| {
            known.and_then(|known| known.get_if_set(key)).is_none_or(|value| context.get(key) == Some(value))
        })
    };
    let mut values = Vec::new();
    for caller in callers::callers(elements, known)? {
        let context = context_of(&caller);
        if !fits(&context) {
            continue;
        }
        let whole = known.map_or_else(|| context.clone(), |known| context.clone().over(known));
        let says: Vec<Truth> = elements.iter().map(|element| says(element, &caller, &whole)).collect();
        let held = Bits::of(says.len(), |at| says.get(at) > Some(&Truth::No));
        let open: Vec<usize> = (0..says.len()).filter(|&at| says.get(at) == Some(&Truth::Unknown)).collect();
        for class in split(vec![Class { example: String::new(), members: held }], &open, &[])? {
            values.push(Who { caller: caller.clone(), context: context.clone(), held: class.members });
        }
    }
    Ok(Dimension::new(values, elements.len(), |element, who| who.held.has(element)))
}

fn says(element: &Element<'_>, caller: &Caller, context: &Context) -> Truth {
    match element {
        Element::Named(principals, effect) => principal::naming(principals, *effect, caller).any(),
        Element::Key(condition, version) => Clause::new(condition, *version).holds(context, &mut |_| {}),
    }
}
