import type { NetworkInterfaceInfo } from 'node:os'

/** RFC 1918, and what phones that share their network use (RFC 6598). */
const privateAddress =
  /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./

/** The IPv4 addresses under which tablets of the same private network reach this machine. */
export function lanAddresses(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly string[] {
  const found = Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter(({ internal, address }) => !internal && privateAddress.test(address))
    .map(({ address }) => address)
  return [...new Set(found)]
}
