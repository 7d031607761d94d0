import {
  circle,
  glow,
  hill,
  line,
  path,
  person,
  polygon,
  randomFrom,
  rect,
  roll,
  sky,
  smooth,
  snowfall,
  spruce,
  WIDTH,
  wood,
} from './brush.mjs';

const bookColours = ['#b5533c', '#2f6b8a', '#e0a63c', '#5d8a6a', '#efe6d2', '#7a5a86', '#38454d'];

/** A row of books between x and x + w, standing on y. */
function books(x, y, w, h, random) {
  let out = '';
  for (let at = x; at < x + w - 3; ) {
    const thick = 4 + random() * 6;
    const tall = h * (0.68 + random() * 0.3);
    out += rect(
      at,
      y - tall,
      Math.min(thick, x + w - at) - 0.8,
      tall,
      bookColours[Math.floor(random() * bookColours.length)],
    );
    at += thick;
  }
  return out;
}

/** Library on a winter evening: the light falls on the snow. */
export function library() {
  const random = randomFrom(12);
  const bay = (x, i) => {
    const w = 138;
    const top = 236;
    const floor = 560;
    let out = rect(x, top, w, floor - top, '#ffdf9e') + rect(x, top, w, 66, '#ffe9bb');
    if (i % 2 === 0) {
      for (let s = 0; s < 5; s++)
        out += rect(x + 8, 358 + s * 42, w - 16, 5, '#8a6244') + books(x + 12, 358 + s * 42, w - 24, 32, random);
      out += rect(x + 6, 318, 5, 242, '#8a6244') + rect(x + w - 11, 318, 5, 242, '#8a6244');
    } else {
      out +=
        line(`M${x + w / 2} ${top}v64`, '#7a5a3c', 3) +
        path(`M${x + w / 2 - 26} ${top + 88}q26-44 52 0z`, '#b5533c') +
        glow(x + w / 2, top + 96, 70, '#fff7dc', 0.9);
      out +=
        rect(x + 10, 492, w - 20, 8, '#8a6244') +
        rect(x + 18, 500, 6, 60, '#8a6244') +
        rect(x + w - 24, 500, 6, 60, '#8a6244') +
        path(`M${x + 48} 490l20-7 20 7-20-3z`, '#ffffff');
      const coats = ['#2f6b8a', '#5d8a6a', '#b5533c'];
      out +=
        circle(x + 44, 436, 15, '#e9bd97') +
        path(`M${x + 28} 437a16 17 0 0 1 32-3q-14-6-32 3z`, '#2b2622') +
        path(`M${x + 22} 492q0-40 22-40t24 40z`, coats[i % 3]);
      if (i === 3)
        out +=
          circle(x + 98, 448, 12, '#f0c9a4') +
          path(`M${x + 85} 448a13 14 0 0 1 26 0q-12-9-26 0z`, '#3a2a22') +
          path(`M${x + 80} 492q0-32 18-32t18 32z`, '#e0a63c');
    }
    return (
      out +
      line(`M${x + w / 2} ${top}v${floor - top}M${x} ${top + 66}h${w}`, '#33475c', 4) +
      rect(x - 3, top - 3, w + 6, floor - top + 6, 'none', 'stroke="#33475c" stroke-width="7"') +
      polygon(
        [
          [x, floor + 10],
          [x + w, floor + 10],
          [x + w + (x - 530) * 0.16 + 20, 668],
          [x + (x - 530) * 0.16 - 20, 668],
        ],
        '#ffe0a0',
        'opacity=".38"',
      )
    );
  };
  return [
    sky(
      [
        [0, '#2a4468'],
        [0.6, '#7187ab'],
        [1, '#dcb7a6'],
      ],
      0,
      580,
    ),
    [...Array(20).keys()].map(() =>
      circle(random() * WIDTH, random() * 180, 1 + random() * 1.3, '#ffffff', 'opacity=".7"'),
    ),
    circle(1070, 104, 36, '#f9efdb'),
    hill(452, 24, 6, '#5b7496', 600),
    wood((x) => roll(x, 488, 10, 3), -10, WIDTH, 70, '#3b5674', 4, 18, '#a9bdd4'),
    rect(0, 560, WIDTH, 200, '#c9d8e8'),
    // building
    rect(96, 214, 1010, 360, '#8a5b4c'),
    [...Array(9).keys()].map((i) => line(`M96 ${236 + i * 38}h1010`, '#7c5043', 2)),
    rect(880, 160, 170, 414, '#95644f'),
    polygon(
      [
        [60, 214],
        [1142, 214],
        [1120, 176],
        [84, 176],
      ],
      '#4a3a3f',
    ),
    rect(872, 104, 186, 72, '#95644f'),
    path('M860 112q4-30 34-30h142q30 0 34 30-10 6-26 2H882q-14 4-22-2z', '#f2f7fb'),
    [0, 1, 2].map((i) => rect(896 + i * 52, 126, 34, 26, '#ffdf9e')),
    path('M52 190q20-36 60-34h760l180 2q72-6 96 32-14 10-40 4H92q-24 6-40-4z', '#f2f7fb'),
    path('M52 190q540-14 1096 0-14 10-40 4H92q-24 6-40-4z', '#cddbe9'),
    [0, 1, 2, 3, 4].map((i) => bay(126 + i * 150, i)),
    // entrance
    rect(898, 330, 134, 244, '#ffe5ae'),
    rect(898, 330, 134, 70, '#fff0cc'),
    line('M965 400v174M898 400h134', '#33475c', 5),
    rect(895, 327, 140, 250, 'none', 'stroke="#33475c" stroke-width="8"'),
    path('M870 330h190l14 22H856z', '#4a3a3f'),
    path('M866 332q96-26 198 0-98-8-198 0z', '#f2f7fb'),
    rect(908, 216, 36, 60, '#ffdf9e'),
    rect(986, 216, 36, 60, '#ffdf9e'),
    rect(874, 572, 182, 12, '#9aa5b3'),
    rect(860, 584, 210, 12, '#b4bfcc'),
    polygon(
      [
        [898, 596],
        [1032, 596],
        [1110, 700],
        [820, 700],
      ],
      '#ffe0a0',
      'opacity=".5"',
    ),
    path(
      `${smooth([
        [-40, 600],
        [260, 606],
        [560, 596],
        [860, 612],
        [1250, 598],
      ])}V760H-40Z`,
      '#dbe7f3',
      'opacity=".55"',
    ),
    path('M830 596h270l110 164H700z', '#eef3f8', 'opacity=".8"'),
    polygon(
      [
        [898, 596],
        [1032, 596],
        [1130, 760],
        [800, 760],
      ],
      '#ffe3aa',
      'opacity=".45"',
    ),
    person(1010, 716, 176, { coat: '#2f6b8a', hat: '#e0a63c', step: 4, bag: '#b5533c' }),
    person(940, 720, 124, { coat: '#d9573c', hat: '#f2f7fb', step: 4, facing: -1 }),
    person(566, 704, 168, { coat: '#5d6f86', step: 5, facing: -1, bag: '#e0a63c' }),
    // bench, lamp, trees
    line('M330 690h140M330 668h140', '#5b4636', 9),
    line('M346 690v30M454 690v30', '#33475c', 6),
    path('M326 666q70-18 148 0-74-5-148 0z', '#f7fafd'),
    path('M326 686q70-14 148 0z', '#f7fafd'),
    line('M770 724V470', '#2c3d52', 7),
    glow(770, 452, 100, '#fff0c4', 0.9),
    circle(770, 452, 20, '#fff8e2'),
    rect(756, 470, 28, 7, '#2c3d52', 'rx="2"'),
    path('M756 438q14-12 28 0-14-4-28 0z', '#ffffff'),
    spruce(60, 716, 330, '#22465a', '#dbe7f3'),
    spruce(150, 736, 190, '#2b5468', '#e6eef7'),
    spruce(1164, 730, 380, '#22465a', '#e6eef7'),
    path(
      `${smooth([
        [-40, 712],
        [200, 724],
        [500, 712],
        [760, 738],
        [1000, 756],
        [1250, 730],
      ])}V770H-40Z`,
      '#f2f7fb',
    ),
    snowfall(110, 5, 0.75),
  ];
}
