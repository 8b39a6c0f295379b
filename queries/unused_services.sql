-- Which services can be taken from a principal as a whole, because none of their actions was used and every use
-- would have been seen?
-- One row per principal and service, the most actions first.
SELECT
    account,
    principal,
    service,
    sum(action_count) AS actions,
    list_sort(list_distinct(flatten(list(statements)))) AS statements
FROM read_parquet('grants.parquet')
GROUP BY account, principal, unique_id, service
HAVING bool_and(standing = 'unused')
ORDER BY actions DESC, account, principal, service;
