//! The regions that are on in every account.

static TABLE: &str = include_str!("../catalog/data/curated/regions.tsv");

/// Those of the partition in which a region is; of a region that nobody knows, those of AWS's own.
pub(super) fn beside(region: &str) -> impl Iterator<Item = &'static str> {
    let partition = match region {
        china if china.starts_with("cn-") => "aws-cn",
        government if government.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('\t'));
    pairs.filter(move |(_, rest)| rest.split('\t').next() == Some(partition)).map(|(region, _)| region)
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn partitions_are_apart() {
        let count = |region| beside(region).count();
        assert_eq!((count("eu-west-1"), count("cn-north-1"), count("us-gov-west-1")), (17, 2, 2));
        assert!(beside("me-south-1").any(|region| region == "us-east-1"));
    }
}
