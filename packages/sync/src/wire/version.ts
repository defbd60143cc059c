/**
 * Version of the messages between gate, hub and central. A changed schema needs a new one (SY7).
 *
 * 1: first version.
 */
export const PROTOCOL_VERSION = 1
