/**
 * Makes the demonstration's pictures: `node samples/make-pictures.mjs [name …]` draws the scenes of `drawing/` and
 * writes `demo/pictures/<name>.webp`, 1200 × 750, at most 60 KB each. The same scene gives the same picture.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { HEIGHT, WIDTH } from './drawing/brush.mjs';
import { busStop } from './drawing/bus-stop.mjs';
import { embankment } from './drawing/embankment.mjs';
import { harvest } from './drawing/harvest.mjs';
import { heatingPlant } from './drawing/heating-plant.mjs';
import { iceFestival } from './drawing/ice-festival.mjs';
import { lakeForest } from './drawing/lake-forest.mjs';
import { library } from './drawing/library.mjs';
import { school } from './drawing/school.mjs';
import { serviceHall } from './drawing/service-hall.mjs';
import { snowField } from './drawing/snow-field.mjs';
import { snowRoad } from './drawing/snow-road.mjs';
import { villageRoad } from './drawing/village-road.mjs';

const LIMIT = 60 * 1024;
const scenes = {
  'bus-stop': busStop,
  embankment,
  harvest,
  'heating-plant': heatingPlant,
  'ice-festival': iceFestival,
  'lake-forest': lakeForest,
  library,
  school,
  'service-hall': serviceHall,
  'snow-field': snowField,
  'snow-road': snowRoad,
  'village-road': villageRoad,
};

/** WebP bytes within the limit: the quality is lowered until they fit. */
async function toWebp(svg) {
  for (let quality = 88; quality >= 40; quality -= 4) {
    const bytes = await sharp(Buffer.from(svg), { density: 144 })
      .resize(WIDTH, HEIGHT)
      .webp({ quality, effort: 6 })
      .toBuffer();
    if (bytes.length <= LIMIT) return { bytes, quality };
  }
  throw new Error(`no quality brings the picture under ${LIMIT} bytes`);
}

const asked = process.argv.slice(2);
for (const name of asked.length ? asked : Object.keys(scenes)) {
  if (!scenes[name]) throw new Error(`no scene "${name}"; there are: ${Object.keys(scenes).join(', ')}`);
  const inner = scenes[name]().flat(4).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${inner}</svg>`;
  const { bytes, quality } = await toWebp(svg);
  await writeFile(fileURLToPath(new URL(`demo/pictures/${name}.webp`, import.meta.url)), bytes);
  console.log(`${name}.webp ${Math.ceil(bytes.length / 1024)} KB, quality ${quality}`);
}
