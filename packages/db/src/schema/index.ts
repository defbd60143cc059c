export { sessions, tenants, users } from './accounts.ts'
export { claims } from './claims.ts'
export {
  challenges,
  contacts,
  devices,
  pairingCodes,
  quarantinedPushes,
} from './devices.ts'
export { categories, eventKeys, eventRevisions, events, gates, lists } from './events.ts'
export { giftLogs, gifts, incidents } from './incidents.ts'
export {
  importRows,
  imports,
  invitees,
  tickets,
  tombstones,
} from './invitees.ts'
export { admissions, rulings, scans, scanTexts } from './ledger.ts'
export { notifications } from './notifications.ts'
export { orderInvitees, orders } from './orders.ts'
export { auditHeads, auditLogs, nodeState, outbox, snapshots } from './records.ts'
