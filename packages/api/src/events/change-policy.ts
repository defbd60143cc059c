import type { EventPolicy, PolicyEdit } from './event-store.ts'

/** A policy with what is given changed, and the rest as it was. */
export function changePolicy(before: EventPolicy, edit: PolicyEdit): EventPolicy {
  return {
    unlisted: edit.unlisted ?? before.unlisted,
    byName: edit.byName ?? before.byName,
    replicaAgeMsMax:
      edit.replicaAgeMsMax === undefined ? before.replicaAgeMsMax : edit.replicaAgeMsMax,
  }
}
