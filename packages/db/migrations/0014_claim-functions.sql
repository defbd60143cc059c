-- A claim in two round trips: what it rests on, and its row with the outbox row that has its key ruled. Each
-- may be a transaction of its own. With `binds` it binds that to the tenant first, by role and by
-- setting, as every transaction of the application is bound (TN1); without it they stand in one that is.
-- They filter by tenant themselves as well, and run with the rights of whoever calls.
CREATE FUNCTION claim_facts(binds boolean, of_tenant uuid, of_device uuid, of_op uuid, of_seq integer,
  of_epoch integer, of_list uuid, of_digest bytea, known_event uuid, known_frame bigint) RETURNS json
-- STABLE: all its statements see the database as the calling one does. Each statement looks up a few rows by
-- an index, whatever the values: planned once, also while the tables were still empty.
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  place record;
  guest record;
  frame json;
  earlier json;
  late text;
  standing json;
  uses json;
BEGIN
  IF binds THEN
    PERFORM set_config('role', 'eventpass_app', true), set_config('app.tenant', of_tenant::text, true);
  END IF;

  -- Central's desk stands as an active device.
  SELECT d.event, CASE WHEN d.state = 'desk' THEN 'active' ELSE d.state END AS state, d.role, d.label,
      e.authority_no, e.authority_hub, r.manifest_revision, r.frame_revision
    INTO place
    FROM devices d
    JOIN events e ON e.tenant = of_tenant AND e.id = d.event
    JOIN event_revisions r ON r.tenant = of_tenant AND r.event = d.event
    WHERE d.tenant = of_tenant AND d.id = of_device
      AND d.state IN ('active', 'revoked', 'retired', 'pair_anew', 'desk');
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;

  -- The frame as far as this claim needs it: one list, and the gates that its rules name.
  IF known_event IS DISTINCT FROM place.event OR known_frame IS DISTINCT FROM place.frame_revision THEN
    SELECT json_build_object(
        'eventName', e.name, 'policy', e.policy, 'timeZone', e.time_zone,
        'categories', coalesce((SELECT json_agg(c.name ORDER BY c.idx) FROM categories c
          WHERE c.tenant = of_tenant AND c.event = e.id), '[]'),
        'lists', coalesce((SELECT json_agg(json_build_object('id', l.id, 'name', l.name, 'config', l.config))
          FROM lists l WHERE l.tenant = of_tenant AND l.id = of_list AND l.event = e.id), '[]'),
        'gates', coalesce((SELECT json_agg(json_build_object('id', g.id, 'name', g.name)) FROM gates g
          WHERE g.tenant = of_tenant AND g.event = e.id), '[]'))
      INTO frame FROM events e WHERE e.tenant = of_tenant AND e.id = place.event;
  END IF;

  SELECT json_build_object('askedHash', encode(c.asked_hash, 'hex'), 'answer', c.answer) INTO earlier
    FROM claims c WHERE c.tenant = of_tenant AND c.device = of_device AND c.op = of_op;

  -- The row as replicas hold it (TicketRow of the wire).
  SELECT i.no, encode(t.id, 'hex') AS id, t.kid, json_build_array(encode(t.digest, 'hex'), i.no, i.name,
      i.category, t.state, t.state_ms, CASE WHEN i.blocked THEN 1 ELSE 0 END, t.valid_from_ms,
      t.valid_until_ms, i.party, i.notice) AS row
    INTO guest
    FROM tickets t JOIN invitees i ON i.tenant = of_tenant AND i.id = t.invitee
    WHERE t.tenant = of_tenant AND t.event = place.event AND t.digest = of_digest;

  -- Whether the claimed scan came before the claim, or can no longer come (CL6).
  SELECT CASE WHEN bool_or(s.id = of_op AND s.act = 'entry' AND s.verdict = 'admit')
      THEN 'kept' ELSE 'voided' END INTO late
    FROM scans s WHERE s.tenant = of_tenant AND s.device = of_device AND s.seq = of_seq
    HAVING count(*) > 0;
  IF late IS NULL AND EXISTS (SELECT FROM contacts k WHERE k.tenant = of_tenant AND k.device = of_device
      AND k.epoch > of_epoch AND k.head_seq < of_seq) THEN
    late := 'voided';
  END IF;

  IF guest.no IS NOT NULL THEN
    -- By the partial unique indexes, of which one is for gifts and the other for all else.
    SELECT json_agg(json_build_object('op', c.op, 'device', c.device, 'deviceLabel', d.label,
        'gate', c.gate, 'slot', coalesce(c.slot, 1), 'seq', c.seq, 'epoch', c.epoch,
        'atMs', c.at_ms, 'settled', c.settled_ms IS NOT NULL)) INTO standing
      FROM (SELECT * FROM claims n WHERE n.tenant = of_tenant AND n.event = place.event
              AND n.list = of_list AND n.invitee_no = guest.no AND n.outcome = 'accepted'
              AND n.voided_ms IS NULL AND NOT n.gift
            UNION ALL
            SELECT * FROM claims g WHERE g.tenant = of_tenant AND g.event = place.event
              AND g.list = of_list AND g.invitee_no = guest.no AND g.outcome = 'accepted'
              AND g.voided_ms IS NULL AND g.gift) AS c
      JOIN devices d ON d.tenant = of_tenant AND d.id = c.device;

    IF EXISTS (SELECT FROM scans s WHERE s.tenant = of_tenant AND s.event = place.event
        AND s.list = of_list AND s.invitee_no = guest.no) THEN
      WITH admitted AS (
        SELECT s.* FROM scans s WHERE s.tenant = of_tenant AND s.event = place.event
          AND s.list = of_list AND s.invitee_no = guest.no AND s.verdict = 'admit'
      ), found AS (
        SELECT * FROM admitted
        UNION ALL
        SELECT v.* FROM admitted a JOIN scans v ON v.tenant = of_tenant AND v.event = place.event
          AND v.target = a.id AND v.act = 'void' AND v.verdict = 'admit'
      )
      SELECT json_agg(json_build_object('scan', f.id, 'gate', f.gate, 'act', f.act,
          'forced', f.forced, 'target', f.target, 'atMs', coalesce(r.estimate_ms, f.received_ms),
          'kind', r.kind, 'by', r.by, 'device', d.label)) INTO uses
        FROM found f JOIN devices d ON d.tenant = of_tenant AND d.id = f.device
        LEFT JOIN rulings r ON r.tenant = of_tenant AND r.scan_hash = f.hash;
    END IF;
  END IF;

  RETURN json_build_object('event', place.event, 'state', place.state, 'role', place.role,
    'label', place.label, 'authorityNo', place.authority_no, 'authorityHub', place.authority_hub,
    'nowMs', floor(extract(epoch FROM clock_timestamp()) * 1000), 'revision', place.manifest_revision,
    'frameRevision', place.frame_revision, 'frame', frame, 'ticket', guest.row, 'ticketId', guest.id,
    'kid', guest.kid, 'earlier', earlier, 'late', late, 'claims', standing, 'uses', uses,
    'fenceDue', EXISTS (SELECT FROM claims c WHERE c.tenant = of_tenant AND c.device = of_device
      AND c.seq >= of_seq AND c.epoch < of_epoch AND c.outcome = 'accepted'
      AND c.settled_ms IS NULL AND c.voided_ms IS NULL),
    'stock', (SELECT json_build_object('total', g.stock, 'taken', g.taken) FROM gifts g
      WHERE g.tenant = of_tenant AND g.id = of_list));
