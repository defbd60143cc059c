export { type Bytes, bytesFromHex, hexFromBytes } from './bytes.ts'
export { classifyToken, type HeldKeys } from './classify-token.ts'
export { cleanToken, tokenTextLengthMax } from './clean-token.ts'
export { deriveEventKey, deriveTenantKey, eventTag } from './event-key.ts'
export {
  digestToken,
  importSigningKey,
  importVerifyKey,
  signToken,
  verifyToken,
} from './sign-token.ts'
export {
  type DecodedToken,
  decodeToken,
  encodeToken,
  type TokenClaims,
  type TokenFailure,
  ticketIdFromBytes,
  tokenLength,
  tokenPrefix,
} from './token.ts'
export {
  createUnwrapKeyPair,
  unwrapEventKey,
  type WrappedEventKey,
  wrapEventKey,
} from './wrap-event-key.ts'
