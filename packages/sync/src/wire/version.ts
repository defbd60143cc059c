/**
 * Version of the messages between gate, hub and central. A changed schema needs a new one (SY7).
 *
 * 1: first version.
 * 2: claims (`ClaimInput`, `ClaimOutput`); whoever speaks 1 sends none, and all else is as it was.
 * 3: a push may be answered `provisional`; whoever speaks 2 cannot read that, and pushes again as after no answer.
 */
export const PROTOCOL_VERSION = 3
