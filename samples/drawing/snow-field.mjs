import {
  birch,
  circle,
  ellipse,
  glow,
  hill,
  house,
  line,
  mix,
  mountains,
  path,
  randomFrom,
  rect,
  roll,
  sky,
  smoke,
  smooth,
  WIDTH,
  wood,
} from './brush.mjs';

/** Snow field at sunrise, stubble rows, wood and far hills. */
export function snowField() {
  const random = randomFrom(5);
  let rows = '';
  for (let i = 0; i < 34; i++) {
    const bottom = -1700 + i * 140;
    for (let k = 0; k < 26; k++) {
      const t = (k / 26) ** 2.1 + random() * 0.006;
      const x = 640 + (bottom - 640) * t + (random() - 0.5) * 22 * t;
      const y = 470 + 300 * t;
      if (x < -10 || x > WIDTH + 10 || k < 3) continue;
      rows +=
        line(
          `M${x.toFixed(0)} ${y.toFixed(0)}l${(random() * 8 * t - 4 * t).toFixed(1)} ${(-4 - 26 * t).toFixed(1)}`,
          mix('#c9a26a', '#8a6a48', t),
          (1.2 + 3 * t).toFixed(1),
        ) + ellipse(x + 9 * t, y + 1, 5 + 20 * t, 1 + 3 * t, '#7f9dbd', 'opacity=".35"');
    }
  }
  return [
    sky(
      [
        [0, '#5f8fb8'],
        [0.45, '#b9cfdc'],
        [0.8, '#fadcb8'],
        [1, '#fdebcf'],
      ],
      0,
      480,
    ),
    glow(640, 400, 420, '#fff0c8', 0.95),
    circle(640, 372, 54, '#fffaf0'),
    [
      'M-20 128Q220 84 520 118T900 112Q700 142 480 136T-20 150z',
      'M560 62Q820 84 1220 40V66Q900 96 560 62z',
      'M60 208Q220 182 420 206 240 218 60 208z',
      'M860 212Q1040 184 1220 200V216Q1020 220 860 212z',
    ].map((d) => path(d, '#ffffff', 'fill-opacity=".38"')),
    mountains(
      [
        [-20, 340],
        [150, 282],
        [330, 352],
        [520, 330],
        [800, 340],
        [980, 268],
        [1180, 330],
      ],
      456,
      '#b3c6d6',
      '#a2b9cd',
      13,
    ),
    hill(420, 22, 7, '#c3d4e2', 520),
    wood((x) => roll(x, 440, 10, 3), -10, 420, 62, '#55788e', 3, 15, '#dfe9f0'),
    wood((x) => roll(x, 440, 10, 3), 820, WIDTH + 20, 70, '#4f7188', 8, 15, '#dfe9f0'),
    wood((x) => roll(x, 446, 6, 3), 420, 820, 26, '#8ea9bb', 14, 12),
    house(300, 462, 62, { wall: '#d7a383', roof: '#8a4a3a', snow: '#f4f8fb', light: '#ffd27a' }),
    house(396, 466, 50, { wall: '#cfd6dc', roof: '#5f7f95', snow: '#f4f8fb', light: '#ffd27a' }),
    smoke(346, 420, 17, 70, '#ffffff', 0.75),
    rect(0, 462, WIDTH, 300, '#eaf1f7'),
    path(
      `${smooth([
        [-40, 470],
        [300, 462],
        [640, 468],
        [940, 460],
        [1250, 468],
      ])}V500H-40Z`,
      '#f7fafc',
    ),
    glow(640, 520, 330, '#ffe3b0', 0.6),
    path('M-20 560Q300 520 640 548T1220 530V760H-20z', '#dfe9f2', 'opacity=".7"'),
    rows,
    path('M-20 690Q260 640 560 676T1220 650V760H-20z', '#ffffff', 'opacity=".5"'),
    // fence, birches, tracks
    line('M-10 640L300 560M-10 676L306 586', '#7d6a5a', 7),
    [
      [20, 690, 106],
      [110, 660, 88],
      [190, 632, 74],
      [258, 612, 62],
      [304, 598, 54],
    ].map(([x, y, h]) => rect(x - 6, y - h, 12, h, '#6d5a4b') + rect(x - 7, y - h - 6, 14, 9, '#ffffff', 'rx="4"')),
    birch(960, 720, 560, 5, '#f6f4ef', '#3b4a58'),
    birch(1050, 700, 470, 9, '#f0efec', '#435362'),
    birch(1130, 740, 620, 2, '#f8f6f1', '#364553'),
    birch(870, 708, 380, 7, '#f0efec', '#4d5d6c'),
    path(
      `${smooth([
        [720, 762],
        [800, 724],
        [900, 700],
        [1040, 694],
        [1250, 700],
      ])}V770H720Z`,
      '#ffffff',
    ),
    path(
      `${smooth([
        [800, 764],
        [900, 736],
        [1040, 728],
        [1250, 734],
      ])}V770H800Z`,
      '#dbe7f2',
    ),
    [...Array(11).keys()].map((i) =>
      ellipse(470 + i * 27 + (i % 2) * 10, 742 - i * 22, 9 - i * 0.55, 4.4 - i * 0.25, '#9fb8d0'),
    ),
  ];
}
