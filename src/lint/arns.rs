//! Checks of ARNs against the resource types of their services, as the catalog knows them.

use super::finding::Findings;
use super::view::{Entry, View};
use crate::catalog::{Catalog, names_type, opened};

/// Whether the ARN may be of a type that the catalog knows; if not, that is told.
pub(super) fn check(view: &View<'_>, entry: &Entry<'_>, findings: &mut Findings<'_>) -> bool {
    let catalog = view.catalog;
    let plain = opened(entry.text);
    let parts: Vec<&str> = plain.splitn(6, ':').collect();
    let &["arn", partition, service, region, account, resource] = parts.as_slice() else { return true };
    // What is wrong with the form is told elsewhere.
    let is_plain = |byte: u8| !byte.is_ascii_uppercase() && !matches!(byte, b'*' | b'?');
    if service.is_empty() || !service.bytes().all(is_plain) || resource.is_empty() {
        return true;
    }
    let formats = catalog.formats(service);
    if formats.is_empty() {
        return is_service(catalog, service, entry, findings);
    }
    let fitting: Vec<&str> = formats.iter().map(String::as_str).filter(|format| catalog.fits(format, &plain)).collect();
    if !fitting.is_empty() {
        left_out(entry, region, account, &fitting, findings);
        spelled(entry, &plain, &fitting, findings);
        return true;
    }
    // Without region and account it may be of some type, which then has none.
    let bare = format!("arn:{partition}:{service}:::{resource}");
    let similar: Vec<&str> = formats.iter().map(String::as_str).filter(|format| catalog.fits(format, &bare)).collect();
    too_much(entry, region, account, &similar, findings);
    false
}

fn is_service(catalog: &Catalog, service: &str, entry: &Entry<'_>, findings: &mut Findings<'_>) -> bool {
    let known = !catalog.service(service).is_empty();
    if !known {
        let sentence = format!("there is no service `{service}`");
        findings.add("INVALID_SERVICE", &entry.place, sentence, "use the service prefix of the resource");
    }
    known
}

fn part(format: &str, place: usize) -> &str {
    format.split(':').nth(place).unwrap_or_default()
}

/// Parts that all types which fit have, and the ARN has not.
fn left_out(entry: &Entry<'_>, region: &str, account: &str, fitting: &[&str], findings: &mut Findings<'_>) {
    let all = |place: usize| fitting.iter().all(|format| !part(format, place).is_empty());
    let mut add = |id: &'static str, what: &str| {
        let sentence = format!("`{}` names no {what}, so it matches no resource", entry.text);
        findings.add(id, &entry.place, sentence, format!("write the {what}, or `*`"));
    };
    if region.is_empty() && all(3) {
        add("MISSING_ARN_REGION", "region");
    }
    if account.is_empty() && all(4) {
        add("MISSING_ARN_ACCOUNT", "account");
    }
}

/// Parts that the ARN has, and no type like it.
fn too_much(entry: &Entry<'_>, region: &str, account: &str, similar: &[&str], findings: &mut Findings<'_>) {
    let mut add = |id: &'static str, sentence: String, fix: &str| findings.add(id, &entry.place, sentence, fix);
    let none = |place: usize| !similar.is_empty() && similar.iter().all(|format| part(format, place).is_empty());
    let (no_region, no_account) = (none(3) && !region.is_empty(), none(4) && !account.is_empty());
    if no_region {
        add("ARN_REGION_NOT_ALLOWED", format!("ARNs like `{}` have no region", entry.text), "leave the region empty");
    }
    if no_account {
        add("ARN_ACCOUNT_NOT_ALLOWED", format!("ARNs like `{}` have no account", entry.text), "leave it empty");
    }
    if !no_region && !no_account {
        let sentence = format!("`{}` is of no resource type of its service", entry.text);
        add("INVALID_ARN_RESOURCE", sentence, "write it as the service's resource types are written");
    }
}

/// AWS allows no wildcard in the type of a resource.
fn spelled(entry: &Entry<'_>, plain: &str, fitting: &[&str], findings: &mut Findings<'_>) {
    if !fitting.iter().any(|format| names_type(format, plain)) {
        let sentence = format!("the wildcard in `{}` stands in the resource type", entry.text);
        findings.add("WILDCARD_IN_RESOURCE_TYPE", &entry.place, sentence, "write out the type, or `*` for all");
    }
}
