// Before @peculiar/x509, which wants it there.
import 'reflect-metadata'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartFault } from '@eventpass/db'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

cryptoProvider.set(globalThis.crypto)

const dayMs = 86_400_000
/** iOS and Chrome refuse server certificates that live longer than 398 days. */
const serverDays = 397
const authorityDays = 3_650
/** A clock that is a little behind must not find the certificate in the future. */
const leewayDays = 2
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/**
 * What this authority may vouch for: private networks and this machine, so that whoever steals its
 * key can fool no tablet about a site of the internet.
 */
const privateRanges = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
]
const privateNames = ['localhost', 'local']

/** PEM texts: what tablets install, and what the server shows them. */
export interface LanCertificates {
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

/**
 * Makes a server certificate for these names (private IPv4 addresses, `localhost`, `….local`), signed
 * by an authority that is made once and kept in `dir` (0600), so that a tablet which trusts it goes
 * on doing so after a restart or under another address.
 */
export async function openLanCertificates(
  dir: string,
  names: readonly string[],
  nowMs: number,
): Promise<LanCertificates> {
  const authority = await openAuthority(dir, nowMs)
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=EventPass Pro',
    issuer: authority.certificate.subjectName,
    ...validity(nowMs, serverDays),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      await AuthorityKeyIdentifierExtension.create(authority.certificate),
      new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value }) as const),
      ),
    ],
  })
  return {
    authority: authority.certificate.toString('pem'),
    certificate: certificate.toString('pem'),
    key: await toPem(keys.privateKey),
  }
}

interface Authority {
  readonly certificate: X509Certificate
  readonly key: CryptoKey
}

async function openAuthority(dir: string, nowMs: number): Promise<Authority> {
  const file = join(dir, 'lan-authority.pem')
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  const authority = kept === null ? null : await readAuthority(kept, file)
  const lastsMs = authority ? authority.certificate.notAfter.getTime() - nowMs : 0
  if (authority && lastsMs > serverDays * dayMs) return authority
  const made = await makeAuthority(nowMs)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  // Whole or not at all: half a file would make every tablet install a new authority.
  const text = `${made.certificate.toString('pem')}\n${await toPem(made.key)}\n`
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
  return made
}

async function readAuthority(text: string, file: string): Promise<Authority> {
  const blocks = PemConverter.decodeWithHeaders(text)
  const [certificate, key] = ['CERTIFICATE', 'PRIVATE KEY'].map(
    (type) => blocks.find((block) => block.type === type)?.rawData,
  )
  if (!certificate || !key) {
    throw new StartFault(
      `${file} is damaged. Delete it and start again; tablets then install a new one.`,
    )
  }
  return {
    certificate: new X509Certificate(certificate),
    key: await crypto.subtle.importKey('pkcs8', key, algorithm, true, ['sign']),
  }
}

async function makeAuthority(nowMs: number): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  // A tablet that knows two of them, under one name, would try the wrong one.
  const mark = crypto.randomUUID().slice(0, 8)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=EventPass Pro at this venue (${mark})`,
    ...validity(nowMs, authorityDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(onlyPrivate())),
    ],
  })
  return { certificate, key: keys.privateKey }
}

function onlyPrivate(): NameConstraints {
  const names = [
    ...privateRanges.map((iPAddress) => new GeneralName({ iPAddress })),
    ...privateNames.map((dNSName) => new GeneralName({ dNSName })),
  ]
  const trees = names.map((base) => new GeneralSubtree({ base }))
  return new NameConstraints({ permittedSubtrees: new GeneralSubtrees(trees) })
}

function validity(nowMs: number, days: number) {
  return {
    notBefore: new Date(nowMs - leewayDays * dayMs),
    notAfter: new Date(nowMs + (days - leewayDays) * dayMs),
  }
}

async function toPem(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

function isAddress(name: string): boolean {
  return /^\d+(\.\d+){3}$/.test(name)
}
