//! Users, groups, roles and managed policies: all pages of `GetAccountAuthorizationDetails` as one.

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use serde_json::{Value, json};

use super::desk::Desk;
use super::iam_json;

/// The most that AWS puts on a page.
const PAGE: i32 = 1000;

pub(super) async fn read(config: &SdkConfig, desk: &mut Desk) -> Option<Value> {
    let (mut users, mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut pages = Client::new(config).get_account_authorization_details().max_items(PAGE).into_paginator().send();
    let (mut count, mut is_truncated) = (0_usize, false);
    while let Some(page) = pages.next().await {
        let Some(page) = desk.take("iam:GetAccountAuthorizationDetails", "", page) else {
            is_truncated = true;
            break;
        };
        count += 1;
        users.extend(page.user_detail_list().iter().map(iam_json::user));
        groups.extend(page.group_detail_list().iter().map(iam_json::group));
        roles.extend(page.role_detail_list().iter().map(iam_json::role));
        policies.extend(page.policies().iter().map(iam_json::managed));
    }
    (count > 0).then(|| {
        json!({
            "UserDetailList": users,
            "GroupDetailList": groups,
            "RoleDetailList": roles,
            "Policies": policies,
            "IsTruncated": is_truncated,
        })
    })
}
