import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { listDocuments } from './content/intake/list-documents.js';
import { readDocument } from './content/publication/publish-file.js';
import { projectRoot } from './kernel/config/project-root.js';
import type { Actor } from './kernel/database/scope.js';
import { noteInstalled } from './kernel/platform/installation.js';
import type { Platform } from './kernel/platform/platform.js';
import { type Calendar, longDay } from './kernel/time/calendar.js';
import { ProgressBar } from './progress.js';
import { openRooms, readPlan } from './rooms.js';
import type { PlannedUnit, ProvincePlan } from './tenancy/plan/types.js';
import { SiteDirectory, type SiteRecord } from './tenancy/site/site-directory.js';

const ACTOR: Actor = { kind: 'system', name: '演示数据' };
const samples = join(projectRoot, 'samples', 'demo');

/** Counties whose portals are shown filled, and the township that is; the others show what the province recommends. */
const COUNTIES = ['220122', '220183', '220283'];
const TOWNSHIP = { county: '220122', name: '开安镇' };

/**
 * Provisions the demonstration province and publishes our sample texts on some of its sites, by the ordinary commands.
 * Interrupted, it goes on where it stopped: what stands is not made again.
 */
export async function makeDemonstration(platform: Platform): Promise<void> {
  const rooms = await openRooms(platform);
  const plan = await readPlan();
  const opening = new ProgressBar('开通全省网站');
  const report = await rooms.provisionProvince.run(ACTOR, plan, {
    onUnit: (done, of, unit) => opening.show(done, of, unit.name),
  });
  opening.end(`${report.units} 个单位、${report.sites} 个网站`);
  for (const { name, sentence } of report.stopped) process.stderr.write(`  未开通 ${name}：${sentence}\n`);

  const directory = new SiteDirectory(platform.reads, platform.config.baseDomain);
  await directory.load();
  const tasks = (await Promise.all(placesOf(plan, directory).map((place) => tasksOf(place)))).flat();
  const publishing = new ProgressBar('发布示例稿件');
  for (const [done, task] of tasks.entries()) {
    const read = await readDocument(task.file, {
      fill: fillFor(platform.calendar, task.place),
      mediaFolders: [samples],
    });
    const { site } = task.place;
    await rooms.publishFile.run(ACTOR, { id: site.id, tenantId: site.tenantId, label: site.name }, task.channel, read);
    publishing.show(done + 1, tasks.length, site.name);
  }
  publishing.end(`${tasks.length} 篇`);
  await noteInstalled(platform, 'demonstration');
}

interface Place {
  site: SiteRecord;
  unit: PlannedUnit;
  /** Name of the superior place. */
  above: string;
  folders: string[];
}

/** The sites that get texts of their own, each with the sample folders meant for it. */
function placesOf(plan: ProvincePlan, directory: SiteDirectory): Place[] {
  const nameOf = new Map(plan.units.map((unit) => [unit.code, unit.name]));
  const portals = plan.units.filter((unit) => unit.level !== 'county' || COUNTIES.includes(unit.code));
  return portals.flatMap((unit): Place[] => {
    const site = directory.at(`${unit.slug}.${directory.baseDomain}`, '/');
    if (!site) return [];
    const above = nameOf.get(unit.parentCode ?? '') ?? unit.name;
    const places: Place[] = [{ site, unit, above, folders: ['portal', unit.level] }];
    if (unit.level === 'province' || unit.code === TOWNSHIP.county)
      for (const department of directory.subSites(site, 'department'))
        places.push({ site: department, unit, above: unit.name, folders: ['department'] });
    if (unit.code === TOWNSHIP.county) {
      const township = directory.subSites(site, 'township').find((sub) => sub.name.startsWith(TOWNSHIP.name));
      if (township) places.push({ site: township, unit, above: unit.name, folders: ['township'] });
    }
    return places;
  });
}

async function tasksOf(place: Place): Promise<{ place: Place; channel: string; file: string }[]> {
  const tasks: { place: Place; channel: string; file: string }[] = [];
  for (const folder of place.folders) {
    const root = join(samples, folder);
    for (const file of await listSamples(root))
      tasks.push({ place, channel: relative(root, join(file, '..')).replaceAll('\\', '/'), file });
  }
  return tasks;
}

async function listSamples(root: string): Promise<string[]> {
  const there = await readdir(root).catch(() => []);
  return there.length > 0 ? listDocuments(root) : [];
}

/** Fills the blanks of a sample text with the facts of a place (samples/README.md). */
export function fillFor(calendar: Calendar, { site, unit, above }: Pick<Place, 'site' | 'unit' | 'above'>) {
  const now = new Date();
  const day = (ago: number) => calendar.day(new Date(now.getTime() - ago * 86_400_000));
  const own = site.kind === 'portal';
  const facts: Record<string, string> = {
    地名: own ? unit.shortName : site.shortName,
    全称: own ? unit.name : site.name,
    政府: own ? unit.governmentName : site.sponsor.name,
    办公室: own ? `${unit.governmentName}${unit.level === 'province' ? '办公厅' : '办公室'}` : site.sponsor.name,
    代字: unit.documentPrefix,
    上级: above,
    主官: { province: '省长', city: unit.form === 'prefecture' ? '州长' : '市长', county: '主任' }[unit.level],
    代码: unit.code,
  };
  if (unit.level === 'county')
    facts.主官 =
      { county: '县长', 'autonomous-county': '县长', 'county-city': '市长', district: '区长' }[unit.form as string] ??
      '主任';
  if (unit.form === 'administration') facts.主官 = '主任';
  return (text: string): string =>
    text.replace(/\{\{([^{}]+)\}\}/g, (whole, blank: string) => {
      const date = /^今天(?:-(\d+))?(\|-)?$/.exec(blank);
      if (date) return date[2] ? day(Number(date[1] ?? 0)) : longDay(day(Number(date[1] ?? 0)));
      const year = /^年(?:-(\d+))?$/.exec(blank);
      if (year) return String(Number(day(0).slice(0, 4)) - Number(year[1] ?? 0));
      const fact = facts[blank];
      if (fact === undefined) throw new Error(`示例稿件里有不认识的空：${whole}`);
      return fact;
    });
}