END
$$;
--> statement-breakpoint
-- The same for common claims, as many as came at the same moment: an active device, a frame that is known, and
-- a code that nobody scanned or claimed on that list yet. The others it leaves out.
CREATE FUNCTION common_claim_facts(of_tenant uuid, asked json) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off SET join_collapse_limit = 1 AS $$
DECLARE
  facts json;
BEGIN
  PERFORM set_config('role', 'eventpass_app', true), set_config('app.tenant', of_tenant::text, true);
  SELECT json_agg(json_build_array(a.place, d.role, d.label, e.authority_no, r.manifest_revision,
      floor(extract(epoch FROM clock_timestamp()) * 1000), encode(t.id, 'hex'), t.kid,
      json_build_array(encode(t.digest, 'hex'), i.no, i.name, i.category, t.state, t.state_ms,
        CASE WHEN i.blocked THEN 1 ELSE 0 END, t.valid_from_ms, t.valid_until_ms, i.party, i.notice)))
    INTO facts
    FROM json_to_recordset(asked) AS a(place int, device uuid, op uuid, seq int, epoch int, list uuid,
      digest bytea, event uuid, frame bigint)
    JOIN devices d ON d.tenant = of_tenant AND d.id = a.device AND d.event = a.event AND d.state = 'active'
    JOIN events e ON e.tenant = of_tenant AND e.id = a.event AND e.authority_hub IS NULL
    JOIN event_revisions r ON r.tenant = of_tenant AND r.event = a.event AND r.frame_revision = a.frame
    JOIN tickets t ON t.tenant = of_tenant AND t.event = a.event AND t.digest = a.digest
    JOIN invitees i ON i.tenant = of_tenant AND i.id = t.invitee
    -- Scalar and not EXISTS, which would become joins: each is one look into one index by all its columns.
    WHERE (SELECT true FROM claims c WHERE c.tenant = of_tenant AND c.device = a.device
        AND c.op = a.op) IS NULL
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
        AND k.device = a.device), 0) <= a.epoch;
  RETURN coalesce(facts, '[]');
