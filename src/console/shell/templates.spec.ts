import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calendarOf } from '../../kernel/time/calendar.js';
import { loadDeskTemplates } from './templates.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiyue-templates-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'parts.njk'), '{% macro tag(text) %}<b>{{ text }}</b>{% endmacro %}');
  await writeFile(
    join(directory, 'layout.njk'),
    "{% from 'parts.njk' import tag as mark %}{% macro account(o) %}{{ o }}{% endmacro %}{% block content %}{% endblock %}",
  );
  await writeFile(
    join(directory, 'page.njk'),
    "{% extends 'layout.njk' %}{% block content %}{{ mark(person.name) }}{% endblock %}",
  );
});

afterAll(() => rm(directory, { recursive: true, force: true }));

it('refuses a model that calls something what is a macro of the page or of its frame', () => {
  const templates = loadDeskTemplates(directory, calendarOf('Asia/Shanghai'));
  expect(templates.render('page.njk', { person: { name: '李文' } })).toBe('<b>李文</b>');
  // What it would print otherwise is the macro's code, or “undefined” in every address.
  expect(() => templates.render('page.njk', { person: { name: '李文' }, account: { id: 1 } })).toThrow('"account"');
  expect(() => templates.render('page.njk', { person: { name: '李文' }, mark: 1 })).toThrow('"mark"');
});
