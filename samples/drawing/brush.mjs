/** Shapes that the scenes share. Every function returns SVG text; lengths are pixels of a 1200 × 750 picture. */

export const WIDTH = 1200;
export const HEIGHT = 750;

const round = (n) => Math.round(n * 10) / 10;

/** Random numbers 0–1 that come out the same on every run, so that a picture made again is the same picture. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The colour between two `#rrggbb`, `part` of the way from the first to the second. */
export function mix(from, to, part) {
  const channel = (hex, i) => Number.parseInt(hex.slice(1 + i * 2, 3 + i * 2), 16);
  return `#${[0, 1, 2]
    .map((i) => Math.round(channel(from, i) * (1 - part) + channel(to, i) * part))
    .map((n) => n.toString(16).padStart(2, '0'))
    .join('')}`;
}

export const rect = (x, y, w, h, fill, extra = '') =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}" fill="${fill}" ${extra}/>`;
export const circle = (x, y, r, fill, extra = '') =>
  `<circle cx="${round(x)}" cy="${round(y)}" r="${round(r)}" fill="${fill}" ${extra}/>`;
export const ellipse = (x, y, rx, ry, fill, extra = '') =>
  `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${round(rx)}" ry="${round(ry)}" fill="${fill}" ${extra}/>`;
export const path = (d, fill, extra = '') => `<path d="${d}" fill="${fill}" ${extra}/>`;
export const line = (d, stroke, width, extra = '') =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${extra}/>`;
export const polygon = (points, fill, extra = '') =>
  `<polygon points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')}" fill="${fill}" ${extra}/>`;
export const group = (extra, ...parts) => `<g ${extra}>${parts.flat(3).join('')}</g>`;

/** A vertical colour run over the rows `top`–`bottom`; `stops` are [part, colour]. */
export function sky(stops, top = 0, bottom = HEIGHT) {
  const id = `run${stops.flat().join('').replace(/\W/g, '')}${Math.round(top)}`;
  const inner = stops.map(([at, colour]) => `<stop offset="${at}" stop-color="${colour}"/>`).join('');
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${inner}</linearGradient>${rect(0, top, WIDTH, bottom - top, `url(#${id})`)}`;
}

/** Light that fades outwards. */
export function glow(x, y, radius, colour, strength = 0.6) {
  const id = `glow${Math.round(x)}_${Math.round(y)}_${Math.round(radius)}`;
  return `<radialGradient id="${id}"><stop offset="0" stop-color="${colour}" stop-opacity="${strength}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>${circle(x, y, radius, `url(#${id})`)}`;
}

