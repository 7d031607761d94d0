import {
  birch,
  circle,
  ellipse,
  glow,
  group,
  HEIGHT,
  hill,
  line,
  mountains,
  path,
  randomFrom,
  roll,
  sky,
  smooth,
  spruce,
  WIDTH,
  wood,
} from './brush.mjs';

/** Mountains, lake and forest in morning mist. */
export function lakeForest() {
  const far = mountains(
    [
      [60, 235],
      [250, 150],
      [420, 225],
      [610, 105],
      [800, 215],
      [985, 140],
      [1180, 230],
    ],
    400,
    '#a9c9cf',
    '#94b9c2',
    3,
  );
  const near = mountains(
    [
      [-20, 320],
      [170, 268],
      [360, 330],
      [720, 330],
      [930, 262],
      [1140, 310],
    ],
    420,
    '#7fa9ae',
    '#6f9ca3',
    5,
  );
  const shore = (x) => roll(x, 398, 14, 2);
  const land = [
    far,
    near,
    hill(372, 26, 4, '#5e9189', 440),
    wood(shore, -20, WIDTH + 20, 62, '#2f6b60', 9),
    hill(397, 11, 2, '#2f6b60', 432),
  ];
  const water = 424;
  const random = randomFrom(21);
  let glints = '';
  for (let i = 0; i < 46; i++) {
    const y = water + 14 + random() ** 1.5 * 240;
    const w = (20 + random() * 120) * (0.4 + (y - water) / 240);
    const x = 560 + (random() - 0.5) * 1000 * (0.35 + (y - water) / 260);
    glints += line(
      `M${x.toFixed(0)} ${y.toFixed(0)}h${w.toFixed(0)}`,
      '#ffffff',
      1.5 + (y - water) / 110,
      'stroke-opacity=".5"',
    );
  }
  return [
    sky(
      [
        [0, '#cfe3e6'],
        [0.55, '#f3ead6'],
        [1, '#f7dfc2'],
      ],
      0,
      420,
    ),
    glow(770, 190, 230, '#fff4d6', 0.9),
    circle(770, 190, 48, '#fffaf0'),
    land,
    `<clipPath id="lake"><rect x="0" y="${water - 1}" width="${WIDTH}" height="${HEIGHT - water}"/></clipPath>`,
    sky(
      [
        [0, '#a9cbcb'],
        [0.5, '#c4dbd4'],
        [1, '#7eaaa9'],
      ],
      water - 1,
      HEIGHT,
    ),
    group('clip-path="url(#lake)"', group(`transform="translate(0 ${water * 2}) scale(1 -1)" opacity=".42"`, land)),
    glow(770, 470, 260, '#fff1d0', 0.55),
    glints,
    [0, 1, 2, 3].map((i) => ellipse(200 + i * 290, 424 - (i % 2) * 8, 260, 9, '#ffffff', 'fill-opacity=".3"')),
    // a boat
    path('M500 560q62 20 128 0l-14 26q-50 10-100 0z', '#2d4b4a'),
    line('M500 560q62 20 128 0', '#e9dcc0', 4),
    path('M502 596q62 12 124 0', '#2d4b4a', 'opacity=".25"'),
    // near bank
    path(
      `${smooth([
        [-40, 610],
        [90, 600],
        [210, 640],
        [330, 690],
        [420, 760],
      ])}L-40 760Z`,
      '#1f5049',
    ),
    path(
      `${smooth([
        [740, 770],
        [880, 690],
        [1000, 640],
        [1120, 616],
        [1250, 610],
      ])}L1250 770Z`,
      '#1f5049',
    ),
    spruce(40, 660, 400, '#1d4f47'),
    spruce(150, 690, 300, '#24594f'),
    spruce(255, 720, 190, '#2c665a'),
    spruce(-20, 720, 330, '#184239'),
    spruce(1160, 700, 450, '#1d4f47'),
    spruce(1065, 690, 300, '#24594f'),
    spruce(965, 712, 180, '#2c665a'),
    birch(1010, 712, 330, 6, '#f5f0e4', '#34433f', '#d9a441'),
    birch(330, 740, 250, 8, '#f5f0e4', '#34433f', '#c9b04a'),
    path(
      `${smooth([
        [-40, 628],
        [60, 640],
        [160, 668],
        [270, 706],
        [350, 740],
        [400, 770],
      ])}L-40 770Z`,
      '#173f38',
    ),
    path(
      `${smooth([
        [830, 770],
        [890, 728],
        [970, 694],
        [1080, 668],
        [1250, 650],
      ])}L1250 770Z`,
      '#173f38',
    ),
  ];
}
