-- A common claim in one round trip. Its answer was decided beforehand for a guest of each category of whom there is
-- nothing to tell (`foretell-claim.ts`); here is seen whether all is as it was foretold, in the statement that
-- writes. What is otherwise is left out and decided by what `claim_facts` reads. Answers of each row that was stored
-- what it rests on, as `common_claim_facts` does.
CREATE FUNCTION insert_foretold_claims(of_tenant uuid, asked json, answers jsonb) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off SET join_collapse_limit = 1 AS $$
DECLARE
  now_ms bigint := extract(epoch FROM clock_timestamp()) * 1000;
  facts json;
BEGIN
  PERFORM set_config('role', 'eventpass_app', true), set_config('app.tenant', of_tenant::text, true);
  WITH rows AS MATERIALIZED (
    SELECT a.*, d.role, d.label, e.authority_no, r.manifest_revision, t.id AS ticket_id, t.kid, i.no,
      json_build_array(encode(t.digest, 'hex'), i.no, i.name, i.category, t.state, t.state_ms, 0,
        t.valid_from_ms, t.valid_until_ms, i.party, i.notice) AS ticket,
      answers -> a.place_kind -> coalesce(i.category::text, 'none') AS answer
    FROM json_to_recordset(asked) AS a(place int, place_kind text, device uuid, op uuid, seq int, epoch int,
      list uuid, gate uuid, digest bytea, asked_hash text, event uuid, frame bigint, of_role text)
    JOIN devices d ON d.tenant = of_tenant AND d.id = a.device AND d.event = a.event AND d.state = 'active'
      AND d.role = a.of_role
    JOIN events e ON e.tenant = of_tenant AND e.id = a.event AND e.authority_hub IS NULL
    JOIN event_revisions r ON r.tenant = of_tenant AND r.event = a.event AND r.frame_revision = a.frame
    JOIN tickets t ON t.tenant = of_tenant AND t.event = a.event AND t.digest = a.digest
      AND t.state = 'valid' AND t.valid_from_ms IS NULL AND t.valid_until_ms IS NULL
    JOIN invitees i ON i.tenant = of_tenant AND i.id = t.invitee AND NOT i.blocked
    -- Scalar and not EXISTS, which would become joins: each is one look into one index by all its columns.
    -- That nobody else has the slot and the op is new, the unique indexes say when the row is written.
    WHERE answers -> a.place_kind ? coalesce(i.category::text, 'none')
      AND (SELECT true FROM claims c WHERE c.tenant = of_tenant AND c.event = a.event
        AND c.list = a.list AND c.invitee_no = i.no AND c.outcome = 'accepted' AND c.voided_ms IS NULL
        AND NOT c.gift LIMIT 1) IS NULL
      AND (SELECT true FROM claims c WHERE c.tenant = of_tenant AND c.device = a.device
        AND c.seq >= a.seq AND c.epoch < a.epoch AND c.outcome = 'accepted'
        AND c.settled_ms IS NULL AND c.voided_ms IS NULL LIMIT 1) IS NULL
      AND (SELECT true FROM scans s WHERE s.tenant = of_tenant AND s.event = a.event
        AND s.list = a.list AND s.invitee_no = i.no LIMIT 1) IS NULL
      AND (SELECT true FROM scans s WHERE s.tenant = of_tenant AND s.device = a.device
        AND s.seq = a.seq LIMIT 1) IS NULL
      AND coalesce((SELECT max(k.epoch) FROM contacts k WHERE k.tenant = of_tenant
        AND k.device = a.device), 0) <= a.epoch
  ), stored AS (
    INSERT INTO claims (tenant, device, op, event, list, gift, invitee_no, authority, slot, seq, epoch,
        gate, digest, asked_hash, outcome, answer, at_ms)
      SELECT of_tenant, a.device, a.op, a.event, a.list, false, a.no, a.authority_no, 1, a.seq, a.epoch,
        a.gate, a.digest, decode(a.asked_hash, 'hex'), 'accepted',
        a.answer || jsonb_build_object('authority', a.authority_no, 'atMs', now_ms, 'verdict',
          (a.answer -> 'verdict') || jsonb_build_object('invitee', a.no, 'revision', a.manifest_revision)),
        now_ms
      FROM rows a ORDER BY a.event, a.list, a.no, a.device, a.op
      ON CONFLICT DO NOTHING
      RETURNING device, op, event, list, invitee_no
  ), told AS (
    INSERT INTO outbox (tenant, topic, key, created_ms)
      SELECT of_tenant, 'reconcile', jsonb_build_object('event', s.event, 'keys',
        jsonb_agg(jsonb_build_array(s.list, s.invitee_no))), now_ms
      FROM stored s GROUP BY s.event
  )
  SELECT json_agg(json_build_array(a.place, a.role, a.label, a.authority_no, a.manifest_revision, now_ms,
      encode(a.ticket_id, 'hex'), a.kid, a.ticket))
    INTO facts
    FROM stored s JOIN rows a ON a.device = s.device AND a.op = s.op;
  RETURN coalesce(facts, '[]');
END
$$;
