import { circle, group, HEIGHT, line, path, person, polygon, randomFrom, rect, spruce, WIDTH } from './brush.mjs';

/** Inside a service hall: counters, helpers, a plant, a view of trees. */
export function serviceHall() {
  const random = randomFrom(3);
  const seat = (x, y, coat) =>
    circle(x, y - 64, 17, '#efc7a2') +
    path(`M${x - 18} ${y - 64}a18 19 0 0 1 36 0q-10-12-20-12t-16 12z`, '#2b2622') +
    path(`M${x - 34} ${y}q0-46 34-46t34 46z`, coat) +
    polygon(
      [
        [x - 6, y - 45],
        [x + 6, y - 45],
        [x, y - 26],
      ],
      '#ffffff',
    );
  const counter = (x, coat, i) =>
    rect(x, 300, 156, 60, '#d7e6ea') +
    rect(x, 300, 156, 8, '#2f7f8a') +
    circle(x + 24, 330, 12, '#2f7f8a') +
    rect(x + 46, 320, 84, 7, '#9fc0c6', 'rx="3"') +
    rect(x + 46, 334, 56, 7, '#b9d2d6', 'rx="3"') +
    seat(x + 62 + (i % 2) * 22, 500, coat) +
    rect(x + 108 - (i % 2) * 84, 440, 40, 32, '#33475c', 'rx="3"') +
    rect(x + 124 - (i % 2) * 84, 470, 8, 18, '#33475c') +
    rect(x - 6, 486, 168, 16, '#e9d6b8') +
    rect(x, 502, 156, 92, '#f4ece0') +
    rect(x, 502, 156, 10, '#d8c6a8') +
    rect(x + 14, 526, 128, 52, '#e6dac6', 'rx="4"') +
    rect(x + 156, 360, 6, 130, '#bcd3d8');
  const plant = (x, y, s) => {
    let out = '';
    for (let i = 0; i < 11; i++) {
      const a = -Math.PI / 2 + (i - 5) * 0.24;
      const l = s * (0.75 + random() * 0.4);
      const tx = x + Math.cos(a) * l;
      const ty = y - s * 0.3 + Math.sin(a) * l;
      out += path(
        `M${x} ${y - s * 0.3}Q${((x + tx) / 2 - 14).toFixed(0)} ${((y + ty) / 2 - s * 0.3).toFixed(0)} ${tx.toFixed(0)} ${ty.toFixed(0)}Q${((x + tx) / 2 + 16).toFixed(0)} ${((y + ty) / 2).toFixed(0)} ${x} ${y - s * 0.3}Z`,
        i % 2 ? '#4f8a5e' : '#3b7350',
      );
    }
    return (
      out +
      polygon(
        [
          [x - s * 0.26, y - s * 0.34],
          [x + s * 0.26, y - s * 0.34],
          [x + s * 0.2, y],
          [x - s * 0.2, y],
        ],
        '#b5654a',
      ) +
      rect(x - s * 0.3, y - s * 0.38, s * 0.6, s * 0.09, '#c97a5c')
    );
  };
  return [
    rect(0, 0, WIDTH, HEIGHT, '#eef3f2'),
    polygon(
      [
        [0, 0],
        [WIDTH, 0],
        [1040, 118],
        [0, 118],
      ],
      '#fbfcfb',
    ),
    [...Array(6).keys()].map((i) =>
      polygon(
        [
          [60 + i * 190, 30],
          [180 + i * 186, 30],
          [176 + i * 172, 58],
          [72 + i * 176, 58],
        ],
        '#fff4d8',
      ),
    ),
    [...Array(6).keys()].map((i) =>
      polygon(
        [
          [80 + i * 172, 80],
          [176 + i * 168, 80],
          [174 + i * 162, 98],
          [86 + i * 166, 98],
        ],
        '#fff4d8',
      ),
    ),
    rect(0, 118, 1040, 480, '#e2ecec'),
    rect(0, 118, 1040, 10, '#cfdedf'),
    // windows to the winter outside
    polygon(
      [
        [1040, 118],
        [WIDTH, 0],
        [WIDTH, HEIGHT],
        [1040, 600],
      ],
      '#d2dfe2',
    ),
    polygon(
      [
        [1062, 150],
        [1184, 78],
        [1184, 590],
        [1062, 540],
      ],
      '#a9cfe0',
    ),
    polygon(
      [
        [1062, 420],
        [1184, 410],
        [1184, 590],
        [1062, 540],
      ],
      '#eef5fa',
    ),
    group(
      'clip-path="url(#pane)"',
      spruce(1090, 470, 150, '#4f7f86', '#eef5fa'),
      spruce(1150, 500, 220, '#3b6b74', '#eef5fa'),
    ),
    '<clipPath id="pane"><polygon points="1062,150 1184,78 1184,590 1062,540"/></clipPath>',
    line('M1122 114v450M1062 330L1184 318', '#f7faf9', 7),
    line('M1062 150L1184 78V590L1062 540Z', '#f7faf9', 9),
    // back wall: shelves and clock
    rect(60, 158, 300, 104, '#f7faf9', 'rx="6"'),
    [0, 1, 2, 3].map(
      (i) =>
        rect(78 + i * 70, 174, 54, 72, ['#cfe3e6', '#f0dfc0', '#d9e8d4', '#e9d3cb'][i], 'rx="3"') +
        rect(86 + i * 70, 186, 38, 5, '#8fa9ac') +
        rect(86 + i * 70, 198, 30, 5, '#a9bfc1') +
        rect(86 + i * 70, 210, 34, 5, '#a9bfc1'),
    ),
    circle(520, 208, 40, '#ffffff'),
    circle(520, 208, 40, 'none', 'stroke="#2f7f8a" stroke-width="6"'),
    line('M520 208v-24M520 208l17 9', '#33475c', 5),
    rect(660, 164, 320, 92, '#33475c', 'rx="6"'),
    [0, 1, 2].map(
      (i) =>
        rect(682, 180 + i * 22, 44, 12, '#f0b95a', 'rx="3"') +
        rect(746, 180 + i * 22, 120 - i * 16, 12, '#9fc0c6', 'rx="3"') +
        rect(900, 180 + i * 22, 56, 12, '#7fc09a', 'rx="3"'),
    ),
    ['#2f6b8a', '#3f6f78', '#2f6b8a', '#3f6f78', '#2f6b8a', '#3f6f78'].map((coat, i) => counter(40 + i * 168, coat, i)),
    polygon(
      [
        [0, 594],
        [1040, 594],
        [WIDTH, 700],
        [WIDTH, HEIGHT],
        [0, HEIGHT],
      ],
      '#dcd3c4',
    ),
    [...Array(9).keys()].map((i) => line(`M${-160 + i * 190} 752L${80 + i * 120} 594`, '#cfc5b4', 2.5)),
    line('M0 640H1100M0 696H1190', '#cfc5b4', 2.5),
    polygon(
      [
        [1062, 606],
        [1184, 680],
        [820, 752],
        [640, 752],
      ],
      '#f4ecdc',
      'opacity=".8"',
    ),
    // people
    person(126, 690, 210, { coat: '#8a5b7a', legs: '#38454d', hair: '#6b6662' }),
    person(470, 690, 206, { coat: '#d08a3c', legs: '#33475c', bag: '#7a5a3c', facing: -1 }),
    person(300, 700, 208, { coat: '#2f7f8a', legs: '#26364f', facing: 1 }),
    rect(316, 588, 34, 24, '#fffdf6', 'transform="rotate(-8 330 600)"'),
    person(372, 704, 176, { coat: '#b5533c', legs: '#4c4650', hair: '#b9b4ad', facing: -1 }),
    person(706, 678, 196, { coat: '#5d8a6a', legs: '#33475c' }),
    person(756, 682, 116, { coat: '#e0a63c', legs: '#2f6b8a', bag: '#d9573c' }),
    // kiosk, seats, plant
    rect(872, 520, 84, 190, '#f7faf9', 'rx="10"'),
    rect(882, 534, 64, 82, '#2f7f8a', 'rx="4"'),
    [0, 1, 2, 3].map((i) => rect(888 + (i % 2) * 28, 542 + Math.floor(i / 2) * 36, 24, 28, '#bfe0e2', 'rx="3"')),
    rect(896, 640, 36, 8, '#33475c', 'rx="3"'),
    rect(862, 704, 104, 12, '#b9c7c8', 'rx="4"'),
    polygon(
      [
        [898, 648],
        [930, 648],
        [934, 672],
        [894, 672],
      ],
      '#fffdf6',
    ),
    plant(1010, 690, 120),
    plant(24, 742, 150),
    [540, 588, 636].map(
      (x) =>
        path(`M${x} 664q0-10 10-10h24q10 0 10 10v34h-44z`, '#4f8f98') +
        rect(x - 2, 696, 48, 11, '#3b7079', 'rx="4"') +
        rect(x + 18, 706, 7, 26, '#7f8d90'),
    ),
    rect(536, 728, 152, 6, '#7f8d90', 'rx="3"'),
  ];
}
