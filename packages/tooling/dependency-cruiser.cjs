/** The layers of the house, as rules. Read from the top: each ring may look inwards only. */
const inside = (...names) => `^packages/(${names.join('|')})/`
const testFile =
  '([.](test|contract|fake|property|bench)[.]tsx?$)|(/testing[.]ts$)|(/e2e/)|(/bench/)|(/history/)'

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means that two modules are one module.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'declared-only',
      severity: 'error',
      comment: 'Name every package you import in your own package.json.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'domain-stands-alone',
      severity: 'error',
      comment: 'The domain is pure: no package, no npm module, no Node module.',
      from: { path: inside('domain'), pathNot: testFile },
      to: { pathNot: inside('domain') },
    },
    {
      name: 'core-knows-no-platform',
      severity: 'error',
      comment: 'token, sync and api take crypto, time and stores as arguments; no Node module.',
      from: { path: inside('token', 'sync', 'api'), pathNot: `${testFile}|/src/qr/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-looks-inwards',
      severity: 'error',
      comment: 'domain, token and sync stand below api.',
      from: { path: inside('domain', 'token', 'sync') },
      to: { path: inside('api', 'db', 'replica', 'broker', 'sheets') },
    },
    {
      name: 'use-cases-know-no-transport',
      severity: 'error',
      comment:
        'Only routers, trpc.ts and failures.ts may know tRPC; use cases and ports stay plain.',
      from: {
        path: `${inside('api')}src/`,
        pathNot: `(router|trpc|failures|index)[.]ts$|${testFile}`,
      },
      to: { path: '@trpc/' },
    },
    {
      name: 'api-knows-no-adapter',
      severity: 'error',
      comment: 'api declares ports; the adapters implement them.',
      from: { path: inside('api') },
      to: { path: inside('db', 'replica', 'broker', 'sheets') },
    },
    {
      name: 'packages-never-import-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      comment: 'Share through a package.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'fakes-stay-in-tests',
      severity: 'error',
      comment: 'The simulator is a test as a whole: nothing may import it.',
      from: { path: '^(apps|packages)/', pathNot: `${testFile}|${inside('sim')}` },
      to: { path: '([.](contract|fake)|/testing)[.]ts$' },
    },
    {
      name: 'nobody-builds-on-the-simulator',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: inside('sim') },
      to: { path: inside('sim') },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'next-env[.]d[.]ts$|^(apps|packages)/[^/]+/(dist|[.]next)/|^plan/dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
}
