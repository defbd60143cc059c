/** The longest that a steward waits for an upstream to decide; then the gate goes on alone. */
export const claimMsMax = 400
/** How long one call may take before the gate goes on as if alone. */
export const callMsMax = 15_000
/** A push of a full batch over a slow line. */
export const pushMsMax = 30_000
/** Between two pieces of a snapshot. */
export const chunkMsMax = 20_000

/** Bytes of scans and texts in one push, besides `scansPerPushMax`. */
export const pushBytesMax = 512 * 1024
/** Batches that one pass pushes before it pulls. */
export const pushesPerPassMax = 100
/** Pages that one pass pulls: two million tickets at `ticketsPerPullMax`. */
export const pagesPerPassMax = 1_000
/** Times that one pass starts a snapshot over because its bytes were not the signed ones. */
export const snapshotTriesMax = 3
/** Bytes that a snapshot may have, as served: 20 million rows. */
export const snapshotBytesMax = 1_000_000_000

/** A pass is renewed by a new contact this long before it ends. */
export const passSlackMs = 30_000
/** Even an idle gate makes a contact this often, so that its time stays narrow (TM). */
export const contactEveryMs = 5 * 60_000
