import {
  circle,
  ellipse,
  glow,
  hill,
  house,
  line,
  mix,
  path,
  person,
  polygon,
  randomFrom,
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

/** Heating plant on a winter night, its town before it. */
export function heatingPlant() {
  const random = randomFrom(44);
  const block = (x, y, w, h, tone, cols) => {
    const floors = Math.floor(h / 30);
    let out =
      rect(x, y - h, w, h, tone) +
      polygon(
        [
          [x + w, y - h],
          [x + w + 22, y - h + 10],
          [x + w + 22, y],
          [x + w, y],
        ],
        mix(tone, '#0a1626', 0.4),
      ) +
      path(`M${x - 4} ${y - h}h${w + 8}l20 11h-14l-8-4h${-w - 6}z`, '#dbe6f2');
    for (let f = 0; f < floors; f++)
      for (let c = 0; c < cols; c++) {
        const on = random();
        out += rect(
          x + 12 + (c * (w - 18)) / cols,
          y - h + 14 + f * 30,
          (w - 18) / cols - 8,
          15,
          on < 0.62 ? mix('#ffcf70', '#ffe7b0', random()) : mix(tone, '#0a1626', 0.45),
        );
      }
    return out;
  };
  const stack = (x, y, w, h) =>
    polygon(
      [
        [x, y],
        [x + w * 0.14, y - h],
        [x + w * 0.86, y - h],
        [x + w, y],
      ],
      '#8b94a6',
    ) +
    polygon(
      [
        [x + w * 0.5, y],
        [x + w * 0.52, y - h],
        [x + w * 0.86, y - h],
        [x + w, y],
      ],
      '#6d778b',
    ) +
    [0.05, 0.2]
      .map((p) =>
        polygon(
          [
            [x + w * (0.14 - p * 0.14), y - h * (1 - p)],
            [x + w * (0.86 + p * 0.14), y - h * (1 - p)],
            [x + w * (0.86 + p * 0.14 + 0.01), y - h * (0.93 - p)],
            [x + w * (0.13 - p * 0.14), y - h * (0.93 - p)],
          ],
          '#b5533c',
        ),
      )
      .join('') +
    circle(x + w / 2, y - h + 4, 4, '#ff8f70') +
    glow(x + w / 2, y - h + 4, 22, '#ff8f70', 0.8);
  const tower = (x, y, w, h) => {
    const d = (a, b) =>
      `M${x + w * a} ${y}C${x + w * (a + (0.5 - a) * 0.55)} ${y - h * 0.4} ${x + w * (a + (0.5 - a) * 0.52)} ${y - h * 0.62} ${x + w * (a + (0.5 - a) * 0.36)} ${y - h}H${x + w * (b - (b - 0.5) * 0.36)}C${x + w * (b - (b - 0.5) * 0.52)} ${y - h * 0.62} ${x + w * (b - (b - 0.5) * 0.55)} ${y - h * 0.4} ${x + w * b} ${y}Z`;
    return (
      path(d(0, 1), '#9aa6ba') + path(d(0.56, 1), '#7c889e') + ellipse(x + w / 2, y - h, w * 0.32, w * 0.045, '#5f6b80')
    );
  };
  const street = (t) => [560 - 60 * Math.sin(t * 2.4), 512 + 250 * t ** 1.35, 15 + 130 * t ** 1.5];
  const hall = (x, y, w, h) =>
    rect(x, y - h, w, h, '#53637c') +
    path(`M${x - 6} ${y - h}h${w + 12}v-10q${-w / 2} -14 ${-w - 12} 0z`, '#dbe6f2') +
    [...Array(Math.floor(w / 34)).keys()]
      .map(
        (i) =>
          rect(x + 12 + i * 34, y - h + 22, 20, h * 0.42, '#ffd27a') +
          line(
            `M${x + 22 + i * 34} ${y - h + 22}v${h * 0.42}M${x + 12 + i * 34} ${y - h + 22 + h * 0.2}h20`,
            '#53637c',
            2.5,
          ),
      )
      .join('') +
    rect(x, y - 22, w, 22, '#3f4d64');
  return [
    sky(
      [
        [0, '#14284a'],
        [0.55, '#35547f'],
        [0.85, '#7d8fae'],
        [1, '#c9a99b'],
      ],
      0,
      500,
    ),
    [...Array(46).keys()].map(() =>
      circle(
        random() * WIDTH,
        random() ** 1.4 * 300,
        0.9 + random() * 1.4,
        '#ffffff',
        `opacity="${(0.35 + random() * 0.6).toFixed(2)}"`,
      ),
    ),
    circle(190, 120, 38, '#f7f0de'),
    glow(190, 120, 120, '#f7f0de', 0.35),
    hill(446, 26, 5, '#3d5878', 560),
    wood((x) => roll(x, 462, 10, 3), -10, WIDTH, 44, '#2b4562', 3, 14, '#8fa6c0'),
    smoke(606, 150, 44, 170, '#dfe7f2', 0.85),
    smoke(682, 186, 38, 150, '#dfe7f2', 0.8),
    smoke(775, 206, 76, 210, '#e8eef6', 0.9),
    stack(584, 500, 46, 352),
    stack(662, 500, 42, 318),
    tower(700, 500, 150, 300),
    tower(850, 500, 120, 232),
    smoke(910, 272, 54, 190, '#e8eef6', 0.85),
    hall(380, 506, 240, 116),
    hall(600, 512, 300, 92),
    rect(420, 356, 70, 40, '#53637c'),
    path('M414 356h82v-8q-40-12-82 0z', '#dbe6f2'),
    polygon(
      [
        [330, 506],
        [460, 372],
        [474, 380],
        [352, 506],
      ],
      '#47566e',
    ),
    line('M338 500L466 376', '#dbe6f2', 4),
    glow(520, 470, 220, '#ffd27a', 0.35),
    glow(760, 480, 240, '#ffd27a', 0.3),
    path(
      `${smooth([
        [-40, 512],
        [260, 500],
        [620, 512],
        [900, 504],
        [1250, 516],
      ])}V760H-40Z`,
      '#a9bdd6',
    ),
    block(40, 560, 150, 190, '#4c5d7a', 4),
    block(226, 548, 110, 132, '#57698a', 3),
    block(960, 556, 130, 168, '#57698a', 4),
    block(1108, 572, 130, 226, '#4c5d7a', 3),
    path(
      `${smooth([
        [-40, 566],
        [240, 548],
        [560, 566],
        [880, 552],
        [1250, 580],
      ])}V760H-40Z`,
      '#bccde2',
    ),
    ribbon(street, '#a4b8d2', 0, 1, 0, 1.14),
    ribbon(street, '#dfe8f3'),
    ribbon(street, '#b9cadf', 0, 1, -0.4, 0.1),
    ribbon(street, '#b9cadf', 0, 1, 0.4, 0.1),
    [0.16, 0.36, 0.62].map((t) => {
      const [x, y, half] = street(t);
      const h = 50 + 190 * t;
      const post = (side) =>
        line(`M${x + side * half * 1.25} ${y}v${-h}h${-side * h * 0.16}`, '#22334d', 2.5 + t * 3) +
        glow(x + side * (half * 1.25 - h * 0.16), y - h + 3, h * 0.42, '#ffe3a0', 0.8) +
        ellipse(x + side * (half * 1.25 - h * 0.16), y - h + 3, h * 0.055, h * 0.028, '#fff6da') +
        ellipse(x + side * half * 0.9, y + 3, h * 0.34, h * 0.06, '#ffd692', 'opacity=".45"');
      return post(-1) + post(1);
    }),
    person(505, 640, 50, { coat: '#d9573c', hat: '#f0e6d2', step: 3 }),
    person(530, 642, 54, { coat: '#2f7f8a', hat: '#f0b53a', step: 3 }),
    house(700, 650, 140, { wall: '#8a6a66', roof: '#5d4040', snow: '#e6eef7', light: '#ffcf70' }),
    smoke(795, 560, 20, 60, '#dfe7f2', 0.6),
    house(860, 694, 190, { wall: '#7f7f92', roof: '#4c5d7a', snow: '#e6eef7', light: '#ffcf70' }),
    house(180, 690, 180, { wall: '#8a6a66', roof: '#5d4040', snow: '#e6eef7', light: '#ffcf70' }),
    smoke(302, 570, 24, 70, '#dfe7f2', 0.6),
    ellipse(820, 664, 96, 11, '#ffd692', 'opacity=".4"'),
    ellipse(1010, 708, 120, 13, '#ffd692', 'opacity=".4"'),
    ellipse(330, 706, 120, 13, '#ffd692', 'opacity=".4"'),
    path(
      `${smooth([
        [-40, 690],
        [200, 700],
        [480, 676],
        [760, 706],
        [1000, 700],
        [1250, 676],
      ])}V760H-40Z`,
      '#d9e5f2',
    ),
    spruce(60, 740, 210, '#1d3a52', '#d9e5f2'),
    spruce(128, 752, 130, '#24455e', '#d9e5f2'),
    spruce(1120, 746, 250, '#1d3a52', '#e6eef7'),
    spruce(1050, 756, 150, '#24455e', '#e6eef7'),
    snowfall(120, 7, 0.7),
  ];
}
