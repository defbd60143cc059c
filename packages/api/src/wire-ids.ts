import type {
  DeviceId,
  EventId,
  GateId,
  IncidentId,
  InviteeNo,
  ListId,
  OrderId,
  ScanId,
  TenantId,
  UserId,
} from '@eventpass/domain'
import { z } from 'zod'

const uuid = z.uuid().lowercase()
const as =
  <T>() =>
  (text: unknown) =>
    text as T

export const TenantIdText = uuid.transform(as<TenantId>())
export const UserIdText = uuid.transform(as<UserId>())
export const EventIdText = uuid.transform(as<EventId>())
export const ListIdText = uuid.transform(as<ListId>())
export const GateIdText = uuid.transform(as<GateId>())
export const IncidentIdText = uuid.transform(as<IncidentId>())
export const OrderIdText = uuid.transform(as<OrderId>())
export const ScanIdText = uuid.transform(as<ScanId>())
export const DeviceIdText = uuid.transform(as<DeviceId>())
/** Ms since 1970, whole, from 1970 to 2200. */
export const MsValue = z.int().min(0).max(7_258_118_400_000)
export const InviteeNoValue = z
  .int()
  .min(1)
  .max(0x7fff_ffff)
  .transform((no) => no as InviteeNo)
