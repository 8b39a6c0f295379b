//! The Terraform as an HCL parser reads it: its roles do what `deploy/policies/` says, and everything that it names is
//! there.

use std::collections::BTreeSet;

use hcl::eval::{Context, Evaluate};
use hcl::{Block, Body, Expression, Map, Value};

use super::file;

/// All of it.
fn body() -> Vec<Block> {
    let files = ["ecs/main.tf", "ecs/roles.tf", "ecs/storage.tf", "ecs/variables.tf"];
    files.iter().flat_map(|name| hcl::parse(&file(name)).unwrap().into_blocks().collect::<Vec<_>>()).collect()
}

fn named<'b>(blocks: &'b [Block], kind: &str, name: &str) -> &'b Body {
    let is_it = |block: &&Block| {
        block.labels.len() == 2 && block.labels[0].as_str() == kind && block.labels[1].as_str() == name
    };
    &blocks.iter().find(is_it).unwrap_or_else(|| panic!("no {kind}.{name}")).body
}

fn attribute<'b>(body: &'b Body, name: &str) -> &'b Expression {
    &body.attributes().find(|attribute| attribute.key.as_str() == name).unwrap().expr
}

#[test]
fn the_task_may_read_what_the_policy_says_and_no_more() {
    let blocks = body();
    let Expression::FuncCall(call) = attribute(named(&blocks, "aws_iam_role_policy", "read"), "policy") else {
        panic!("the policy is no jsonencode(…)");
    };
    let key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let variables = [("bucket", "example-trail"), ("key_arn", key)];
    let variables: Map<String, Value> = variables.map(|(name, value)| (name.to_owned(), Value::from(value))).into();
    let mut context = Context::new();
    context.declare_var("var", Value::from(variables));
    let given: serde_json::Value = serde_json::to_value(call.args[0].evaluate(&context).unwrap()).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&file("policies/read.json")).unwrap();
    assert_eq!(given, expected);
    let collect =
        hcl::format::to_string(attribute(named(&blocks, "aws_iam_role_policy", "collect"), "policy")).unwrap();
    assert_eq!(collect, "file(\"${path.module}/../policies/collect.json\")");
    let of_task = blocks.iter().filter(|block| {
        let is_policy = block.labels.first().is_some_and(|label| label.as_str() == "aws_iam_role_policy");
        is_policy && hcl::format::to_string(attribute(&block.body, "role")).unwrap() == "aws_iam_role.task.id"
    });
    let of_task: BTreeSet<&str> = of_task.map(|block| block.labels[1].as_str()).collect();
    assert_eq!(of_task, BTreeSet::from(["collect", "data", "read"]), "the task has no other policies");
}

/// Whatever begins like a reference to a resource or a variable has its block.
#[test]
fn what_is_named_is_there() {
    let blocks = body();
    let all = ["ecs/main.tf", "ecs/roles.tf", "ecs/storage.tf"].map(file).concat();
    let parts = |word: &str| word.split('.').map(str::to_owned).collect::<Vec<_>>();
    let words = all.split(|letter: char| !letter.is_ascii_alphanumeric() && !"_.".contains(letter)).map(parts);
    let mut count = 0;
    for word in words.filter(|word| word.len() >= 2) {
        let is_resource = word[0].starts_with("aws_");
        let found = blocks.iter().any(|block| {
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            if is_resource {
                labels == [&word[0], &word[1]]
            } else {
                block.identifier() == "variable" && labels == [&word[1]]
            }
        });
        if is_resource || word[0] == "var" {
            assert!(found, "{} is named and not there", word.join("."));
            count += 1;
        }
    }
    assert!(count > 30, "{count} references");
}

#[test]
fn containers_run_confined() {
    let text = file("ecs/main.tf");
    let count = |words: &str| text.matches(words).count();
    let containers = count("image                  = var.image");
    assert_eq!(containers, 2);
    assert_eq!(count("readonlyRootFilesystem = true"), containers);
    assert_eq!(count("user                   = \"65532:65532\""), containers);
}
