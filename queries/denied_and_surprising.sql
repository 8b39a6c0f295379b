-- Where do the log and the grants disagree with what somebody wanted to do: what was denied, and what succeeded
-- although the grants do not explain it?
-- One row per principal, action and disagreement, the most frequent first.
SELECT
    account,
    principal,
    principal_kind,
    action,
    CASE WHEN outcome = 'denied' THEN 'denied' ELSE 'surprising' END AS disagreement,
    sum("count") AS records,
    max(last_seen) AS last_seen,
    list_sort(list_distinct(flatten(list(resources))))[1:5] AS some_resources,
    list_sort(list_distinct(flatten(list(sample_event_ids))))[1:3] AS some_event_ids
FROM read_parquet('uses.parquet')
WHERE outcome = 'denied' OR decision IN ('denied', 'not-allowed')
GROUP BY account, principal, principal_kind, unique_id, action, disagreement
ORDER BY records DESC, account, principal, action, disagreement;
