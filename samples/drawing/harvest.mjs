import {
  circle,
  ellipse,
  glow,
  group,
  HEIGHT,
  hill,
  house,
  line,
  mix,
  mountains,
  path,
  polygon,
  randomFrom,
  rect,
  roll,
  sky,
  WIDTH,
  wood,
} from './brush.mjs';

/** Rice being harvested, corn standing behind. */
export function harvest() {
  const random = randomFrom(31);
  let stubble = '';
  for (let i = 0; i < 30; i++) {
    const a = -900 + i * 100;
    stubble += polygon(
      [
        [620, 380],
        [621, 380],
        [a + 48, HEIGHT + 4],
        [a, HEIGHT + 4],
      ],
      i % 2 ? '#e0b552' : '#d6a845',
    );
  }
  let corn = '';
  for (let depth = 0; depth < 3; depth++)
    for (let x = -20 + depth * 6; x < 540 - depth * 50; x += 19) {
      const h = 60 + depth * 14 + random() * 18;
      const y = 416 + depth * 17 - x * 0.03 * depth;
      const stalk = mix(mix('#a9873c', '#8f9a45', random()), '#6d5a2c', depth * 0.12);
      const leaf = (at, side, reach) =>
        `M${x} ${y - h * at}q${side * reach * 0.5} ${-reach * 0.85} ${side * reach} ${reach * 0.25}q${-side * reach * 0.45} ${-reach * 0.5} ${-side * reach} ${-reach * 0.1}z`;
      corn +=
        line(`M${x} ${y}V${y - h}`, stalk, 4) +
        path(
          leaf(0.3, 1, 22) + leaf(0.42, -1, 24) + leaf(0.66, 1, 20) + leaf(0.78, -1, 18),
          mix(stalk, '#e8d489', 0.25),
        );
      corn +=
        ellipse(
          x + 5,
          y - h * 0.52,
          4.4,
          9.5,
          '#f4c542',
          `transform="rotate(14 ${x + 5} ${(y - h * 0.52).toFixed(0)})"`,
        ) + line(`M${x} ${y - h}l-6-10M${x} ${y - h}l6-10M${x} ${y - h}v-13`, '#d8b06a', 2.2);
    }
  let rice = '';
  for (let row = 0; row < 8; row++) {
    for (let x = -10 + (row % 2) * 9; x < WIDTH + 20; x += 17) {
      const y = 660 + row * 15 + Math.sin(x / 130) * 7;
      const h = 38 + row * 3 + random() * 12;
      const lean = 8 + random() * 14;
      rice += line(
        `M${x} ${y}q${lean * 0.2} ${-h * 0.8} ${lean} ${-h * 0.86}t${lean * 0.8} ${h * 0.3}`,
        mix('#d49a2e', '#f3cd67', (row / 8) * 0.35 + random() * 0.6),
        3,
      );
    }
  }
  const machine = group(
    'transform="translate(655 424) scale(1.22)"',
    ellipse(110, 118, 185, 13, '#7d5c22', 'opacity=".32"'),
    polygon(
      [
        [236, 20],
        [330, -30],
        [336, -20],
        [246, 34],
      ],
      '#b33a2c',
    ),
    path('M318-30q24-6 34 14l-12 4q-6-12-20-8z', '#8f2b21'),
    rect(70, -2, 176, 72, '#c8452f', 'rx="12"'),
    rect(70, 34, 176, 12, '#f2ead8'),
    rect(150, -34, 96, 36, '#d9573c', 'rx="6"'),
    path('M150-30q46-26 96 0z', '#eec35a'),
    rect(30, -38, 78, 88, '#b33a2c', 'rx="8"'),
    rect(38, -30, 62, 52, '#bfe0e6', 'rx="5"'),
    polygon(
      [
        [40, 22],
        [62, -30],
        [80, -30],
        [58, 22],
      ],
      '#ffffff',
      'opacity=".45"',
    ),
    rect(26, -46, 88, 10, '#f2ead8', 'rx="4"'),
    circle(70, -4, 8, '#e9c19a'),
    rect(60, 5, 20, 18, '#2f6b8a', 'rx="5"'),
    polygon(
      [
        [34, 46],
        [60, 60],
        [-20, 104],
        [-40, 94],
      ],
      '#8f2b21',
    ),
    polygon(
      [
        [-66, 78],
        [-20, 66],
        [-8, 110],
        [-70, 112],
      ],
      '#a5352a',
    ),
    circle(-62, 74, 28, 'none', 'stroke="#f2c14a" stroke-width="5"'),
    line('M-90 74h56M-62 46v56M-82 54l40 40M-82 94l40-40', '#f2c14a', 4),
    circle(92, 84, 36, '#2f3338'),
    circle(92, 84, 17, '#eec35a'),
    circle(214, 92, 27, '#2f3338'),
    circle(214, 92, 12, '#eec35a'),
  );
  let dust = '';
  for (let i = 0; i < 26; i++)
    dust += circle(
      955 + random() * 210,
      480 + random() * 84,
      8 + random() * 24,
      '#f7e2ac',
      `fill-opacity="${(0.1 + random() * 0.22).toFixed(2)}"`,
    );
  return [
    sky(
      [
        [0, '#8fc0d3'],
        [0.55, '#dfe9d8'],
        [1, '#fbe2ae'],
      ],
      0,
      400,
    ),
    glow(930, 250, 320, '#fff0c0', 0.85),
    circle(930, 232, 52, '#fff7df'),
    mountains(
      [
        [60, 290],
        [260, 232],
        [470, 300],
        [690, 250],
        [880, 300],
        [1090, 246],
        [1220, 290],
      ],
      392,
      '#a9c1b4',
      '#9ab5a9',
      7,
    ),
    hill(350, 20, 3, '#8ba877', 430),
    wood((x) => roll(x, 372, 10, 5), -10, WIDTH, 40, '#5d8757', 6, 14),
    rect(0, 380, WIDTH, 380, '#dbae4c'),
    stubble,
    polygon(
      [
        [-10, 396],
        [560, 384],
        [500, 404],
        [-10, 446],
      ],
      '#b48a3d',
    ),
    corn,
    // dike and standing rice behind the machine
    path('M0 456Q330 420 640 404T1210 398v20Q900 414 640 432T0 494z', '#8a9a4e'),
    path('M0 470Q330 434 640 418T1210 410v8Q900 414 640 432T0 494z', '#6f833f'),
    [
      [150, 560],
      [300, 530],
      [420, 590],
      [1040, 620],
      [230, 640],
    ].map(([x, y]) =>
      group(
        '',
        ellipse(x, y, 40, 8, '#8a6424', 'opacity=".3"'),
        path(`M${x - 36} ${y}q4-52 36-56t36 56q-36 12-72 0z`, '#e9c05a'),
        path(`M${x + 4} ${y - 55}q28 8 32 55-12 5-24 6 10-32-8-61z`, '#cf9f3c'),
        line(`M${x - 26} ${y - 30}q26 10 52 0`, '#a87c2b', 3),
      ),
    ),
    house(1010, 402, 60, { wall: '#efe4cf', roof: '#b4553f', light: '#8fb4c4' }),
    house(1100, 404, 52, { wall: '#e8dcc6', roof: '#5f7f95', light: '#8fb4c4' }),
    rect(950, 350, 24, 52, '#c9d3d2'),
    path('M946 352q16-26 32 0z', '#9fb0b2'),
    rect(918, 360, 22, 42, '#d6dedc'),
    path('M914 362q15-22 30 0z', '#aab9ba'),
    dust,
    machine,
    rice,
  ];
}
