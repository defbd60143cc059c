declare const brand: unique symbol

type Branded<Value, Name extends string> = Value & { readonly [brand]: Name }

/** UUIDs, lower case, 36 characters. */
export type TenantId = Branded<string, 'Tenant'>
export type EventId = Branded<string, 'Event'>
export type ListId = Branded<string, 'List'>
export type GateId = Branded<string, 'Gate'>
export type DeviceId = Branded<string, 'Device'>
export type ScanId = Branded<string, 'Scan'>
export type IncidentId = Branded<string, 'Incident'>
export type OrderId = Branded<string, 'Order'>
export type UserId = Branded<string, 'User'>
/** Who stamps contacts: central, or a hub's device id. */
export type NodeId = Branded<string, 'Node'>

/** Number of an invitee within its event, from 1; what replicas and scans carry instead of a UUID. */
export type InviteeNo = Branded<number, 'InviteeNo'>
/** Number that central gave a device within its event, from 1; breaks ties (TM6). */
export type DeviceNo = Branded<number, 'DeviceNo'>

/** 24 lower-case hex characters: the 12 random bytes of a ticket id. */
export type TicketId = Branded<string, 'Ticket'>
/** 32 lower-case hex characters: first 16 bytes of SHA-256 over the decoded token's bytes. */
export type Digest = Branded<string, 'Digest'>
/** 64 lower-case hex characters: a link of a device's chain. */
export type ScanHash = Branded<string, 'ScanHash'>
