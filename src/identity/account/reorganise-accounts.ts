import { changeRows, lockRows, type RecordedTable } from '../../tenancy/reorganisation/recorded-rows.js';
import type { Reorganisation } from '../../tenancy/reorganisation/reorganisation.js';
import {
  type Finding,
  type PlanTx,
  type ReorganisationPart,
  stayBehind,
} from '../../tenancy/reorganisation/reorganisation-part.js';
import { plainly, restoreRows } from '../../tenancy/reorganisation/restored-rows.js';

const ACCOUNTS: RecordedTable = {
  name: 'account',
  key: ['id'],
  columns: { organ_id: '机关' },
  nameOf: (row) => `${row.name}（${row.login}）`,
};

/** The people of organs go where their organ goes; of a split, where the plan says. */
export const accountsPart: ReorganisationPart = {
  name: 'accounts',
  title: '人员',
  tables: [ACCOUNTS],
  say: (column, value, plan) => (column === 'organ_id' ? plan.nameOf(value as string | null) : plainly(column, value)),

  async foresee(tx, plan) {
    const people = await peopleOf(tx, plan);
    const lost = people.filter((one) => one.organId && one.state !== 'closed' && !wayOf(plan, one.organId, one.id));
    const byOrgan = Map.groupBy(lost, (one) => one.organId!);
    const conflicts = [...byOrgan].map(([organId, unplaced]): Finding => {
      const names = unplaced.map((one) => `${one.name}（${one.login}）`).join('、');
      const sentence = `拆分“${plan.organs.get(organId)?.name}”后这些人没有去处：${names}。请写到“人员”里，或在一行里写“其余”。`;
      return { row: plan.linesFrom(organId)[0]!.row, sentence };
    });
    return { conflicts, warnings: goneElsewhere(plan, people) };
  },

  async apply(tx, plan) {
    const { tenantId } = tx.scope;
    const rows = await lockRows(tx, ACCOUNTS, tenantId, 't.organ_id = ANY ($2::uuid[])', [plan.sources]);
    const edits = rows.map((row) => {
      const organId = String(row.organ_id);
      return { row, set: { organ_id: wayOf(plan, organId, String(row.id)) ?? organId } };
    });
    return { changes: await changeRows(tx, ACCOUNTS, tenantId, edits), kept: [], tags: [] };
  },

  async obstacles(tx, plan, changes) {
    const behind = await stayBehind(tx, plan, ACCOUNTS, 'organ_id', changes);
    return behind.map(({ organ, row }) => `${row}后来才到新设的“${organ}”，请先给他另定机关。`);
  },

  async takeBack(tx, plan, changes) {
    const say = (column: string, value: unknown) => accountsPart.say!(column, value, plan);
    return { ...(await restoreRows(tx, ACCOUNTS, tx.scope.tenantId, changes, say)), tags: [] };
  },
};

interface Person {
  id: string;
  name: string;
  login: string;
  state: string;
  organId: string | null;
}

/** Everybody of the organs concerned, and whom the plan names. */
const peopleOf = (tx: PlanTx, plan: Reorganisation): Promise<Person[]> =>
  tx.query<Person>(
    `SELECT id, name, login, state, organ_id AS "organId" FROM account
     WHERE tenant_id = $1 AND (organ_id = ANY ($2::uuid[]) OR id = ANY ($3::uuid[])) ORDER BY login`,
    [tx.scope.tenantId, plan.sources, plan.lines.flatMap((line) => line.accountIds)],
  );

const wayOf = (plan: Reorganisation, organId: string, accountId: string): string | null =>
  plan.successorOf(organId, { accountId });

/** Whom the plan names and who is no longer of that organ: left where they are. */
function goneElsewhere(plan: Reorganisation, people: readonly Person[]): Finding[] {
  const byId = new Map(people.map((one) => [one.id, one]));
  return plan.lines.flatMap((line) =>
    line.accountIds.flatMap((id): Finding[] => {
      const one = byId.get(id);
      if (one?.organId === line.fromId) return [];
      const who = one ? `${one.name}（${one.login}）` : '方案里写明的一个人';
      return [{ row: line.row, sentence: `${who}已不在“${line.fromName}”，不随这次调整。` }];
    }),
  );
}
