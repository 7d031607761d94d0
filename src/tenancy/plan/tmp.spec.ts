import { loadCorrections, loadDivisions, planProvince } from './province-plan.js';

it('x', async () => {
  const plan = planProvince({
    province: '22',
    corrections: await loadCorrections('/work/main/blueprints/jilin.json'),
    divisions: await loadDivisions('22'),
  });
  const out: string[] = [];
  for (const u of plan.units) {
    out.push(
      [
        u.code,
        u.parentCode,
        u.level,
        u.form,
        u.name,
        u.shortName,
        u.governmentName,
        u.documentPrefix,
        u.slug,
        u.departments.map((d) => d.organName + '=' + d.slug).join(' '),
      ].join(' | '),
    );
    out.push('    ' + u.townships.map((t) => `${t.name}/${t.organName}/${t.slug}`).join(' '));
  }
  out.push(JSON.stringify(plan.problems, null, 1));
  out.push(plan.notSites.map((n) => n.name + ':' + n.reason).join('\n'));
  out.push([plan.units.length, plan.notSites.length, plan.units.flatMap((u) => u.townships).length].join(' '));
  (await import('node:fs')).writeFileSync('/tmp/plan.txt', out.join('\n'));
});
