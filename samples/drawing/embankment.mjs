import {
  bareTree,
  circle,
  ellipse,
  glow,
  HEIGHT,
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
  wood,
} from './brush.mjs';

/** River bank at evening: path, willows, walkers. */
export function embankment() {
  const random = randomFrom(17);
  const willow = (x, y, height, tone) => {
    let out = path(
      `M${x - height * 0.035} ${y}q${height * 0.05} ${-height * 0.3} ${-height * 0.02} ${-height * 0.62}l${height * 0.05} 0q${height * 0.05} ${height * 0.34} ${height * 0.03} ${height * 0.62}z`,
      '#4c3b33',
    );
    out +=
      ellipse(x, y - height * 0.72, height * 0.36, height * 0.25, tone) +
      ellipse(x - height * 0.16, y - height * 0.66, height * 0.22, height * 0.2, mix(tone, '#1d3b30', 0.18)) +
      ellipse(x + height * 0.12, y - height * 0.8, height * 0.22, height * 0.15, mix(tone, '#fff0b0', 0.2));
    for (let i = 0; i < 34; i++) {
      const a = x + (random() - 0.5) * height * 0.74;
      const top = y - height * (0.74 - Math.abs(a - x) / height / 3);
      const drop = height * (0.25 + random() * 0.28);
      out += line(
        `M${a.toFixed(0)} ${top.toFixed(0)}q${((a - x) * 0.1).toFixed(0)} ${(drop * 0.5).toFixed(0)} ${((a - x) * 0.04).toFixed(0)} ${drop.toFixed(0)}`,
        mix(tone, i % 3 ? '#f0dd90' : '#1d3b30', 0.22),
        4,
      );
    }
    return out;
  };
  const bank = (t) => [690 + 560 * t ** 1.5, 408 + 350 * t ** 1.5];
  const strip = (offsetFar, offsetNear, widthFar, widthNear, fill) => {
    const left = [];
    const right = [];
    for (let i = 0; i <= 30; i++) {
      const t = i / 30;
      const [, y] = bank(t);
      const x = 700 - 40 * t + (offsetFar + (offsetNear - offsetFar) * t ** 1.5);
      left.push([x, y]);
      right.push([x + widthFar + (widthNear - widthFar) * t ** 1.5, y]);
    }
    return polygon([...left, ...right.reverse()], fill);
  };
  let glints = '';
  for (let i = 0; i < 60; i++) {
    const y = 424 + random() ** 1.4 * 320;
    const d = (y - 410) / 340;
    glints += line(
      `M${(300 - 240 * d + (random() - 0.5) * 640 * (0.4 + d)).toFixed(0)} ${y.toFixed(0)}h${(16 + 120 * d * random()).toFixed(0)}`,
      i % 3 ? '#ffe6b8' : '#ffffff',
      1.4 + d * 3,
      'stroke-opacity=".55"',
    );
  }
  const lamp = (x, y, h) =>
    line(`M${x} ${y}v${-h}q0 ${-h * 0.1} ${h * 0.16} ${-h * 0.1}`, '#38454d', Math.max(2, h * 0.025)) +
    glow(x + h * 0.17, y - h * 1.08, h * 0.4, '#ffe9a8', 0.8) +
    ellipse(x + h * 0.17, y - h * 1.09, h * 0.06, h * 0.035, '#fff4cf');
  return [
    sky(
      [
        [0, '#5f87a8'],
        [0.5, '#c9bfb8'],
        [0.85, '#f6c795'],
        [1, '#f9d9a6'],
      ],
      0,
      420,
    ),
    glow(330, 372, 360, '#fff0c0', 0.9),
    circle(330, 356, 56, '#fff3d2'),
    line('M520 150q14-14 26 0 12-14 26 0M600 190q10-10 19 0 9-10 19 0M470 205q9-9 17 0 8-9 17 0', '#3d5163', 4),
    mountains(
      [
        [40, 330],
        [240, 292],
        [480, 335],
        [720, 300],
        [960, 322],
        [1190, 286],
      ],
      410,
      '#a79ea6',
      '#9a929c',
      9,
    ),
    hill(386, 12, 4, '#77847c', 430),
    wood((x) => roll(x, 400, 6, 3), -10, 760, 34, '#4f6a62', 12, 13),
    [
      [772, 66],
      [820, 96],
      [862, 74],
      [905, 112],
      [962, 84],
      [1010, 58],
      [1060, 98],
      [1118, 70],
    ].map(
      ([x, h], i) =>
        rect(x, 408 - h, 40, h, i % 2 ? '#86808c' : '#918a94') +
        [0, 1, 2, 3].map((r) =>
          h > 26 + r * 20
            ? rect(x + 8, 416 - h + r * 20, 8, 8, '#ffdf9a') +
              rect(x + 24, 416 - h + r * 20, 8, 8, (i + r) % 3 ? '#ffdf9a' : '#777280')
            : '',
        ),
    ),
    sky(
      [
        [0, '#f3cf9f'],
        [0.25, '#c6b8b2'],
        [1, '#4d7690'],
      ],
      410,
      HEIGHT,
    ),
    glow(330, 470, 300, '#fff0c6', 0.7),
    glints,
    // bridge
    path('M0 398h640v9H0z', '#5b5960'),
    [40, 160, 280, 400, 520].map((x) =>
      path(`M${x} 407h120q-8 4-12 22h-10q-4-16-38-16t-38 16h-10q-4-18-12-22z`, '#6a666c'),
    ),
    line(
      'M0 390h640M20 390v8M80 390v8M140 390v8M200 390v8M260 390v8M320 390v8M380 390v8M440 390v8M500 390v8M560 390v8M620 390v8',
      '#5b5960',
      3,
    ),
    rect(690, 404, 520, 360, '#54785a'),
    strip(-30, -330, 34, 200, '#b9b2a8'),
    strip(-22, -230, 4, 12, '#a39c93'),
    strip(-12, -190, 4, 12, '#a39c93'),
    strip(2, -130, 12, 90, '#5d8a5e'),
    strip(14, -40, 26, 400, '#d9a98a'),
    strip(14, -40, 3, 18, '#f0e4d0'),
    strip(37, 342, 3, 18, '#f0e4d0'),
    strip(40, 360, 500, 900, '#5a8458'),
    willow(800, 440, 120, '#7a9a5a'),
    willow(930, 500, 230, '#6d9052'),
    willow(1120, 650, 430, '#5f8548'),
    lamp(737, 428, 66),
    lamp(766, 486, 130),
    lamp(872, 640, 290),
    person(775, 545, 74, { coat: '#b5533c', hat: '#e6b450', step: 3 }),
    person(808, 548, 76, { coat: '#2f6b8a', step: 4, facing: -1 }),
    person(752, 470, 38, { coat: '#e6b450', step: 3 }),
    person(786, 712, 150, { coat: '#d9d2c3', legs: '#38454d', step: 5, facing: -1, hair: '#6b6662' }),
    person(842, 718, 112, { coat: '#c8452f', step: 6, facing: -1, hat: '#2f6b8a' }),
    bareTree(30, 760, 330, '#33434a', 4, 0.44),
    path('M-10 720q60-30 130 6t100 30H-10z', '#33434a'),
    [...Array(26).keys()].map((i) =>
      line(
        `M${-6 + i * 9} 752q${4 - (i % 5) * 3} -40 ${10 - (i % 7) * 4} ${-60 - (i % 4) * 16}`,
        i % 3 ? '#4f5a4a' : '#6f6a4d',
        3,
      ),
    ),
  ];
}
