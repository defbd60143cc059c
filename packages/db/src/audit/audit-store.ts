import type { AuditStore } from '@eventpass/api'
import { desc, eq } from 'drizzle-orm'
import { auditLogs } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'

export function createAuditStore({ tenant, db }: TenantScope): AuditStore {
  return {
    async append(row) {
      await db.insert(auditLogs).values({ ...row, tenant })
    },
    findRecent: (limit) =>
      db
        .select({
          atMs: auditLogs.atMs,
          who: auditLogs.who,
          action: auditLogs.action,
          event: auditLogs.event,
          subjectKind: auditLogs.subjectKind,
          subjectId: auditLogs.subjectId,
          salt: auditLogs.salt,
          beforeHash: auditLogs.beforeHash,
          afterHash: auditLogs.afterHash,
          requestId: auditLogs.requestId,
        })
        .from(auditLogs)
        .where(eq(auditLogs.tenant, tenant))
        .orderBy(desc(auditLogs.id))
        .limit(limit),
  }
}
