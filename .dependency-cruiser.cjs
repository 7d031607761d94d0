// The rooms from the ground up (docs/architecture.md): a room imports only rooms below it.
const ROOMS = [
  'kernel',
  'authority',
  'tenancy',
  'identity',
  'access',
  'console',
  'workflow',
  'content',
  'presentation',
];
const SIBLINGS = ['syndication', 'reach', 'interaction', 'consolidation', 'oversight'];
const ABOVE = ['delivery'];

const upward = ROOMS.map((room, i) => ({
  name: `${room}-imports-only-below`,
  comment: `${room}/ must not import a room above it; news travels upward as events.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${[...ROOMS.slice(i + 1), ...SIBLINGS, ...ABOVE].join('|')})/` },
}));
const siblings = SIBLINGS.map((room) => ({
  name: `${room}-stands-alone`,
  comment: 'Siblings do not import each other, except oversight, which may read the others.',
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${[...SIBLINGS.filter((s) => s !== room && room !== 'oversight'), ...ABOVE].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...upward,
    ...siblings,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'rooms-do-not-know-the-top',
      comment: 'main and cli with its commands compose rooms; no room imports them.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/commands/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'database-only-through-the-kernel',
      comment: 'pg and typeorm connections are opened in kernel/database; elsewhere only entity decorators and types.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kernel/' },
      to: { path: 'node_modules/pg/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js'], conditionNames: ['import', 'node', 'default'] },
  },
};
