import {
  circle,
  ellipse,
  glow,
  hill,
  line,
  path,
  person,
  polygon,
  rect,
  roll,
  sky,
  snowball,
  snowfall,
  spruce,
  WIDTH,
  wood,
} from './brush.mjs';

/** School in the morning, the yard swept, children arriving. */
export function school() {
  const pane = (x, y, on) =>
    rect(x, y, 52, 56, on ? '#ffe2a4' : '#a9cbdc') +
    polygon(
      [
        [x + 6, y + 56],
        [x + 30, y],
        [x + 42, y],
        [x + 18, y + 56],
      ],
      '#ffffff',
      'opacity=".35"',
    ) +
    line(`M${x + 26} ${y}v56M${x} ${y + 22}h52`, '#f7f3ea', 4) +
    rect(x - 4, y + 56, 60, 6, '#f7fafc', 'rx="3"');
  const floor = (y, skip) =>
    [...Array(13).keys()].map((i) => (skip && i > 3 && i < 9 ? '' : pane(142 + i * 72, y, (i * 5 + y) % 7 < 4)));
  return [
    sky(
      [
        [0, '#7fb0cf'],
        [0.6, '#cfe2ea'],
        [1, '#fbe6c8'],
      ],
      0,
      520,
    ),
    glow(980, 190, 260, '#fff4d6', 0.9),
    circle(980, 180, 46, '#fffaf0'),
    hill(430, 22, 3, '#a9c2d0', 560),
    wood((x) => roll(x, 468, 10, 3), -10, WIDTH, 84, '#5a8188', 6, 18, '#eaf1f6'),
    rect(0, 500, WIDTH, 260, '#dfe9f1'),
    // building
    rect(120, 250, 960, 290, '#d9895f'),
    rect(120, 250, 960, 12, '#b96c48'),
    rect(120, 384, 960, 8, '#f4ead8'),
    rect(120, 512, 960, 28, '#8f7f78'),
    path('M104 252q10-30 40-28h912q30 0 40 28z', '#f7fafc'),
    path('M104 252q490-14 992 0v6H104z', '#cfdde9'),
    floor(290, true),
    floor(416, true),
    rect(470, 170, 260, 370, '#f0e2c8'),
    polygon(
      [
        [450, 172],
        [600, 104],
        [750, 172],
      ],
      '#b96c48',
    ),
    path('M440 176q20-20 160-84 140 62 160 84-30 4-50-8L600 118 490 168q-22 12-50 8z', '#f7fafc'),
    circle(600, 214, 32, '#ffffff'),
    circle(600, 214, 32, 'none', 'stroke="#8f5a44" stroke-width="6"'),
    line('M600 214v-19M600 214l13 7', '#38454d', 5),
    [500, 574, 648].map((x) => pane(x, 276, true)),
    rect(520, 384, 160, 156, '#b9dbe6'),
    line('M560 384v156M600 384v156M640 384v156', '#f7f3ea', 5),
    rect(514, 378, 172, 162, 'none', 'stroke="#f7f3ea" stroke-width="8"'),
    path('M490 372h220l16 16H474z', '#8f5a44'),
    path('M486 374q112-22 228 0z', '#f7fafc'),
    rect(500, 540, 200, 10, '#cbbfae'),
    rect(484, 550, 232, 10, '#ddd2c2'),
    // swept yard
    polygon(
      [
        [440, 560],
        [760, 560],
        [1010, 760],
        [190, 760],
      ],
      '#c7b9a6',
    ),
    polygon(
      [
        [580, 560],
        [620, 560],
        [690, 760],
        [510, 760],
      ],
      '#d9cdbb',
    ),
    line('M494 620H788M404 690H878', '#b8a994', 3),
    path('M-20 548Q200 530 440 560L190 760H-20z', '#f2f7fb'),
    path('M1220 548Q1000 530 760 560l250 200h210z', '#f2f7fb'),
    path('M440 560Q330 600 240 690T150 760h50Q330 640 446 566z', '#d5e2ee'),
    path('M760 560q110 40 200 130t90 70h-50Q870 640 754 566z', '#d5e2ee'),
    // goal and hoop on the snow
    line('M84 560V480h120v80', '#ffffff', 7),
    line('M84 500h120M84 520h120M84 540h120M108 480v80M132 480v80M156 480v80M180 480v80', '#b9cbd9', 2),
    line('M1010 590V430h-30', '#43525f', 9),
    rect(930, 396, 54, 50, '#ffffff', 'rx="3" stroke="#d9573c" stroke-width="5"'),
    line('M934 446h34', '#d9573c', 5),
    line('M938 448l6 22h16l6-22', '#ffffff', 3),
    ellipse(1010, 592, 22, 6, '#ffffff'),
    // children
    person(560, 590, 66, { coat: '#2f6b8a', bag: '#e0a63c', hat: '#d9573c', step: 3 }),
    person(606, 588, 64, { coat: '#d9573c', bag: '#2f7d6b', step: 3 }),
    person(640, 622, 80, { coat: '#e0a63c', bag: '#b5433a', hat: '#2f7d6b', step: 4 }),
    person(520, 660, 98, { coat: '#5d8a6a', bag: '#d9573c', hat: '#f0b53a', step: 5 }),
    person(584, 692, 112, { coat: '#b5433a', bag: '#2f6b8a', hat: '#f7fafc', step: 5 }),
    person(648, 704, 116, { coat: '#2f6b8a', bag: '#e0a63c', step: 6, facing: -1 }),
    person(730, 660, 158, { coat: '#7a5a86', legs: '#38454d', facing: -1 }),
    person(428, 724, 120, { coat: '#e0a63c', bag: '#5d8a6a', hat: '#7a5a86', step: 6 }),
    // snowman and child
    snowball(900, 690, 40),
    snowball(900, 634, 28),
    circle(893, 628, 3, '#26364f'),
    circle(908, 628, 3, '#26364f'),
    polygon(
      [
        [900, 634],
        [900, 640],
        [922, 640],
      ],
      '#ee8a3c',
    ),
    line('M878 652q22 11 44 0', '#2f7d6b', 9),
    path('M876 612q24-40 48 0z', '#d9573c'),
    ellipse(900, 731, 54, 8, '#b9cbd9', 'opacity=".6"'),
    person(966, 726, 92, { coat: '#d9573c', hat: '#2f6b8a', facing: -1 }),
    spruce(50, 730, 330, '#2c5f58', '#f2f7fb'),
    spruce(140, 748, 190, '#376e64', '#f2f7fb'),
    spruce(1140, 740, 360, '#2c5f58', '#f7fafc'),
    path('M-20 736q90-26 200-4t110 28H-20z', '#ffffff'),
    path('M1220 730q-90-14-160 2t-90 28h250z', '#ffffff'),
    snowfall(46, 21, 0.9),
  ];
}
