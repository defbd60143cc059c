import type { Failure, Result } from '@eventpass/domain'
import { TRPCError } from '@trpc/server'
import type { EmailTaken } from './accounts/account-failures.ts'
import type { SignInFailure } from './accounts/sign-in.ts'
import type { SignUpFailure } from './accounts/sign-up.ts'
import type { DeviceRefused } from './devices-admin/manage-devices.ts'
import type { BadEvent } from './events/create-event.ts'
import type { EventNotFound, FrameRefused } from './events/edit-event.ts'

type ApiFailure =
  | BadEvent
  | DeviceRefused
  | EmailTaken
  | EventNotFound
  | FrameRefused
  | SignInFailure
  | SignUpFailure

/** The one place where a failure becomes a transport error; a new kind fails to compile here. */
const codeByFailureKind = {
  bad_event: 'BAD_REQUEST',
  device_not_found: 'NOT_FOUND',
  email_taken: 'CONFLICT',
  event_not_found: 'NOT_FOUND',
  name_taken: 'CONFLICT',
  signup_closed: 'FORBIDDEN',
  too_many: 'PRECONDITION_FAILED',
  too_many_attempts: 'TOO_MANY_REQUESTS',
  unknown_place: 'BAD_REQUEST',
  unknown_reference: 'BAD_REQUEST',
  wrong_credentials: 'UNAUTHORIZED',
  wrong_state: 'CONFLICT',
} as const satisfies Record<ApiFailure['kind'], TRPCError['code']>

/** The value of a result; a failure leaves as a transport error with its sentence and its kind. */
export function unwrap<T, E extends ApiFailure>(result: Result<T, E>): T {
  if (result.ok) return result.value
  const { kind, message } = result.failure
  throw new TRPCError({ code: codeByFailureKind[kind], message, cause: causeOf(result.failure) })
}

/** tRPC wants an Error as the cause; the error formatter reads `failure` off it. */
function causeOf({ kind }: Failure): Error {
  return Object.assign(new Error(kind), { failure: kind })
}
