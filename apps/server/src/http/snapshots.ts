import { mkdir } from 'node:fs/promises'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { Central } from '../compose/open-central.ts'
import { readPrincipal } from './principal.ts'

/**
 * Serves snapshots as they lie on disk, with Range, to devices of that event alone.
 *
 * The gzip is the file itself and not a content encoding, so that a range of it is a range.
 */
export async function mountSnapshots(server: FastifyInstance, central: Central): Promise<void> {
  const { deps, snapshotsDir } = central
  await mkdir(snapshotsDir, { recursive: true })
  await server.register(fastifyStatic, { root: snapshotsDir, serve: false, decorateReply: true })

  server.get<{ Params: { event: string; name: string } }>(
    '/snapshots/:event/:name',
    async (request, reply) => {
      const { event, name } = request.params
      const principal = await readPrincipal(deps, request)
      if (principal?.kind !== 'device') {
        return reply.code(401).send({ message: 'This needs a device pass. Make a contact first.' })
      }
      const { device, erasedAt, paths } = await deps.tx(
        principal.tenant,
        async ({ manifest, erasure, snapshots }) => {
          const device = await manifest.getDevice(principal.device)
          const none: readonly string[] = []
          if (!device) return { device, erasedAt: 0, paths: none }
          const erasedAt = await erasure.lastRevision(device.event)
          return { device, erasedAt, paths: await snapshots.findPaths(device.event) }
        },
      )
      const revision = Number(/^(\d+)-\d+\.sqlite\.gz$/.exec(name)?.[1] ?? -1)
      // A file of another node's folder, or of a life before a restore, may still name whom this event
      // has erased since (GD1).
      const mayBeServed =
        revision >= 0 && revision >= erasedAt && paths.includes(`/snapshots/${event}/${name}`)
      if (device?.state !== 'active' || device.event !== event || !mayBeServed) {
        return reply
          .code(404)
          .send({ message: 'No such snapshot for this device. Ask for a new one.' })
      }
      return reply
        .type('application/octet-stream')
        .header('cache-control', 'private, no-transform, max-age=600')
        .sendFile(`${event}/${name}`)
    },
  )
}
