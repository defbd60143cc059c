export {
  type GateStores,
  type GateStoresFailure,
  type GateStoresOptions,
  openGateStores,
} from './open-gate-stores.ts'
