import type { Failure, Result } from '@eventpass/domain'
import { TRPCError } from '@trpc/server'
import type { EmailTaken } from './accounts/account-failures.ts'
import type { SignInFailure } from './accounts/sign-in.ts'
import type { SignUpFailure } from './accounts/sign-up.ts'
import type { ClaimRefused } from './claims/accept-claim.ts'
import type { CodeRefused } from './claims/scan-code.ts'
import type { ContactRefused } from './contacts/exchange-contact.ts'
import type { DeviceRefused } from './devices-admin/manage-devices.ts'
import type { NotErased } from './erasure/erase-invitee.ts'
import type { BadEvent } from './events/create-event.ts'
import type { EventNotFound, FrameRefused } from './events/edit-event.ts'
import type { AwayRefused } from './failover/failover.ts'
import type { GiftNotFound } from './gifts/manage-gifts.ts'
import type { IncidentRefused } from './incidents/resolve-incident.ts'
import type { InviteeNotFound } from './invitees/manage-invitees.ts'
import type { ImportRefused } from './invitees/stage-import.ts'
import type { UnknownDevice } from './ledger/accept-push.ts'
import type { PullRefused } from './manifest/pull-changes.ts'
import type { OrderRefused } from './orders/order-failures.ts'
import type { PairingRefused } from './pairing/pair-device.ts'
import type { TicketRefused } from './tickets/manage-tickets.ts'

type ApiFailure =
  | AwayRefused
  | BadEvent
  | ClaimRefused
  | CodeRefused
  | ContactRefused
  | DeviceRefused
  | EmailTaken
  | EventNotFound
  | FrameRefused
  | GiftNotFound
  | ImportRefused
  | IncidentRefused
  | InviteeNotFound
  | NotErased
  | OrderRefused
  | PairingRefused
  | PullRefused
  | SignInFailure
  | SignUpFailure
  | TicketRefused
  | UnknownDevice

/** The one place where a failure becomes a transport error; a new kind fails to compile here. */
const codeByFailureKind = {
  bad_event: 'BAD_REQUEST',
  contact_refused: 'UNAUTHORIZED',
  database_away: 'SERVICE_UNAVAILABLE',
  device_not_found: 'NOT_FOUND',
  device_revoked: 'FORBIDDEN',
  email_taken: 'CONFLICT',
  event_not_found: 'NOT_FOUND',
  gift_not_found: 'NOT_FOUND',
  file_too_large: 'PAYLOAD_TOO_LARGE',
  import_has_errors: 'UNPROCESSABLE_CONTENT',
  import_not_found: 'NOT_FOUND',
  incident_changed: 'CONFLICT',
  incident_not_found: 'NOT_FOUND',
  invitee_held: 'CONFLICT',
  invitee_not_found: 'NOT_FOUND',
  journal_full: 'SERVICE_UNAVAILABLE',
  name_taken: 'CONFLICT',
  no_name_column: 'UNPROCESSABLE_CONTENT',
  not_erased: 'CONFLICT',
  not_known_while_away: 'SERVICE_UNAVAILABLE',
  op_reused: 'UNPROCESSABLE_CONTENT',
  order_not_found: 'NOT_FOUND',
  pairing_not_found: 'NOT_FOUND',
  order_settled: 'CONFLICT',
  pairing_refused: 'FORBIDDEN',
  signup_closed: 'FORBIDDEN',
  ticket_not_valid: 'CONFLICT',
  too_many: 'PRECONDITION_FAILED',
  too_many_attempts: 'TOO_MANY_REQUESTS',
  unknown_device: 'NOT_FOUND',
  unknown_place: 'BAD_REQUEST',
  unknown_reference: 'BAD_REQUEST',
  unreadable_file: 'UNPROCESSABLE_CONTENT',
  wrong_credentials: 'UNAUTHORIZED',
  wrong_state: 'CONFLICT',
} as const satisfies Record<ApiFailure['kind'], TRPCError['code']>

/** The value of a result; a failure leaves as a transport error with its sentence and its kind. */
export function unwrap<T, E extends ApiFailure>(result: Result<T, E>): T {
  if (result.ok) return result.value
  throw toTransportError(result.failure)
}

/** A failure as it leaves, with its sentence and its kind. */
export function toTransportError(failure: ApiFailure): TRPCError {
  const { kind, message } = failure
  return new TRPCError({ code: codeByFailureKind[kind], message, cause: causeOf(failure) })
}

/** tRPC wants an Error as the cause; the error formatter reads `failure` off it. */
function causeOf({ kind }: Failure): Error {
  return Object.assign(new Error(kind), { failure: kind })
}
