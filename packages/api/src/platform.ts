/** Clock, randomness and cryptography, handed in so that a test can choose them. */
export interface PlatformDep {
  /** Ms since 1970. */
  readonly now: () => number
  /** Cryptographically random bytes. */
  readonly random: (count: number) => Uint8Array<ArrayBuffer>
  readonly subtle: SubtleCrypto
}
