//! The dictionary measured on real records: what each event took, against what AWS itself wrote beside it.
//! Every figure is printed; every test has a floor, and a list of the exceptions with their reasons.

mod denials;
mod listed;
mod pairs;
mod passed_roles;
mod records;
mod resources;
