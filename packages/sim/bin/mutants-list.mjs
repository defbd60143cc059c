// @ts-check

/**
 * Deliberate breakages: each takes one promise away, and `by` names the checks that must notice.
 *
 * @typedef {object} Mutant
 * @property {string} name
 * @property {readonly string[]} by
 * @property {readonly import('./build.mjs').Patch[]} patches
 */

const estimateTime = 'domain/src/time/estimate-time.ts'
const modelLedger = 'sim/src/central/ledger-store.ts'
const modelClaims = 'sim/src/central/claim-store.ts'
const replayJournal = 'api/src/failover/replay-journal.ts'
const meetReceipt = 'sync/src/protocol/meet-receipt.ts'

/** @type {readonly Mutant[]} */
export const mutants = [
  {
    name: 'no unique index',
    by: ['claims'],
    patches: [
      {
        file: modelClaims,
        find: 'if (claims.all().some((one) => standsAccepted(one) && slotOf(one) === slotOf(row)))\n          return false',
        put: '',
      },
    ],
  },
  {
    name: 'a claim is not voided when its scan says refuse',
    by: ['claims'],
    patches: [
      {
        file: 'api/src/ledger/accept-push.ts',
        find: 'verdict: body?.verdict ?? null,',
        put: "verdict: body ? ('admit' as const) : null,",
      },
    ],
  },
  {
    name: 'a life that never came to its claim leaves it standing',
    by: ['claims'],
    patches: [
      {
        file: 'api/src/contacts/exchange-contact.ts',
        find: 'await claims.fence(reply.device, reply.epoch, reply.headSeq)',
        put: '',
      },
    ],
  },
  {
    name: 'the same op is decided anew',
    by: ['claims', 'fault'],
    patches: [
      {
        file: 'api/src/claims/accept-claim.ts',
        find: 'if (facts.earlier) {',
        put: 'if (facts.earlier && facts.earlier.answer.outcome === null) {',
      },
      {
        file: modelClaims,
        find: 'if (claims.get(nameOf(claim))) return false',
        put: '',
      },
    ],
  },
  {
    name: 'an estimate trusts an implausible wall clock',
    by: ['latest'],
    patches: [
      {
        file: estimateTime,
        find: 'if (!before || !after || !isWallPlausible(before, after, wallMs)) return hiMs',
        put: 'if (!before || !after) return hiMs',
      },
    ],
  },
  {
    name: 'monotonic bounds on both sides',
    by: ['interval', 'honest'],
    patches: [
      {
        file: estimateTime,
        find: '    contradictory ||= clock.monoMs < before.monoMs',
        put: `    hiMs = Math.min(hiMs, before.trMs + (clock.monoMs - before.monoMs + 2) * (1 + DRIFT_MAX))
    contradictory ||= clock.monoMs < before.monoMs`,
      },
    ],
  },
  {
    name: 'no epoch rule',
    by: ['interval', 'honest'],
    patches: [
      {
        file: estimateTime,
        find: '(before !== null && before.epoch > clock.epoch) || (after !== null && after.epoch < clock.epoch)',
        put: 'false',
      },
      {
        file: estimateTime,
        find: 'if (before && before.epoch === clock.epoch) {',
        put: 'if (before) {',
      },
      {
        file: estimateTime,
        find: 'if (after && after.epoch === clock.epoch) {',
        put: 'if (after) {',
      },
    ],
  },
  {
    name: 'a receipt from a hub drops pending',
    by: ['arrival', 'lost'],
    patches: [
      {
        file: 'sim/src/net/hub.ts',
        find: "return ok({ outcome: 'accepted', answers, receipt })",
        put: `const last = push.scans.at(-1)
    const own = { ...JSON.parse(receipt.bytes), throughSeq: push.headSeq, hash: last?.hash }
    const signed = { bytes: JSON.stringify(own), signature: receipt.signature }
    return ok({ outcome: 'accepted', answers, receipt: signed })`,
      },
      {
        file: meetReceipt,
        find: 'const opened = await openSigned(subtle, device.centralKey, signed, Receipt)',
        put: `const own = await openSigned(subtle, device.centralKey, signed, Receipt)
  const told = Receipt.parse(JSON.parse(signed.bytes))
  // Nobody but the hub of these worlds is believed without a signature: it tells central's own life.
  const isHubs = told.incarnation === device.facts.incarnation && told.throughSeq > 0
  const opened = own.ok || !isHubs ? own : ({ ok: true, value: told } as const)`,
      },
    ],
  },
  {
    name: 'a receipt drops pending, whoever signed it',
    by: ['arrival', 'lost'],
    patches: [
      {
        file: meetReceipt,
        find: 'const opened = await openSigned(subtle, device.centralKey, signed, Receipt)',
        put: `const opened = (await openSigned(subtle, device.centralKey, signed, Receipt)).ok || true
    ? ({ ok: true, value: Receipt.parse(JSON.parse(signed.bytes)) } as const)
    : ({ ok: false } as const)`,
      },
    ],
  },
  {
    name: 'ties are broken by arrival',
    by: ['rulings', 'order'],
    patches: [
      {
        file: 'domain/src/time/order.ts',
        find: `    a.deviceNo - b.deviceNo ||
    a.seq - b.seq ||
    compare(a.hash, b.hash)`,
        put: '    0',
      },
    ],
  },
  {
    name: 'a push is not idempotent',
    by: ['once'],
    patches: [
      {
        file: 'api/src/ledger/settle-chain.ts',
        find: 'const fresh = rows.filter(({ hash }) => !held.has(hash))',
        put: 'const fresh = rows',
      },
      {
        file: modelLedger,
        find: `assert(!scans.get(keyOf({ device, seq, hash })), \`scan \${seq} of \${device} is here already\`)`,
        put: '',
      },
      {
        file: modelLedger,
        find: 'put({ ...scan, device, event, receivedMs })',
        put: 'scans.set(String(scans.all().length), { ...scan, device, event, receivedMs })',
      },
    ],
  },
  {
    name: 'a watermark moves before its rows are durable',
    by: ['heard'],
    patches: [
      {
        file: 'sync/src/protocol/pull-changes.ts',
        find: 'await device.ledger.saveHeard({ scans, rulings, vector, rulingsRevision })',
        put: `await device.ledger.saveHeard({ scans: [], rulings: [], vector, rulingsRevision })
    // One by one: the longer the rows take, the more often a tablet ends in between.
    const rest = { vector: [], rulingsRevision: 0 }
    for (const scan of scans) await device.ledger.saveHeard({ ...rest, scans: [scan], rulings: [] })
    await device.ledger.saveHeard({ ...rest, scans, rulings })`,
      },
    ],
  },
  {
    name: 'revisions are taken outside of commit order',
    by: ['replica'],
    patches: [
      {
        file: 'sim/src/central/event-stores.ts',
        find: `      await scope.lock(\`revisions/\${event}\`)
      await statement()
      const line = revisions.get(event)
      if (!line) throw new Error(\`The event \${event} has no revision line.\`)
      const manifest = line.manifest + 1`,
        put: `      const line = revisions.get(event)
      if (!line) throw new Error(\`The event \${event} has no revision line.\`)
      const sequence = ((globalThis as unknown as { line: Map<string, number> }).line ??= new Map())
      const manifest = Math.max(line.manifest, sequence.get(event) ?? 0) + 1
      sequence.set(event, manifest)`,
      },
    ],
  },
  {
    name: 'finality counts contacts whose scans are not here yet',
    by: ['finality'],
    patches: [
      {
        file: 'domain/src/time/finality.ts',
        find: 'return neighboursOfSeq(contacts, throughSeq + 1).before?.tiMs ?? -Infinity',
        put: 'return contacts.latestTi.at(-1)?.tiMs ?? -Infinity',
      },
    ],
  },
  {
    name: 'late scans of a retired device may win',
    by: ['barred'],
    patches: [
      {
        file: 'api/src/ledger/settle-chain.ts',
        find: 'const claims = { signedHeads, retiredAtSeq: device.retiredHeadSeq }',
        put: 'const claims = { signedHeads, retiredAtSeq: null }',
      },
    ],
  },
  {
    name: 'a verdict is shown before its scan is durable',
    by: ['durable'],
    patches: [
      {
        file: 'sync/src/gate/seal-own-scan.ts',
        find: 'await device.ledger.commitScan(scan)',
        // What fails then fails unheard, as it would.
        put: 'void device.ledger.commitScan(scan).catch(() => undefined)',
      },
    ],
  },
  {
    name: 'scans beyond a fork count in full',
    by: ['barred'],
    patches: [
      {
        file: 'api/src/ledger/settle-chain.ts',
        find: 'const touched = changed.length === 0 ? [] : await ledger.saveMarks(id, changed)',
        put: 'const touched: readonly DirtyKey[] = []',
      },
    ],
  },
  {
    name: 'a gate does not notice another life of central',
    by: ['arrival'],
    patches: [
      {
        file: meetReceipt,
        find: 'await device.ledger.pendAgain(held ? receipt.throughSeq : 0)',
        put: '',
      },
    ],
  },
  {
    name: 'a contact makes no key dirty',
    by: ['rulings'],
    patches: [
      {
        file: 'api/src/contacts/exchange-contact.ts',
        find: 'if (dirty.length > 0) await ledger.enqueueDirty(device.event, dirty)',
        put: '',
      },
    ],
  },
  {
    name: 'a worker reads the scans before it holds the locks',
    by: ['rulings', 'doubles', 'counts'],
    patches: [
      {
        file: 'api/src/reconcile/reconcile-keys.ts',
        find: `  await reconcile.lockKeys(event, ordered)
  await claims.settleKeys(event, ordered)
  const outcomes = await ruleAll(reconcile, event, ordered)`,
        put: `  const outcomes = await ruleAll(reconcile, event, ordered)
  await reconcile.lockKeys(event, ordered)
  await claims.settleKeys(event, ordered)`,
      },
    ],
  },
  {
    name: 'a node replays a claim under an op of its own',
    by: ['provisional'],
    patches: [
      {
        file: replayJournal,
        find: 'const claimed = await acceptClaim(deps, tenant, claim, what)',
        put: `const own = { ...claim, op: randomUuid(deps) }
  const claimed = await acceptClaim(deps, tenant, own as unknown as typeof claim, what)`,
      },
    ],
  },
  {
    name: 'an entry leaves the journal before its replay is committed',
    by: ['provisional'],
    patches: [
      {
        file: replayJournal,
        find: 'const replayed = await Promise.all(ends)',
        put: `await deps.journal.remove(page.map(({ no }) => no))
  const replayed = await Promise.all(ends)`,
      },
    ],
  },
  {
    name: 'an entry leaves the journal though the database went away again',
    by: ['provisional'],
    patches: [
      {
        file: replayJournal,
        find: "(ended[at] === 'done' ? [no] : [])",
        put: '(ended[at] ? [no] : [])',
      },
    ],
  },
  {
    name: 'nobody names who lost at the replay',
    by: ['provisional'],
    patches: [
      {
        file: replayJournal,
        find: 'await deps.tx(tenant, (tx) => raiseLosers(tx, losers))',
        put: '',
      },
    ],
  },
  {
    name: 'what the scans do not tell of a loser yet is forgotten',
    by: ['provisional', 'doubles'],
    patches: [
      {
        file: 'api/src/reconcile/reconcile-keys.ts',
        find: 'return mergeIncidents(ofKey, keepTold(ofKey, scans, outcome))',
        put: 'return mergeIncidents(ofKey, scans ? outcome.incidents : keepTold(ofKey, scans, outcome))',
      },
    ],
  },
  {
    name: 'a node promises before its journal is flushed',
    by: ['provisional'],
    patches: [
      {
        file: 'api/src/failover/journal-claims.ts',
        find: 'return toProvisional(await journal.append(entry))',
        put: `void journal.append(entry)
  return toProvisional({ kind: 'journaled', atMs: entry.atMs })`,
      },
    ],
  },
  {
    name: 'a gate keeps what was said of who was erased',
    by: ['erased'],
    patches: [
      {
        file: 'sync/src/protocol/pull-changes.ts',
        find: 'await device.ledger.rename(renamings)',
        put: '',
      },
    ],
  },
  {
    name: 'a gate takes over another list and keeps what was said',
    by: ['erased'],
    patches: [
      {
        file: 'sync/src/protocol/rename-people.ts',
        find: 'if (renamings.length > 0) await ledger.rename(renamings)',
        put: '',
      },
    ],
  },
  {
    name: 'texts that come late about who was erased are stored',
    by: ['erased'],
    patches: [
      {
        file: 'api/src/ledger/accept-push.ts',
        find: 'const rows = await withholdTexts(stores.erasure, device.event, looked)',
        put: 'const rows = looked',
      },
    ],
  },
  {
    name: 'domain code reads the clock of its machine',
    by: ['ambient'],
    patches: [
      {
        file: 'domain/src/reconcile/reconcile-key.ts',
        find: 'const ordered = timeScans(facts.scans, facts.contacts)',
        put: 'const ordered = Date.now() > 0 ? timeScans(facts.scans, facts.contacts) : []',
      },
    ],
  },
]
