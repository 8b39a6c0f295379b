//! Names of AWS services as trust policies write them and as records do.

/// Labels that say nothing of the service.
const COMMON: [&str; 4] = ["amazonaws", "aws", "com", "cn"];

/// Whether the names may mean the same service: a record may write `logs.amazonaws.com` where the trust policy has
/// the service's regional name, and `lambda` where it has `edgelambda`. Too many count as the same, never too few.
pub(super) fn may_be_same(one: &str, other: &str) -> bool {
    let (ours, theirs) = (labels(one), labels(other));
    one == other || ours.iter().any(|ours| theirs.iter().any(|theirs| ours.contains(theirs) || theirs.contains(ours)))
}

fn labels(name: &str) -> Vec<&str> {
    /// `eu-west-1`, `us-gov-east-1`: a letter pair first, a digit last.
    fn is_region(label: &str) -> bool {
        label.split('-').count() >= 3 && label.ends_with(|last: char| last.is_ascii_digit())
    }
    name.split('.').filter(|label| !COMMON.contains(label) && !label.is_empty() && !is_region(label)).collect()
}

#[cfg(test)]
mod tests {
    use super::may_be_same;

    #[test]
    fn names_of_one_service() {
        let case = |one, other, expected| assert_eq!(may_be_same(one, other), expected, "{one} {other}");
        case("ec2.amazonaws.com", "ec2.amazonaws.com.cn", true);
        case("states.eu-west-1.amazonaws.com", "states.amazonaws.com", true);
        case("lambda.amazonaws.com", "edgelambda.amazonaws.com", true);
        case("delivery.logs.amazonaws.com", "logs.amazonaws.com", true);
        case("ec2.amazonaws.com", "lambda.amazonaws.com", false);
        case("glue.us-east-1.amazonaws.com", "batch.us-east-1.amazonaws.com", false);
    }
}
