//! The members of a record that are asked for, as their JSON texts. What they mean is told by `event`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::scan::Scanner;

macro_rules! fields {
    ($($field:ident $member:ident $name:literal $($alias:literal)?,)*) => {
        /// A member that is asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Member {
            $($member,)*
        }

        impl Member {
            /// The member of that name; `None`: it is not asked for.
            pub(crate) fn named(name: &str) -> Option<Member> {
                match name {
                    $($name $(| $alias)? => Some(Member::$member),)*
                    _ => None,
                }
            }
        }

        /// The JSON text of each member; `None`: absent or `null`.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
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

            /// The place of a member.
            pub(crate) fn place(&mut self, member: Member) -> &mut Option<&'a str> {
                match member {
                    $(Member::$member => &mut self.$field,)*
                }
            }
        }
    };
}

fields! {
    time Time "eventTime",
    source Source "eventSource",
    name Name "eventName",
    region Region "awsRegion",
    id Id "eventID" "eventId",
    kind Kind "eventType",
    category Category "eventCategory",
    management Management "managementEvent",
    read_only ReadOnly "readOnly",
    error_code ErrorCode "errorCode",
    error_message ErrorMessage "errorMessage",
    recipient Recipient "recipientAccountId",
    identity Identity "userIdentity",
    source_address SourceAddress "sourceIPAddress",
    endpoint Endpoint "vpcEndpointId",
    addendum Addendum "addendum",
    parameters Parameters "requestParameters",
    response Response "responseElements",
    resources Resources "resources",
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
            let Some(place) = Member::named(name).map(|member| fields.place(member)) else {
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
