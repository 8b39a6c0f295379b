-- Which principals may do much more than they do, and which services make up most of it?
-- One row per judged principal with unused actions, the most unused first.
WITH services AS (
    SELECT account, principal, unique_id, service, sum(action_count) AS unused
    FROM read_parquet('grants.parquet')
    WHERE standing = 'unused'
    GROUP BY ALL
),
largest AS (
    SELECT
        account,
        principal,
        unique_id,
        list(service ORDER BY unused DESC, service)[1:5] AS largest_services
    FROM services
    GROUP BY ALL
),
removals AS (
    SELECT account, subject, sum(removed_actions) AS proven_removals
    FROM read_parquet('findings.parquet')
    WHERE removed_actions IS NOT NULL
    GROUP BY ALL
)
SELECT
    principals.account,
    principals.kind,
    principals.arn,
    principals.granted,
    principals.used,
    principals.unused,
    principals.unseen,
    round(principals.excess, 4) AS excess,
    principals.last_seen,
    largest.largest_services,
    coalesce(removals.proven_removals, 0) AS proven_removals_at_principal
FROM read_parquet('principals.parquet') AS principals
LEFT JOIN largest
    ON largest.account = principals.account
    AND largest.principal = principals.arn
    AND largest.unique_id = principals.unique_id
LEFT JOIN removals
    ON removals.account = principals.account
    AND removals.subject = principals.arn
WHERE principals.status = 'judged' AND principals.unused > 0
ORDER BY principals.unused DESC, principals.account, principals.arn;