END
$$;
--> statement-breakpoint
-- Writes ops with their answers, and one outbox row an event that has the keys of accepted ones ruled. Answers
-- device and op of those that were stored: of the others a unique index refused the row, since the op is
-- there already or the slot is taken (CL1). In one order, so that two calls cannot wait for each other in a ring.
CREATE FUNCTION insert_claims(binds boolean, of_tenant uuid, asked json) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  now_ms bigint := extract(epoch FROM clock_timestamp()) * 1000;
  ops json;
BEGIN
  IF binds THEN
    PERFORM set_config('role', 'eventpass_app', true), set_config('app.tenant', of_tenant::text, true);
  END IF;
  WITH rows AS (
    SELECT * FROM json_to_recordset(asked) AS a(device uuid, op uuid, event uuid, list uuid, gift bool,
      invitee int, authority int, slot int, seq int, epoch int, gate uuid, digest text, asked_hash text,
      outcome text, answer jsonb, late text)
  ), stored AS (
    INSERT INTO claims (tenant, device, op, event, list, gift, invitee_no, authority, slot, seq, epoch,
        gate, digest, asked_hash, outcome, answer, at_ms, settled_ms, voided_ms, voided_by)
      SELECT of_tenant, a.device, a.op, a.event, a.list, a.gift, a.invitee, a.authority, a.slot, a.seq,
        a.epoch, a.gate, decode(a.digest, 'hex'), decode(a.asked_hash, 'hex'), a.outcome, a.answer, now_ms,
        CASE WHEN a.late = 'kept' THEN now_ms END, CASE WHEN a.late = 'voided' THEN now_ms END,
        CASE WHEN a.late = 'voided' THEN 'fence' END
      FROM rows a ORDER BY a.event, a.list, a.invitee, a.device, a.op
      ON CONFLICT DO NOTHING
      RETURNING device, op, event, list, invitee_no, outcome
  ), told AS (
    INSERT INTO outbox (tenant, topic, key, created_ms)
      SELECT of_tenant, 'reconcile', jsonb_build_object('event', s.event, 'keys',
        jsonb_agg(jsonb_build_array(s.list, s.invitee_no))), now_ms
      FROM stored s WHERE s.outcome = 'accepted' GROUP BY s.event
  )
  SELECT coalesce(json_agg(s.device || '/' || s.op), '[]') INTO ops FROM stored s;
  RETURN ops;
END
$$;
