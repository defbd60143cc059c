/**
 * Version of the messages between gate, hub and central. A changed schema needs a new one (SY7).
 *
 * 1: first version.
 * 2: claims (`ClaimInput`, `ClaimOutput`); whoever speaks 1 sends none, and all else is as it was.
 */
export const PROTOCOL_VERSION = 2
