import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import nunjucks from 'nunjucks';
import { type Asset, assetOf, readAssets } from '../../kernel/assets/assets.js';
import type { Calendar } from '../../kernel/time/calendar.js';

export interface DeskTemplates {
  render(template: string, model: Record<string, unknown>): string;
  asset(path: string): Asset | null;
}

/** The templates and assets of the desk, compiled now: a broken one stops the start. htmx comes from its package. */
export function loadDeskTemplates(directory: string, calendar: Calendar): DeskTemplates {
  const { urls, files } = readAssets(join(directory, 'assets'), { 'desk.css': join(directory, '..', 'shared') });
  const htmx = readFileSync(createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'));
  const [url, asset] = assetOf('htmx.js', htmx);
  urls.set('htmx.js', url);
  files.set(url, asset);
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(directory), {
    autoescape: true,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  environment.addGlobal('asset', (name: string) => {
    const address = urls.get(name);
    if (!address) throw new Error(`the desk has no asset "${name}"`);
    return address;
  });
  environment.addFilter('minute', (at: Date | null) => (at ? calendar.minute(at) : '—'));
  environment.addFilter('day', (at: Date | null) => (at ? calendar.day(at) : '—'));
  environment.addFilter('thousands', (n: number) => n.toLocaleString('en-US'));
  const taken = new Map<string, ReadonlySet<string>>();
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.njk')) {
      environment.getTemplate(file, true);
      taken.set(file, namesTaken(directory, file));
    }
  return {
    render: (template, model) => {
      const clash = Object.keys(model).find((name) => taken.get(template)?.has(name));
      if (clash)
        throw new Error(`"${clash}" is a macro of ${template}, or of what it extends: its model cannot name that`);
      return environment.render(template, model);
    },
    asset: (path) => files.get(path) ?? null,
  };
}

/** Macros that a template and those it extends define or import: they stand in the way of what a model calls the same. */
function namesTaken(directory: string, file: string): Set<string> {
  const text = readFileSync(join(directory, file), 'utf8');
  const names = new Set<string>();
  for (const [, name] of text.matchAll(/{%-?\s*macro\s+(\w+)/g)) names.add(name!);
  for (const [, list] of text.matchAll(/{%-?\s*from\s+'[^']+'\s+import\s+([^%]+?)\s*-?%}/g))
    for (const each of list!.split(','))
      names.add(
        each
          .trim()
          .split(/\s+as\s+/)
          .at(-1)!,
      );
  const [, above] = /{%-?\s*extends\s+'([^']+)'/.exec(text) ?? [];
  return above ? new Set([...names, ...namesTaken(directory, above)]) : names;
}
