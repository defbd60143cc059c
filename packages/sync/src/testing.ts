export {
  type ContractCase,
  equal,
  type RunTest,
  refuses,
  runCases,
} from './gate/contract-case.contract.ts'
export {
  checkInListOf,
  contentOf,
  deviceNoOf,
  deviceOf,
  digestOf,
  eventOf,
  frameOf,
  gateOf,
  hashOf,
  heardOf,
  inviteeOf,
  linkHasherOf,
  linkHashOf,
  listOf,
  type ManifestContent,
  ownScanOf,
  scanOf,
  tenantOf,
  ticketOf,
  vectorOf,
} from './gate/fixtures.fake.ts'
export {
  type LedgerHarness,
  ledgerStoreCases,
  ledgerStoreContract,
} from './gate/ledger-store.contract.ts'
export {
  type ManifestHarness,
  manifestStoreCases,
  manifestStoreContract,
} from './gate/manifest-store.contract.ts'
export {
  createMemoryLedger,
  createMemoryLedgerFiles,
  type LedgerDisk,
} from './gate/memory-ledger.fake.ts'
export {
  createMemoryManifest,
  createMemorySnapshotFiles,
  emptyManifestDisk,
  type ManifestDisk,
  packContent,
} from './gate/memory-manifest.fake.ts'
export {
  type SnapshotHarness,
  snapshotFilesCases,
  snapshotFilesContract,
} from './gate/snapshot-files.contract.ts'
