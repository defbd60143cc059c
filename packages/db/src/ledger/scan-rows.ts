import type { NewScan } from '@eventpass/api'

/** Columns of `scans` as `json_to_recordset` names them; hashes and digests are hex. */
export const scanColumns = `seq int, hash text, prev text, bytes text, id uuid, epoch int,
  mono_ms bigint, wall_ms bigint, list uuid, gate uuid, act text, input text, role text,
  digest text, verdict text, reason text, tier text, forced bool, force_sent bool,
  answers uuid, target uuid, revision bigint, invitee_no int, quarantine text, connected bool, branch text`

/**
 * A scan as a row. Bytes that could not be read have no projection: every column of it is
 * null, so that nothing counts them, and the bytes are the evidence (SY3).
 */
export function toScanRow(scan: NewScan): object {
  const { seq, hash, prev, bytes, body, invitee, quarantine, connected, branch } = scan
  const link = { seq, hash, prev, bytes, invitee_no: invitee, quarantine, connected, branch }
  if (!body) return link
  return {
    ...link,
    id: body.id,
    epoch: body.epoch,
    mono_ms: body.monoMs,
    wall_ms: body.wallMs,
    list: body.list,
    gate: body.gate,
    act: body.act,
    input: body.input,
    role: body.role,
    digest: body.digest,
    verdict: body.verdict,
    reason: body.reason,
    tier: body.tier,
    forced: body.forced,
    force_sent: body.forceSent,
    answers: body.answers,
    target: body.target,
    revision: body.revision,
  }
}

/** Texts beside the scans, one row a field that has one. */
export function toTextRows(scans: readonly NewScan[]): readonly object[] {
  return scans.flatMap(({ hash, texts }) =>
    (['code', 'answer', 'note'] as const).flatMap((field) => {
      const salted = texts[field]
      return salted ? [{ hash, field, salt: salted.salt, text: salted.text }] : []
    }),
  )
}
