import {
  bareTree,
  circle,
  ellipse,
  glow,
  line,
  mix,
  path,
  person,
  polygon,
  randomFrom,
  rect,
  sky,
  smooth,
  snowfall,
  spruce,
  WIDTH,
} from './brush.mjs';

/** A bus comes to its stop in falling snow. */
export function busStop() {
  const random = randomFrom(18);
  const tower = (x, y, w, h, tone) => {
    let out = rect(x, y - h, w, h, tone) + rect(x - 3, y - h - 7, w + 6, 10, '#f2f7fb', 'rx="4"');
    for (let r = 0; r < Math.floor(h / 34) - 1; r++)
      for (let c = 0; c < Math.floor(w / 30); c++)
        out += rect(
          x + 10 + c * 30,
          y - h + 18 + r * 34,
          16,
          18,
          random() < 0.35 ? '#ffdf9e' : mix(tone, '#35506e', 0.35),
        );
    return out;
  };
  const wheel = (x, y) => circle(x, y, 37, '#26303b') + circle(x, y, 20, '#c3ccd6') + circle(x, y, 8, '#76828f');
  const pane = (x, w, i) =>
    rect(x, 330, w, 104, '#bfdfea', 'rx="7"') +
    polygon(
      [
        [x + 14, 434],
        [x + 54, 330],
        [x + 78, 330],
        [x + 38, 434],
      ],
      '#ffffff',
      'opacity=".4"',
    ) +
    (i === null
      ? ''
      : circle(x + w / 2 + (i % 2) * 12, 392, 15, '#e9bd97') +
        path(
          `M${x + w / 2 + (i % 2) * 12 - 17} 394a17 18 0 0 1 34 0q-18-12-34 0z`,
          ['#b5433a', '#33475c', '#e0a63c', '#5d8a6a'][i % 4],
        ) +
        path(
          `M${x + w / 2 + (i % 2) * 12 - 26} 434q2-26 26-26t26 26z`,
          ['#33475c', '#b5533c', '#5d8a6a', '#7a5a86'][i % 4],
        ));
  return [
    sky(
      [
        [0, '#9fbccf'],
        [1, '#e6e7e2'],
      ],
      0,
      520,
    ),
    tower(-30, 500, 130, 240, '#a5b7c6'),
    tower(120, 500, 110, 320, '#b3c3cf'),
    tower(250, 500, 150, 200, '#9fb3c3'),
    tower(700, 500, 120, 270, '#b3c3cf'),
    tower(840, 500, 160, 350, '#a5b7c6'),
    tower(1020, 500, 110, 230, '#b3c3cf'),
    tower(1120, 500, 120, 300, '#9fb3c3'),
    tower(430, 500, 110, 160, '#bccad4'),
    tower(560, 500, 110, 220, '#a9bac8'),
    rect(0, 488, WIDTH, 30, '#dfe8ef'),
    [40, 210, 380, 1010, 1160].map((x, i) => bareTree(x, 506, 190, '#5c6b78', i + 3, 0.42)),
    path(
      `${smooth([
        [-40, 500],
        [300, 490],
        [700, 502],
        [1250, 490],
      ])}V560H-40Z`,
      '#eff4f8',
    ),
    rect(0, 540, WIDTH, 130, '#98a6b2'),
    rect(0, 540, WIDTH, 16, '#dbe5ed'),
    path('M0 610q300-16 600 0t600-4v14q-300 14-600 2T0 624z', '#b9c5cf'),
    line('M0 600H1200', '#f2f7fb', 5, 'stroke-dasharray="60 46" stroke-opacity=".8"'),
    // bus
    '<g transform="translate(-64 0)">',
    ellipse(500, 612, 430, 16, '#5c6b78', 'opacity=".45"'),
    path('M110 300q0-36 40-36h700q46 0 56 46l26 150v104q0 26-26 26H130q-20 0-20-22z', '#2f7d6b'),
    path('M110 476h822v-16l-4-20H110z', '#f4efe0'),
    rect(110, 500, 822, 90, '#276857'),
    path('M110 300q0-36 40-36h700q46 0 56 46l3 14H110z', '#389280'),
    path('M104 288q30-36 60-36h690q40 0 54 34-60-18-400-16T104 288z', '#f7fafc'),
    [0, 1, 2].map((i) => pane(262 + i * 128, 112, i)),
    pane(136, 100, 3),
    pane(650, 90, null),
    rect(752, 322, 84, 262, '#33475c', 'rx="6"'),
    rect(758, 330, 34, 246, '#bfdfea', 'rx="4"'),
    rect(796, 330, 34, 246, '#bfdfea', 'rx="4"'),
    polygon(
      [
        [758, 460],
        [792, 360],
        [792, 420],
        [766, 500],
      ],
      '#ffffff',
      'opacity=".4"',
    ),
    path('M850 324h46q8 0 10 10l20 112q2 12-10 12h-66z', '#d2eaf1'),
    circle(880, 414, 15, '#e9bd97'),
    path('M863 412a17 17 0 0 1 34 0z', '#26364f'),
    path('M856 458q0-30 24-30t26 30z', '#2f6b8a'),
    rect(560, 280, 170, 28, '#26364f', 'rx="5"'),
    [0, 1, 2, 3, 4].map((i) => rect(574 + i * 30, 289, 20, 10, '#f6b94a', 'rx="2"')),
    rect(906, 506, 24, 20, '#fff3c4', 'rx="5"'),
    glow(934, 516, 46, '#fff3c4', 0.7),
    rect(110, 516, 12, 22, '#d9573c', 'rx="3"'),
    wheel(250, 588),
    wheel(690, 588),
    path('M916 400q22-2 22 30l8 2q4-42-28-42z', '#26364f'),
    '</g>',
    // pavement, shelter
    path(
      `${smooth([
        [-40, 650],
        [300, 644],
        [700, 652],
        [1250, 642],
      ])}V760H-40Z`,
      '#e6edf3',
    ),
    path(
      `${smooth([
        [-40, 700],
        [300, 706],
        [700, 694],
        [1250, 708],
      ])}V760H-40Z`,
      '#f7fafc',
    ),
    rect(958, 380, 9, 300, '#43525f'),
    rect(1180, 380, 9, 300, '#43525f'),
    rect(967, 400, 213, 200, '#d6ebf2', 'opacity=".55"'),
    polygon(
      [
        [980, 600],
        [1060, 400],
        [1100, 400],
        [1020, 600],
      ],
      '#ffffff',
      'opacity=".35"',
    ),
    path('M934 372h276v16H934z', '#43525f'),
    path('M930 374q20-30 70-28h150q46 0 60 28z', '#ffffff'),
    path('M930 374q140-14 280 0v6H930z', '#d3e0ea'),
    rect(1040, 622, 130, 11, '#a9764c', 'rx="4"'),
    rect(1056, 632, 7, 44, '#43525f'),
    rect(1148, 632, 7, 44, '#43525f'),
    rect(892, 420, 8, 262, '#43525f'),
    rect(868, 392, 56, 66, '#2f7d6b', 'rx="6"'),
    rect(878, 404, 36, 22, '#f4efe0', 'rx="4"'),
    rect(882, 434, 28, 5, '#bfe0d6'),
    rect(882, 444, 20, 5, '#bfe0d6'),
    path('M864 394q28-16 64 0z', '#ffffff'),
    person(1006, 700, 168, { coat: '#b5433a', hat: '#f0e6d2', legs: '#38454d', facing: -1 }),
    person(1060, 704, 112, { coat: '#e0a63c', hat: '#2f6b8a', bag: '#2f7d6b', facing: -1, legs: '#33475c' }),
    person(1124, 698, 172, { coat: '#5b6f8a', legs: '#2f3a46', facing: -1, hair: '#a9a49d' }),
    person(790, 692, 160, { coat: '#4f7f6a', hat: '#d9573c', step: 5, facing: -1, bag: '#e0a63c' }),
    spruce(36, 730, 240, '#2c5a54', '#f2f7fb'),
    spruce(112, 744, 140, '#376a62', '#f2f7fb'),
    path('M-20 736q90-30 190-8t140 32H-20z', '#ffffff'),
    snowfall(150, 15, 0.95),
  ];
}
