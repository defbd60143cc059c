export {
  type GateStores,
  type GateStoresFailure,
  type GateStoresOptions,
  openGateStores,
  type RescuedLedger,
} from './open-gate-stores.ts'
