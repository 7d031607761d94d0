import {
  circle,
  glow,
  group,
  HEIGHT,
  hill,
  house,
  mix,
  mountains,
  path,
  polygon,
  poplar,
  randomFrom,
  rect,
  ribbon,
  roll,
  sky,
  WIDTH,
  wood,
} from './brush.mjs';

/** An asphalt road that swings through fields to a village. */
export function villageRoad() {
  const at = (t) => [
    690 + 150 * Math.sin(t * 3.5 + 0.1) * (0.25 + t) - 110 * t * t,
    392 + 390 * t ** 1.75,
    7 + 165 * t ** 1.7,
  ];
  const random = randomFrom(8);
  // rows of a field, each running to the vanishing point
  const rows = (vx, vy, from, to, count, colours, bottom) => {
    let out = '';
    for (let i = 0; i < count; i++) {
      const a = from + ((to - from) * i) / count;
      const b = from + ((to - from) * (i + 0.55)) / count;
      out += polygon(
        [
          [vx, vy],
          [vx + 1, vy],
          [b, bottom],
          [a, bottom],
        ],
        colours[i % colours.length],
      );
    }
    return out;
  };
  const homes = [
    [520, 398, 44, '#e8dcc6', '#b4553f'],
    [585, 394, 40, '#f0e6d2', '#5f7f95'],
    [742, 397, 46, '#efe4cf', '#b4553f'],
    [815, 400, 50, '#e8dcc6', '#a34b39'],
    [890, 398, 42, '#f0e6d2', '#5f7f95'],
    [450, 404, 48, '#efe4cf', '#a34b39'],
  ];
  let trees = '';
  for (let i = 0; i < 12; i++) {
    const t = 0.03 + (i / 11) ** 1.35 * 0.62;
    const [x, y, half] = at(t);
    const h = 34 + 430 * t ** 1.3;
    trees += poplar(x + half * 1.75 + 8, y, h, mix('#6f9a4c', '#3d7040', t));
    trees += poplar(x - half * 1.75 - 8, y, h * 0.92, mix('#7ba554', '#47793f', t));
  }
  let flowers = '';
  for (let i = 0; i < 230; i++) {
    const t = 0.3 + random() * 0.7;
    const [x, y, half] = at(t);
    flowers += circle(
      x + (random() < 0.5 ? -1 : 1) * half * (1.12 + random() * 0.16),
      y,
      0.8 + 3 * t * random(),
      ['#ffffff', '#f7c948', '#e58bb8', '#8f86e0'][i % 4],
    );
  }
  let dashes = '';
  for (let i = 0; i < 16; i++) {
    const a = (i / 16) ** 0.8;
    dashes += ribbon(at, '#f4efe0', a, a + 0.028, 0, 0.022);
  }
  return [
    sky(
      [
        [0, '#7fb6d2'],
        [0.6, '#cfe6e8'],
        [1, '#f6ecd2'],
      ],
      0,
      410,
    ),
    glow(220, 130, 240, '#fff6da', 0.8),
    circle(220, 130, 42, '#fffaf0'),
    [
      'M700 120q24-40 70-24 30-44 84-16 50-12 60 34 40 4 34 30H680q-10-20 20-24z',
      'M980 210q16-26 46-16 22-30 58-10 34-8 42 24 26 4 22 20H964q-6-14 16-18z',
      'M380 220q14-22 40-14 20-24 50-8 28-6 36 20 22 2 18 16H366q-4-12 14-14z',
    ].map((d) => path(d, '#ffffff', 'fill-opacity=".85"')),
    mountains(
      [
        [100, 318],
        [330, 288],
        [560, 330],
        [860, 300],
        [1100, 270],
        [1240, 310],
      ],
      400,
      '#a8c7c5',
      '#9cbdbc',
      11,
    ),
    hill(372, 18, 6, '#8db38f', 460),
    wood((x) => roll(x, 384, 8, 3), -10, WIDTH, 30, '#5f9468', 4, 12),
    rect(0, 392, WIDTH, 400, '#8fb35c'),
    rows(700, 392, -1900, 640, 26, ['#d9bf5b', '#cfb24f'], HEIGHT + 4),
    rows(720, 392, 700, 3000, 26, ['#7fae55', '#8cba5e'], HEIGHT + 4),
    polygon(
      [
        [470, 410],
        [700, 400],
        [640, 440],
        [330, 452],
      ],
      '#a9c667',
    ),
    polygon(
      [
        [760, 404],
        [1210, 404],
        [1210, 430],
        [800, 436],
      ],
      '#c5cf70',
    ),
    homes.map(([x, y, size, wall, roof]) => house(x, y + 6, size, { wall, roof, light: '#8fb4c4', chimney: true })),
    ribbon(at, '#6d8f4a', 0, 1, 0, 1.28),
    ribbon(at, '#d8cfbb', 0, 1, 0, 1.08),
    ribbon(at, '#6b747b', 0, 1, 0, 1),
    ribbon(at, '#f4efe0', 0, 1, 0.93, 0.018),
    ribbon(at, '#f4efe0', 0, 1, -0.93, 0.018),
    dashes,
    flowers,
    trees,
    // a school bus small on the road
    group(
      'transform="translate(752 458)"',
      rect(0, -30, 30, 30, '#f0b429', 'rx="5"'),
      rect(3, -26, 24, 11, '#3c5563', 'rx="2"'),
      rect(0, -11, 30, 3, '#3a3f45'),
      circle(6, 1, 4, '#2b3036'),
      circle(24, 1, 4, '#2b3036'),
    ),
  ];
}
