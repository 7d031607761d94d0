import {
  circle,
  ellipse,
  glow,
  group,
  hill,
  house,
  line,
  mix,
  mountains,
  path,
  person,
  polygon,
  rect,
  ribbon,
  roll,
  sky,
  smoke,
  smooth,
  snowfall,
  spruce,
  WIDTH,
  wood,
} from './brush.mjs';

/** Village street under snow at dusk: lit windows, smoke, a crib full of corn. */
export function snowRoad() {
  const at = (t) => [
    560 + 190 * Math.sin(t * 2.6 + 0.5) * (1 - t * 0.7) - 40 * t,
    440 + 330 * t ** 1.5,
    16 + 250 * t ** 1.6,
  ];
  const snow = '#eef4fa';
  const home = (x, y, size, wall, roof) =>
    house(x, y, size, { wall, roof, snow, light: '#ffcf70' }) +
    smoke(x + size * 0.66, y - size * 0.66, size * 0.17, size * 0.55, '#dfe6ee', 0.6);
  const lit = (x, y, w) => ellipse(x, y, w, w * 0.16, '#ffd692', 'opacity=".42"');
  const lamp = (x, y, h) =>
    line(`M${x} ${y}v${-h}h${-h * 0.18}`, '#2c3d52', Math.max(3, h * 0.026)) +
    glow(x - h * 0.18, y - h * 0.98, h * 0.55, '#ffdf96', 0.75) +
    ellipse(x - h * 0.18, y - h * 0.985, h * 0.06, h * 0.03, '#fff3cd') +
    lit(x - h * 0.2, y + 4, h * 0.42);
  let corn = '';
  for (let r = 0; r < 6; r++)
    for (let c = 0; c < 17; c++)
      corn += ellipse(
        6 + c * 10 + (r % 2) * 4,
        -20 - r * 13,
        4.6,
        7.4,
        mix('#f0b53a', '#d98e24', ((r * 7 + c * 5) % 10) / 10),
      );
  const crib = group(
    'transform="translate(96 664) scale(1.06)"',
    ellipse(92, 4, 120, 9, '#6f89ab', 'opacity=".5"'),
    rect(0, -96, 184, 90, '#7a5a30'),
    corn,
    [0, 44, 88, 132, 178].map((x) => rect(x, -100, 7, 104, '#5b4632')),
    rect(-2, -12, 190, 7, '#5b4632'),
    rect(-2, -56, 190, 5, '#5b4632'),
    polygon(
      [
        [-14, -98],
        [92, -136],
        [200, -98],
      ],
      '#8a6a4a',
    ),
    path('M-18-97Q0-118 92-146q96 30 112 49-10 8-30 2-84-26-160-2-20 10-32 2z', snow),
  );
  return [
    sky(
      [
        [0, '#27456d'],
        [0.45, '#6f8db3'],
        [0.78, '#e2b9a4'],
        [1, '#f6d3a8'],
      ],
      0,
      470,
    ),
    [
      [120, 60],
      [260, 110],
      [420, 46],
      [540, 120],
      [700, 70],
      [860, 38],
      [980, 110],
      [1100, 58],
      [330, 170],
      [790, 150],
    ].map(([x, y], i) => circle(x, y, 1.6 + (i % 3) * 0.6, '#ffffff', 'opacity=".8"')),
    path('M960 96a36 36 0 1 0 30 56 30 30 0 1 1-30-56z', '#fdf3dc'),
    glow(962, 132, 90, '#fdf3dc', 0.25),
    mountains(
      [
        [-10, 330],
        [200, 296],
        [410, 346],
        [640, 292],
        [860, 338],
        [1080, 286],
        [1240, 330],
      ],
      452,
      '#9db0cb',
      '#8ba0c0',
      15,
    ),
    hill(420, 18, 5, '#b4c5dc', 520),
    wood((x) => roll(x, 436, 8, 4), -10, WIDTH + 10, 66, '#3f5f80', 5, 16, '#cfdceb'),
    rect(0, 446, WIDTH, 310, '#cddbec'),
    path(
      `${smooth([
        [-40, 470],
        [250, 448],
        [520, 458],
        [820, 446],
        [1250, 470],
      ])}V760H-40Z`,
      '#d8e4f1',
    ),
    home(470, 462, 62, '#c98a68', '#7d4436'),
    home(660, 462, 74, '#d9c6a8', '#5d7288'),
    home(190, 482, 92, '#d9c6a8', '#7d4436'),
    home(800, 492, 132, '#c98a68', '#7d4436'),
    path('M-20 540Q240 500 420 506T640 520L400 760H-20z', '#c6d6e9'),
    path('M1220 560Q1000 520 840 520T640 512L900 760h320z', '#c9d9eb'),
    ribbon(at, '#b4c7de', 0, 1, 0, 1.16),
    ribbon(at, '#e4edf6', 0, 1),
    ribbon(at, '#bfd0e4', 0, 1, -0.42, 0.1),
    ribbon(at, '#bfd0e4', 0, 1, 0.42, 0.1),
    home(930, 600, 250, '#d28f6b', '#7d4436'),
    lit(1120, 622, 120),
    home(338, 548, 150, '#dfcdb0', '#5d7288'),
    lit(470, 566, 76),
    lamp(700, 506, 92),
    lamp(800, 600, 200),
    person(590, 560, 62, { coat: '#b5433a', hat: '#f0d9b0', step: 3 }),
    person(622, 562, 44, { coat: '#e0a63c', hat: '#b5433a', step: 3 }),
    crib,
    path('M-20 690Q160 640 330 690t180 70H-20z', '#dbe7f3'),
    spruce(20, 720, 330, '#23485c', '#dbe7f3'),
    spruce(1180, 730, 400, '#23485c', '#e4edf6'),
    spruce(1085, 742, 200, '#2b5468', '#e4edf6'),
    path('M760 740q150-50 260-24t200 0v44H740z', '#e9f1f8'),
    // fence on the right
    [...Array(9).keys()].map(
      (i) =>
        rect(902 + i * 34, 624 + i * 3, 9, 58, '#6a5a50') + rect(900 + i * 34, 619 + i * 3, 13, 9, '#f4f8fc', 'rx="4"'),
    ),
    line('M896 646L1200 674M896 664L1200 692', '#6a5a50', 6),
    snowfall(150, 3, 0.75),
  ];
}
