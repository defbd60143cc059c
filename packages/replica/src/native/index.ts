export { type BuiltSnapshot, buildSnapshot, type SnapshotInput } from './build-snapshot.ts'
export { openNativeDisk } from './native-disk.ts'
export { openNativeJournal } from './open-native-journal.ts'
export { openNativeStores } from './open-native-stores.ts'
