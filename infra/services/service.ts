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
