import type { AccountsDep } from './accounts/sessions.ts'
import type { AuditChainDeps } from './audit/audit-chain-store.ts'
import type { ShedDep } from './claims/claim-shed.ts'
import type { ClaimStepsDep } from './claims/claim-store.ts'
import type { FailoverDep } from './failover/failover.ts'
import type { SheetsDep } from './invitees/sheet-reader.ts'
import type { LimitsDep } from './limits/rate-limiter.ts'
import type { LiveDep } from './live/live-bus.ts'
import type { KeyDeps } from './manifest/wrap-keys.ts'
import type { NodeDep } from './node.ts'
import type { PlatformDep } from './platform.ts'
import type { SnapshotsDep } from './snapshots/snapshot-store.ts'
import type { LookupsDep, TenancyDep } from './tenancy/tenancy.ts'

/** Everything that central's use cases ask of the world; the server composes it once. */
export interface ApiDeps
  extends AccountsDep,
    AuditChainDeps,
    ClaimStepsDep,
    FailoverDep,
    KeyDeps,
    LimitsDep,
    LiveDep,
    LookupsDep,
    NodeDep,
    PlatformDep,
    ShedDep,
    SheetsDep,
    SnapshotsDep,
    TenancyDep {}
