//! The members of a record that are asked for, as their JSON texts. What they mean is told by `event`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::scan::Scanner;

macro_rules! fields {
    ($($field:ident $name:literal $($alias:literal)?,)*) => {
        /// The JSON text of each member; `None`: absent or `null`.
        #[derive(Debug, Default, PartialEq, Eq)]
        pub(crate) struct Fields<'a> {
            $(pub(crate) $field: Option<&'a str>,)*
        }

        #[derive(Deserialize)]
        struct Raw<'a> {
            $(#[serde(borrow, default, rename = $name $(, alias = $alias)?)] $field: Option<&'a RawValue>,)*
        }

        impl<'a> From<Raw<'a>> for Fields<'a> {
            fn from(raw: Raw<'a>) -> Fields<'a> {
                Fields { $($field: raw.$field.map(RawValue::get),)* }
            }
        }

        impl<'a> Fields<'a> {
            fn without_nulls(self) -> Fields<'a> {
                Fields { $($field: self.$field.filter(|value| *value != "null"),)* }
            }

            /// The place of a member; `None`: it is not asked for.
            fn place(&mut self, name: &str) -> Option<&mut Option<&'a str>> {
                match name {
                    $($name $(| $alias)? => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    time "eventTime",
    source "eventSource",
    name "eventName",
    region "awsRegion",
    id "eventID" "eventId",
    kind "eventType",
    category "eventCategory",
    management "managementEvent",
    read_only "readOnly",
    error_code "errorCode",
    error_message "errorMessage",
    recipient "recipientAccountId",
    identity "userIdentity",
    source_address "sourceIPAddress",
    addendum "addendum",
    parameters "requestParameters",
    response "responseElements",
    resources "resources",
}

impl<'a> Fields<'a> {
    /// Reads a record; the error says why it is none.
    pub(crate) fn read(record: &'a str) -> Result<Fields<'a>, serde_json::Error> {
        serde_json::from_str::<Raw<'a>>(record).map(Fields::from)
    }

    /// Reads the record that the scanner has come to. `None`: it has to be read the careful way.
    pub(crate) fn scan(scanner: &mut Scanner<'a>) -> Option<Fields<'a>> {
        let mut fields = Fields::default();
        scanner.object(&mut |name, value| {
            let Some(place) = fields.place(name) else {
                return Some(());
            };
            // serde takes a member that comes twice for an error, even if it is `null`.
            if place.is_some() {
                return None;
            }
            *place = Some(value);
            Some(())
        })?;
        Some(fields.without_nulls())
    }
}
