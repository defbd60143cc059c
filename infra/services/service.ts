export const serviceNames = ['postgres', 'redis', 'rabbitmq', 'chromium'] as const

export type ServiceName = (typeof serviceNames)[number]

/** A service that a run may use: the lines for its caller, and a word on where it is. */
export interface Found {
  readonly env: Readonly<Record<string, string>>
  readonly where: string
}

/** How services may be had; `private` ones serve this run alone. */
export const sourceNames = ['auto', 'running', 'private', 'compose', 'debian'] as const

export type SourceName = (typeof sourceNames)[number]

/** The system's user that a server runs as; null when we are no root and it runs as ourselves. */
export interface ServiceUser {
  readonly uid: number
  readonly gid: number
}

/** A server of a run's own, with all that is needed to start it once more in its folder. */
export interface OwnServer {
  readonly service: OwnServiceName
  /** Where it answers whoever may look into everything. */
  readonly url: string
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly user: ServiceUser | null
  readonly folder: string
  /** The signal that it takes as "end now, in good order". */
  readonly stopSignal: NodeJS.Signals
}

export type OwnServiceName = Exclude<ServiceName, 'chromium'>
