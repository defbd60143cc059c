import type { Contact, DeviceId } from '@eventpass/domain'

/** Challenges and contacts of the devices of one tenant. Times are the database's own (TM). */
export interface ContactStore {
  /** Remembers a challenge; answers the database's time now in ms, rounded down (Ti). */
  readonly openChallenge: (device: DeviceId, nonceHash: string) => Promise<number>
  /**
   * Takes a challenge off the table, once. Answers its Ti and the time now, rounded up (Tr);
   * null where it is unknown, already taken, another device's, or older than `challengeMsMax`.
   */
  readonly takeChallenge: (
    device: DeviceId,
    nonceHash: string,
    challengeMsMax: number,
  ) => Promise<{ readonly tiMs: number; readonly trMs: number } | null>
  /** Keeps the first and last contact per (device, epoch, head, node). */
  readonly saveContact: (contact: Contact) => Promise<void>
}
