const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'windows',
];
const CPU = [
  'arm64',
  'arm',
  'armv6',
  'armv7',
  'ia32',
  'x64',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'wasm32',
];

/**
 * The optional packages, made for one platform each, that a lock's packages ask for and the lock does not hold.
 * @param {object} lock a parsed package-lock.json
 * @returns {{ name: string, version: string, dev: boolean, platform: object }[]}
 */
export function missingPackages(lock) {
  const missing = new Map();
  for (const [path, asking] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(asking.optionalDependencies ?? {})) {
      const version = range.replace(/^[\^~>=\s]+/, '');
      const platform = platformOf(name);
      const exact = /^\d+\.\d+\.\d+/.test(version);
      if (!exact || Object.keys(platform).length === 0 || isHeld(lock, path, name)) continue;
      missing.set(name, { name, version, dev: asking.dev === true, platform });
    }
  }
  return [...missing.values()];
}

/** The lock with all of them, in npm's order. */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  for (const { name, version, dev, platform } of missingPackages(lock)) {
    packages[`node_modules/${name}`] = { version, ...platform, ...(dev ? { dev: true } : {}), optional: true };
  }
  return { ...lock, packages: Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Names of the packages whose entry tells from which registry they came. */
export function resolvedPackages(lock) {
  return Object.keys(lock.packages).filter((path) => lock.packages[path].resolved !== undefined);
}

/** Names of platform packages tell the platform: `@swc/core-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split('/').pop().split(/[-.]/);
  const musl = words.some((word) => word.startsWith('musl') || word === 'linuxmusl');
  const os = OS.find((word) => words.includes(word)) ?? (musl ? 'linux' : undefined);
  const cpu = CPU.find((word) => words.includes(word));
  return {
    ...(os ? { os: [os === 'windows' ? 'win32' : os] } : {}),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(musl ? { libc: ['musl'] } : {}),
  };
}

/** Looks where Node would: beside the package that asks, then further up. */
function isHeld(lock, from, name) {
  for (let at = from; ; at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : '') {
    if (lock.packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (!at) return false;
  }
}