/** A soft line through the points. */
export function smooth(points) {
  let d = `M${round(points[0][0])} ${round(points[0][1])}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [x, y] = points[i];
    const [nextX, nextY] = points[i + 1];
    d += `Q${round(x)} ${round(y)} ${round((x + nextX) / 2)} ${round((y + nextY) / 2)}`;
  }
  const [lastX, lastY] = points.at(-1);
  return `${d}L${round(lastX)} ${round(lastY)}`;
}

/** Height of a rolling line at x: sums of waves, shifted by the seed. */
export function roll(x, y, swing, seed) {
  return (
    y +
    swing * 0.6 * Math.sin(x / 210 + seed * 1.7) +
    swing * 0.3 * Math.sin(x / 97 + seed * 3.1) +
    swing * 0.1 * Math.sin(x / 41 + seed * 5.3)
  );
}

/** Rolling ground from its line down to `bottom`. */
export function hill(y, swing, seed, fill, bottom = HEIGHT) {
  const points = [];
  for (let x = -40; x <= WIDTH + 40; x += 40) points.push([x, roll(x, y, swing, seed)]);
  return path(`${smooth(points)}V${bottom}H-40Z`, fill);
}

/** Mountains: peaks [x, y], each with a shaded flank, standing on `base`. */
export function mountains(peaks, base, fill, shade, seed) {
  const random = randomFrom(seed);
  const outline = [[-60, base]];
  const flanks = [];
  peaks.forEach(([x, y], i) => {
    const previous = peaks[i - 1];
    if (previous) {
      const saddle = Math.max(y, previous[1]) + (base - Math.max(y, previous[1])) * (0.3 + random() * 0.2);
      outline.push([(x + previous[0]) / 2 + (random() - 0.5) * 30, saddle]);
    }
    outline.push([x, y]);
    const height = base - y;
    flanks.push(
      polygon(
        [
          [x, y],
          [x + height * 0.1, y + height * 0.22],
          [x + height * 0.02, y + height * 0.36],
          [x + height * 0.2, y + height * 0.62],
          [x + height * 0.14, base],
          [x + height * 1.25, base],
        ],
        shade,
      ),
    );
  });
  outline.push([WIDTH + 60, base]);
  const id = `range${seed}`;
  const points = outline.map(([x, y]) => `${round(x)},${round(y)}`).join(' ');
  return `<clipPath id="${id}"><polygon points="${points}"/></clipPath>${polygon(outline, fill)}${group(`clip-path="url(#${id})"`, flanks)}`;
}

/** A spruce standing at (x, y); with `snow` its tiers carry snow of that colour. */
export function spruce(x, y, height, fill, snow = '') {
  const tiers = height > 90 ? 5 : 3;
  let out = rect(x - height * 0.025, y - height * 0.1, height * 0.05, height * 0.1, mix(fill, '#2a1f1a', 0.5));
  for (let i = 0; i < tiers; i++) {
    const bottom = y - height * 0.07 - (i * height * 0.78) / tiers;
    const half = height * 0.24 * (1 - i / (tiers + 0.6));
    const top = bottom - (height * 1.25) / (tiers + 0.4);
    const tone = mix(fill, '#ffffff', i * 0.025);
    const side = (s, h, b) =>
      `Q${round(x + s * h * 0.35)} ${round(top + (b - top) * 0.6)} ${round(x + s * h)} ${round(b)}`;
    out += path(
      `M${round(x)} ${round(top)}${side(1, half, bottom)}Q${round(x)} ${round(bottom + height * 0.035)} ${round(x - half)} ${round(bottom)}Q${round(x - half * 0.35)} ${round(top + (bottom - top) * 0.6)} ${round(x)} ${round(top)}Z`,
      tone,
    );
    if (snow) {
      const cut = top + (bottom - top) * 0.62;
      const w = half * 0.5;
      out += path(
        `M${round(x)} ${round(top)}Q${round(x + w * 0.4)} ${round(top + (cut - top) * 0.6)} ${round(x + w)} ${round(cut)}L${round(x + w * 0.35)} ${round(cut - height * 0.012)}L${round(x)} ${round(cut + height * 0.03)}L${round(x - w * 0.4)} ${round(cut - height * 0.01)}L${round(x - w * 1.2)} ${round(cut + height * 0.03)}Q${round(x - w * 0.5)} ${round(top + (cut - top) * 0.6)} ${round(x)} ${round(top)}Z`,
        snow,
      );
    }
  }
  return out;
}

/** A far wood: a row of small spruces whose feet follow `ground(x)`. */
export function wood(ground, from, to, height, fill, seed, gap = 13, snow = '') {
  const random = randomFrom(seed);
  let out = '';
  for (let x = from; x < to; x += gap * (0.6 + random() * 0.8)) {
    out += spruce(x, ground(x) + 6, height * (0.6 + random() * 0.7), mix(fill, '#ffffff', random() * 0.08), snow);
  }
  return out;
}

/** A bare broad-leaved tree; `spread` in radians between forks. */
export function bareTree(x, y, height, stroke, seed, spread = 0.5) {
  const random = randomFrom(seed);
  const limbs = [];
  const grow = (fromX, fromY, angle, length, width, depth) => {
    const toX = fromX + Math.cos(angle) * length;
    const toY = fromY + Math.sin(angle) * length;
    limbs.push(line(`M${round(fromX)} ${round(fromY)}L${round(toX)} ${round(toY)}`, stroke, round(width)));
    if (depth === 0) return;
    const forks = depth > 3 ? 3 : 2;
    for (let i = 0; i < forks; i++) {
      const turn = (i - (forks - 1) / 2) * spread + (random() - 0.5) * 0.35;
      grow(toX, toY, angle + turn, length * (0.66 + random() * 0.16), width * 0.62, depth - 1);
    }
  };
  grow(x, y, -Math.PI / 2 + (random() - 0.5) * 0.08, height * 0.34, height * 0.035, 5);
  return limbs.join('');
}

/** A birch: pale trunk with dark marks and thin hanging branches. */
export function birch(x, y, height, seed, bark = '#f4f1ea', mark = '#3a3f45', leaf = '') {
  const random = randomFrom(seed);
  const w = height * 0.034;
  let out = '';
  for (let i = 0; i < 16; i++) {
    const at = y - height * (0.44 + (i / 16) * 0.52 + (random() - 0.5) * 0.03);
    const side = i % 2 ? 1 : -1;
    const reach = height * (0.135 - i * 0.0058) * (0.7 + random() * 0.6);
    const twig = mix(mark, bark, 0.2);
    const tipX = x + side * reach;
    const tipY = at - reach * 1.15;
    out += line(
      `M${round(x)} ${round(at)}Q${round(x + side * reach * 0.55)} ${round(at - reach * 0.5)} ${round(tipX)} ${round(tipY)}`,
      twig,
      round(Math.max(1.2, w * 0.11)),
    );
    out += line(
      `M${round(x + side * reach * 0.5)} ${round(at - reach * 0.5)}q${round(side * reach * 0.45)} ${round(-reach * 0.1)} ${round(side * reach * 0.62)} ${round(reach * 0.18)}M${round(tipX)} ${round(tipY)}q${round(side * reach * 0.22)} ${round(-reach * 0.16)} ${round(side * reach * 0.3)} ${round(reach * 0.16)}`,
      twig,
      round(Math.max(1, w * 0.09)),
    );
    if (leaf)
      for (let k = 0; k < 9; k++) {
        const along = 0.3 + random() * 0.95;
        out += ellipse(
          x + side * reach * along + (random() - 0.5) * reach * 0.5,
          at - reach * (along * 1.05 - 0.1) + (random() - 0.5) * reach * 0.5,
          height * (0.009 + random() * 0.009),
          height * (0.007 + random() * 0.006),
          mix(leaf, '#fff2c0', random() * 0.45),
        );
      }
  }
  out += path(
    `M${round(x - w / 2)} ${round(y)}L${round(x - w * 0.06)} ${round(y - height)}H${round(x + w * 0.06)}L${round(x + w / 2)} ${round(y)}Z`,
    bark,
  );
  out += path(
    `M${round(x + w * 0.12)} ${round(y)}L${round(x)} ${round(y - height)}H${round(x + w * 0.06)}L${round(x + w / 2)} ${round(y)}Z`,
    mix(bark, '#6f86a0', 0.32),
  );
  for (let i = 0; i < 16; i++) {
    const at = y - height * (0.03 + random() * 0.82);
    const half = (w / 2) * (1 - (0.88 * (y - at)) / height);
    const side = random() < 0.5 ? -1 : 1;
    out += line(
      `M${round(x + side * half)} ${round(at)}h${round(-side * half * (0.5 + random() * 0.7))}`,
      mark,
      round(1 + w * 0.1),
    );
  }
  return out;
}

/** A poplar in leaf. */
export function poplar(x, y, height, fill) {
  const w = height * 0.15;
  const d = (half, top, bottom) =>
    `M${round(x)} ${round(top)}C${round(x + half * 1.1)} ${round(top + height * 0.25)} ${round(x + half * 1.15)} ${round(bottom - height * 0.15)} ${round(x)} ${round(bottom)}C${round(x - half * 1.15)} ${round(bottom - height * 0.15)} ${round(x - half * 1.1)} ${round(top + height * 0.25)} ${round(x)} ${round(top)}Z`;
  return (
    rect(x - height * 0.014, y - height * 0.2, height * 0.028, height * 0.2, mix(fill, '#4a3626', 0.65)) +
    path(d(w, y - height, y - height * 0.1), fill) +
    path(
      `M${round(x)} ${round(y - height)}C${round(x - w * 1.1)} ${round(y - height * 0.75)} ${round(x - w * 1.15)} ${round(y - height * 0.25)} ${round(x)} ${round(y - height * 0.1)}C${round(x - w * 0.3)} ${round(y - height * 0.4)} ${round(x - w * 0.2)} ${round(y - height * 0.7)} ${round(x)} ${round(y - height)}Z`,
      mix(fill, '#fff3c4', 0.22),
    )
  );
}

/** A person seen from afar, standing at (x, y). */
export function person(
  x,
  y,
  height,
  { coat, legs = '#2f3a46', skin = '#f0c9a4', hat = '', hair = '#2b2622', bag = '', step = 0, facing = 1 },
) {
  const u = height / 100;
  const head = y - height + 11 * u;
  let out = line(
    `M${round(x - 6 * u)} ${round(y - 40 * u)}L${round(x - (7 + step) * u)} ${round(y - 3 * u)}M${round(x + 6 * u)} ${round(y - 40 * u)}L${round(x + (7 + step) * u)} ${round(y - 3 * u)}`,
    legs,
    round(10 * u),
  );
  if (bag) out += rect(x - facing * 17 * u - 7 * u, y - 74 * u, 14 * u, 26 * u, bag, `rx="${round(4 * u)}"`);
  out += path(
    `M${round(x - 11 * u)} ${round(y - 78 * u)}Q${round(x)} ${round(y - 84 * u)} ${round(x + 11 * u)} ${round(y - 78 * u)}L${round(x + 16 * u)} ${round(y - 34 * u)}Q${round(x)} ${round(y - 29 * u)} ${round(x - 16 * u)} ${round(y - 34 * u)}Z`,
    coat,
  );
  out += line(
    `M${round(x + facing * 10 * u)} ${round(y - 73 * u)}L${round(x + facing * (15 + step) * u)} ${round(y - 48 * u)}`,
    mix(coat, '#000000', 0.14),
    round(8 * u),
  );
  out += circle(x, head, 10.5 * u, skin);
  if (hat)
    out +=
      path(
        `M${round(x - 11.5 * u)} ${round(head - 1 * u)}a${round(11.5 * u)} ${round(12.5 * u)} 0 0 1 ${round(23 * u)} 0Z`,
        hat,
      ) + circle(x, head - 13.5 * u, 3.6 * u, mix(hat, '#ffffff', 0.6));
  else
    out += path(
      `M${round(x - 11.2 * u)} ${round(head + 2 * u)}a${round(11.2 * u)} ${round(11.8 * u)} 0 0 1 ${round(22.4 * u)} 0Q${round(x + 5 * u)} ${round(head - 5 * u)} ${round(x - 3 * u)} ${round(head - 5 * u)}T${round(x - 11.2 * u)} ${round(head + 2 * u)}Z`,
      hair,
    );
  return out;
}

/** Falling snow, larger flakes lower down. */
export function snowfall(count, seed, opacity = 0.8) {
  const random = randomFrom(seed);
  let out = '';
  for (let i = 0; i < count; i++) {
    const y = random() * HEIGHT;
    out += circle(
      random() * WIDTH,
      y,
      1.2 + random() * 2.4 + (y / HEIGHT) * 1.2,
      '#ffffff',
      `fill-opacity="${round(opacity * (0.4 + random() * 0.6))}"`,
    );
  }
  return out;
}

/** Smoke or steam that rises from (x, y) and drifts by `drift`: a flat cloud with a lighter side. */
export function smoke(x, y, size, drift, colour, opacity = 0.6) {
  const puffs = (grow, shift, reach) =>
    [...Array(13).keys()].map((i) => {
      const t = (i / 12) * reach;
      const r = size * (0.2 + t * 0.72) * grow;
      return ellipse(
        x + drift * t * t + Math.sin(i * 2.1) * size * 0.2 * (0.3 + t) - shift * r,
        y - size * 3.3 * t ** 0.85 - shift * r,
        r,
        r * 0.86,
        colour,
      );
    });
  return (
    group(`opacity="${opacity * 0.55}"`, puffs(1, 0, 1)) +
    group(`opacity="${opacity * 0.5}"`, puffs(0.72, 0.22, 0.86)) +
    group(`opacity="${opacity * 0.4}"`, puffs(0.45, 0.4, 0.6))
  );
}

/** A snowball lit from the left. */
export const snowball = (x, y, r) =>
  circle(x, y, r, '#cbdcef') + circle(x - r * 0.1, y - r * 0.09, r * 0.88, '#f4f9fd');

/** A road or river: `at(t)` gives [centre x, y, half width], t from 0 (far) to 1 (near). */
export function ribbon(at, fill, from = 0, to = 1, shift = 0, part = 1) {
  const left = [];
  const right = [];
  for (let i = 0; i <= 40; i++) {
    const [x, y, half] = at(from + ((to - from) * i) / 40);
    left.push([x + shift * half - half * part, y]);
    right.push([x + shift * half + half * part, y]);
  }
  return polygon([...left, ...right.reverse()], fill);
}

/** A village house seen from the front corner: gable end left, long wall right, standing at (x, y). */
export function house(x, y, size, { wall, roof, snow = '', light = '#ffd98a', chimney = true, door = '#5d4638' }) {
  const gable = size * 0.42;
  const wallHeight = size * 0.3;
  const rise = size * 0.26;
  const side = mix(wall, '#1b2a3d', 0.22);
  const ridgeY = y - wallHeight - rise;
  const roofFill = snow || roof;
  let out = '';
  if (chimney)
    out +=
      rect(x + size * 0.62, ridgeY - size * 0.1, size * 0.08, size * 0.22, mix(wall, '#402a22', 0.4)) +
      (snow ? rect(x + size * 0.61, ridgeY - size * 0.125, size * 0.1, size * 0.03, snow, 'rx="3"') : '');
  out += polygon(
    [
      [x, y],
      [x, y - wallHeight],
      [x + gable / 2, ridgeY],
      [x + gable, y - wallHeight],
      [x + gable, y],
    ],
    side,
  );
  out += rect(x + gable, y - wallHeight, size * 0.78, wallHeight, wall);
  const eaves = y - wallHeight + size * 0.035;
  out += polygon(
    [
      [x + gable / 2 - size * 0.01, ridgeY - size * 0.025],
      [x + size * 1.04, ridgeY - size * 0.025],
      [x + size * 1.25, eaves],
      [x + gable + size * 0.02, eaves],
    ],
    roofFill,
  );
  out += polygon(
    [
      [x + gable / 2, ridgeY - size * 0.025],
      [x - size * 0.045, eaves],
      [x - size * 0.045, eaves - size * 0.05],
      [x + gable / 2 - size * 0.02, ridgeY - size * 0.06],
    ],
    mix(roofFill, '#31465e', snow ? 0.14 : 0.3),
  );
  if (snow)
    out += rect(x + gable + size * 0.02, eaves - size * 0.004, size * 0.82, size * 0.02, mix(snow, '#5f7c9d', 0.35));
  const pane = (px, py, w, h) =>
    rect(px, py, w, h, light) +
    line(
      `M${round(px + w / 2)} ${round(py)}v${round(h)}M${round(px)} ${round(py + h * 0.4)}h${round(w)}`,
      mix(wall, '#3a2a22', 0.6),
      round(Math.max(1, size * 0.012)),
    );
  out += pane(x + gable * 0.32, y - wallHeight * 0.82, gable * 0.36, wallHeight * 0.42);
  out += pane(x + gable + size * 0.07, y - wallHeight * 0.78, size * 0.17, wallHeight * 0.45);
  out += rect(x + gable + size * 0.31, y - wallHeight * 0.82, size * 0.13, wallHeight * 0.82, door);
  out += pane(x + gable + size * 0.52, y - wallHeight * 0.78, size * 0.17, wallHeight * 0.45);
  return out;
}
