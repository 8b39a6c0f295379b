//! API Gateway names resources by the path of the request.
//!
//! So the path of the API model is filled from the parameters and put behind an ARN without account.

use super::super::call::Call;
use super::request;

/// The ARN of a request path like `/restapis/{restapi_id}/stages`; unknown parts stay open.
///
/// Nothing when the record has no parameters although the path needs some.
pub(in crate::catalog) fn uri_resource(call: &Call<'_>, uri: &str) -> Option<String> {
    let path = uri.strip_prefix("/v2").unwrap_or(uri);
    let mut told = !path.contains('{');
    let mut filled = String::new();
    for (place, part) in path.split('{').enumerate() {
        match part.split_once('}') {
            Some((name, literal)) if place > 0 => {
                let value = parameter(call, name);
                told |= value.is_some();
                filled.extend([value.as_deref().unwrap_or("*"), literal]);
            }
            _ => filled.push_str(part),
        }
    }
    told.then(|| format!("arn:{}:apigateway:{}::{filled}", call.partition, call.region))
}

/// How many of the path's parts the request names; tells versions of the service apart.
pub(in crate::catalog) fn told_parts(call: &Call<'_>, uri: &str) -> usize {
    uri.split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .filter(|name| parameter(call, name).is_some())
        .count()
}

/// Paths write `restapi_id` and `proxy+` where records write `restApiId`.
fn parameter(call: &Call<'_>, name: &str) -> Option<String> {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let found = request::values(call.parameters, &name).into_iter().next()?;
    Some(found.into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn case(parameters: Value, uri: &str, expected: Option<&str>) {
        let call = Call {
            source: "apigateway.amazonaws.com",
            name: "X",
            region: "eu-west-1",
            partition: "aws",
            account: "111122223333",
            caller_account: "111122223333",
            caller_arn: None,
            parameters: &(&parameters).into(),
            response: None,
            resources: &[],
            failed: false,
        };
        assert_eq!(uri_resource(&call, uri).as_deref(), expected, "{uri}");
    }

    #[test]
    fn paths_become_resources() {
        let one = json!({"restApiId": "a1", "stageName": "prod"});
        let stage = "/restapis/{restapi_id}/stages/{stage_name}";
        case(one.clone(), stage, Some("arn:aws:apigateway:eu-west-1::/restapis/a1/stages/prod"));
        case(
            one,
            "/restapis/{restapi_id}/models/{model_name}",
            Some("arn:aws:apigateway:eu-west-1::/restapis/a1/models/*"),
        );
        case(json!({"apiId": "b2"}), "/v2/apis/{apiId}", Some("arn:aws:apigateway:eu-west-1::/apis/b2"));
        case(Value::Null, "/restapis", Some("arn:aws:apigateway:eu-west-1::/restapis"));
        case(Value::Null, stage, None);
    }
}
