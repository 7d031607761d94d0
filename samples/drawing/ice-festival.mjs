import {
  circle,
  ellipse,
  glow,
  group,
  hill,
  line,
  mix,
  mountains,
  path,
  person,
  polygon,
  randomFrom,
  rect,
  roll,
  sky,
  smooth,
  snowball,
  snowfall,
  spruce,
  WIDTH,
  wood,
} from './brush.mjs';

/** Ice castle, slide and lanterns at night. */
export function iceFestival() {
  const random = randomFrom(77);
  const ice = (x, y, w, h, hue, tiers = 0) => {
    const lightSide = mix(hue, '#ffffff', 0.5);
    let out =
      polygon(
        [
          [x, y],
          [x, y - h],
          [x + w * 0.5, y - h + w * 0.1],
          [x + w * 0.5, y],
        ],
        lightSide,
        'opacity=".95"',
      ) +
      polygon(
        [
          [x + w * 0.5, y],
          [x + w * 0.5, y - h + w * 0.1],
          [x + w, y - h],
          [x + w, y],
        ],
        hue,
        'opacity=".95"',
      );
    for (let r = 1; r < h / 26; r++)
      out += line(
        `M${x} ${y - r * 26}L${x + w / 2} ${y - r * 26 + w * 0.08}L${x + w} ${y - r * 26}`,
        '#ffffff',
        1.6,
        'stroke-opacity=".5"',
      );
    for (let i = 0; i < tiers; i++)
      out += polygon(
        [
          [x + (w / tiers) * i, y - h],
          [x + (w / tiers) * i, y - h - 16],
          [x + (w / tiers) * (i + 0.6), y - h - 16],
          [x + (w / tiers) * (i + 0.6), y - h],
        ],
        lightSide,
      );
    return out;
  };
  const spire = (x, y, w, h, hue) =>
    polygon(
      [
        [x - w / 2, y],
        [x, y - h],
        [x, y + w * 0.1],
      ],
      mix(hue, '#ffffff', 0.62),
    ) +
    polygon(
      [
        [x + w / 2, y],
        [x, y - h],
        [x, y + w * 0.1],
      ],
      mix(hue, '#ffffff', 0.15),
    ) +
    glow(x, y - h, w * 0.5, '#ffffff', 0.8);
  const arch = (x, y, w, h, fill) => path(`M${x} ${y}v${-h * 0.6}a${w / 2} ${h * 0.4} 0 0 1 ${w} 0v${h * 0.6}z`, fill);
  const lantern = (x, y, s) =>
    glow(x, y, s * 2.4, '#ff9d5c', 0.55) +
    line(`M${x} ${y - s * 1.7}v${s}`, '#5a3b3b', 2) +
    ellipse(x, y, s, s * 0.82, '#e2513f') +
    ellipse(x, y, s * 0.45, s * 0.82, '#f07a55') +
    rect(x - s * 0.4, y - s * 0.98, s * 0.8, s * 0.24, '#f6c95f') +
    rect(x - s * 0.4, y + s * 0.74, s * 0.8, s * 0.24, '#f6c95f') +
    line(`M${x} ${y + s}v${s * 0.7}`, '#f6c95f', 3);
  const cyan = '#5cc7e6';
  const violet = '#8f86e0';
  const green = '#5fd6b4';
  const rose = '#e58bb8';
  return [
    sky(
      [
        [0, '#0f1f45'],
        [0.6, '#274a86'],
        [1, '#5b79b4'],
      ],
      0,
      560,
    ),
    [...Array(60).keys()].map(() =>
      circle(
        random() * WIDTH,
        random() ** 1.3 * 380,
        0.9 + random() * 1.5,
        '#ffffff',
        `opacity="${(0.3 + random() * 0.65).toFixed(2)}"`,
      ),
    ),
    path('M-20 150Q240 60 520 140T1220 70V150Q900 190 560 220T-20 250z', '#5fd6b4', 'opacity=".13"'),
    path('M-20 90Q300 160 640 80T1220 150V210Q860 150 560 160T-20 180z', '#8f86e0', 'opacity=".14"'),
    mountains(
      [
        [40, 380],
        [250, 330],
        [480, 392],
        [760, 350],
        [980, 318],
        [1200, 380],
      ],
      500,
      '#34558f',
      '#2c4a82',
      19,
    ),
    hill(486, 14, 4, '#4a6aa2', 560),
    wood((x) => roll(x, 498, 6, 3), -10, WIDTH, 48, '#1f3a68', 3, 16, '#7f9ac8'),
    glow(560, 420, 420, '#7fd8f0', 0.4),
    glow(930, 440, 260, '#e58bb8', 0.3),
    // castle
    ice(300, 540, 110, 190, violet, 5),
    ice(720, 540, 110, 190, violet, 5),
    spire(355, 350, 120, 110, violet),
    spire(775, 350, 120, 110, violet),
    ice(390, 540, 350, 150, cyan, 12),
    ice(430, 545, 90, 250, green, 4),
    ice(610, 545, 90, 250, green, 4),
    spire(475, 296, 100, 110, green),
    spire(655, 296, 100, 110, green),
    ice(508, 548, 114, 310, cyan, 4),
    spire(565, 240, 130, 150, cyan),
    glow(565, 110, 60, '#ffffff', 0.9),
    arch(530, 552, 70, 100, '#fff1c4'),
    glow(565, 510, 120, '#ffe3a0', 0.7),
    [
      [470, 380],
      [655, 380],
      [565, 330],
      [355, 430],
      [775, 430],
    ].map(([x, y]) => arch(x - 13, y, 26, 44, '#fff1c4')),
    [[565, 400]].map(([x, y]) => arch(x - 15, y, 30, 48, '#fff1c4')),
    // slide
    polygon(
      [
        [930, 560],
        [930, 360],
        [1010, 360],
        [1010, 560],
      ],
      mix(rose, '#ffffff', 0.3),
    ),
    polygon(
      [
        [1010, 360],
        [1044, 374],
        [1044, 560],
        [1010, 560],
      ],
      rose,
    ),
    [0, 1, 2, 3].map((i) => rect(926 + i * 24, 344, 14, 18, mix(rose, '#ffffff', 0.55))),
    path(
      `${smooth([
        [-40, 556],
        [240, 546],
        [560, 556],
        [900, 548],
        [1250, 560],
      ])}V760H-40Z`,
      '#8fb3dc',
    ),
    path(
      `${smooth([
        [-40, 600],
        [300, 580],
        [640, 650],
        [900, 640],
        [1250, 600],
      ])}V760H-40Z`,
      '#b5d0ec',
    ),
    path('M930 378Q860 400 800 520T640 640L700 664Q840 620 880 540T960 430z', '#e9f6fc'),
    path('M930 378Q860 400 800 520T640 640l12 5Q800 600 826 530T936 392z', '#a9dcef'),
    path('M960 430Q930 450 892 540T712 662l-12 2Q840 620 880 540T958 420z', '#8fc6e2'),
    glow(565, 620, 230, '#fff1c4', 0.4),
    glow(355, 590, 130, violet, 0.5),
    glow(970, 600, 150, rose, 0.5),
    // people
    group(
      'transform="translate(806 548) rotate(32)"',
      ellipse(0, 12, 26, 8, '#e0a63c'),
      rect(-10, -18, 20, 28, '#d9573c', 'rx="8"'),
      circle(0, -26, 9, '#f0c9a4'),
      path('M-10-27a10 10 0 0 1 20 0z', '#f6c95f'),
    ),
    person(470, 640, 84, { coat: '#d9573c', hat: '#f6f1e4', step: 3 }),
    person(512, 642, 56, { coat: '#f0b53a', hat: '#d9573c', step: 3 }),
    person(610, 612, 62, { coat: '#5b3f8f', hat: '#f0b53a' }),
    person(330, 622, 70, { coat: '#2f7f8a', hat: '#e58bb8', step: 3, facing: -1 }),
    person(1030, 650, 88, { coat: '#2f6b8a', hat: '#f6f1e4', step: 4, facing: -1 }),
    person(1072, 654, 92, { coat: '#b5433a', hat: '#f0b53a', step: 4, facing: -1 }),
    // snowman
    ellipse(196, 706, 80, 12, '#7fa3d0', 'opacity=".5"'),
    snowball(196, 660, 50),
    snowball(196, 592, 36),
    snowball(196, 538, 27),
    circle(187, 532, 3.4, '#26364f'),
    circle(206, 532, 3.4, '#26364f'),
    polygon(
      [
        [197, 540],
        [197, 547],
        [226, 548],
      ],
      '#ee8a3c',
    ),
    line('M168 564q28 14 56 0', '#d9573c', 11),
    line('M216 568l12 36', '#d9573c', 10),
    rect(170, 506, 52, 9, '#26364f', 'rx="3"'),
    rect(178, 474, 36, 34, '#26364f', 'rx="4"'),
    rect(178, 498, 36, 7, '#d9573c'),
    line('M160 596l-44-26M232 596l42-30', '#5a4636', 6),
    [578, 596, 614].map((y) => circle(197, y, 3.6, '#26364f')),
    // lantern strings, near trees
    line('M-10 232Q170 336 355 242', '#3c2f4a', 3),
    [
      [52, 296],
      [136, 316],
      [218, 314],
      [296, 294],
    ].map(([x, y]) => lantern(x, y, 17)),
    line('M775 242Q990 350 1210 232', '#3c2f4a', 3),
    [
      [856, 298],
      [936, 318],
      [1020, 324],
      [1104, 312],
      [1176, 284],
    ].map(([x, y]) => lantern(x, y, 17)),
    spruce(30, 740, 300, '#16345c', '#b5d0ec'),
    spruce(1170, 750, 340, '#16345c', '#c9def2'),
    path(
      `${smooth([
        [-40, 720],
        [200, 728],
        [560, 716],
        [900, 736],
        [1250, 712],
      ])}V760H-40Z`,
      '#d3e5f5',
    ),
    snowfall(110, 9, 0.8),
  ];
}
