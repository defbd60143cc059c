/** A tenant, an event and its tablets, for programs that run without a test runner. */
export { openEvent, openTenant } from '../tenancy/world.contract.ts'
export { pairDevice, type TestDevice } from './test-device.contract.ts'
