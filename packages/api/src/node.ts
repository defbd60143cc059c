/** Who this node is to devices: its keys and the life that its database lives. */
export interface NodeDep {
  /** This node's name in contacts. */
  readonly node: string
  /** New after a restore from backup: gates then push again what central has lost. */
  readonly incarnation: string
  /** Central's P-256 key that signs statements. */
  readonly centralKey: CryptoKey
  /** Raw point of its public half, base64url: what devices pin. */
  readonly centralPoint: string
  /** HMAC-SHA-256 key for device passes, shared by the API nodes. */
  readonly passKey: CryptoKey
}
