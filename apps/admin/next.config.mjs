/** The organiser's app lives under /admin of the one origin; deployed it has an origin of its own. */
const config = {
  basePath: '/admin',
  poweredByHeader: false,
  reactStrictMode: true,
  transpilePackages: ['@eventpass/api', '@eventpass/domain'],
  // `pnpm check` checks them; a first `npm start` has not built the declarations that they refer to.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: new URL('../..', import.meta.url).pathname },
}

export default config
