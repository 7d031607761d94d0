import type { Calendar } from '../time/calendar.js';
import { type ActWords, wordsOf } from './acts.js';
import type { ChainedEntry } from './audit-digest.js';
import type { ChainFault } from './chain-check.js';
import type { HeadFileFault } from './head-files.js';

/** One thing that is wrong, as a sentence for the auditor. */
export interface AuditFinding {
  kind: ChainFault['kind'] | HeadFileFault['kind'];
  /** Null: it concerns the files of exported heads. */
  tenantId: string | null;
  /** The first position, or number of an export, concerned; null where none can be told. */
  position: number | null;
  sentence: string;
}

interface Words {
  acts: ActWords;
  calendar: Calendar;
}

const range = (from: number, to: number): string => (from === to ? `第 ${from} 条` : `第 ${from} 至 ${to} 条`);

/** `2026-11-25 09:12，发布稿件（item:…），张三` */
function described(entry: ChainedEntry, { acts, calendar }: Words): string {
  const at = new Date(entry.at);
  const time = Number.isNaN(at.getTime()) ? '时间不明' : calendar.minute(at);
  return `${time}，${wordsOf(acts, entry.act)}（${entry.subject}），${entry.actor}`;
}

export function chainFinding(
  tenant: { tenantId: string; name: string | null },
  fault: ChainFault,
  words: Words,
): AuditFinding {
  const name = tenant.name ?? `已不存在的单位 ${tenant.tenantId}`;
  const position = 'from' in fault ? fault.from : 'positions' in fault ? fault.positions[0]! : entryPosition(fault);
  return { kind: fault.kind, tenantId: tenant.tenantId, position, sentence: `${name}：${sentenceOf(fault, words)}` };
}

const entryPosition = (fault: ChainFault): number | null => ('entry' in fault ? fault.entry.position : null);

function sentenceOf(fault: ChainFault, words: Words): string {
  switch (fault.kind) {
    case 'altered':
      return fault.from === fault.to
        ? `第 ${fault.from} 条（${described(fault.entry, words)}）与校验值不符：它被改动过，或者它前面一条连同校验值一起被改动过。`
        : `${range(fault.from, fault.to)}（自 ${described(fault.entry, words)} 起）与校验值不符：内容或编号被改动过。`;
    case 'inserted':
      return fault.from === fault.to
        ? `第 ${fault.from} 条（${described(fault.entry, words)}）是后来插入的，不在链上。`
        : `${range(fault.from, fault.to)}（自 ${described(fault.entry, words)} 起）是后来插入的，不在链上。`;
    case 'reordered':
      return `第 ${fault.positions.join('、')} 条（自 ${described(fault.entry, words)} 起）的先后次序被调换过，内容没有变。`;
    case 'removed':
      return fault.after
        ? `${range(fault.from, fault.to)}被删除了，原在第 ${fault.after.position} 条（${described(fault.after, words)}）之后。`
        : `${range(fault.from, fault.to)}被删除了，原在最前面。`;
    case 'truncated':
      return `末尾的${range(fault.from, fault.to)}被删除了，现在最后一条是第 ${fault.after.position} 条（${described(fault.after, words)}）。`;
    case 'rebuilt':
      return `${range(fault.soundUntil + 1, fault.head.position)}之间被改写过并重算了校验值：第 ${fault.head.position} 条（${described(fault.entry, words)}）与 ${words.calendar.minute(new Date(fault.head.at))} 导出的链头不符。`;
    case 'end-differs':
      return `第 ${fault.entry.position} 条（${described(fault.entry, words)}）与链尾记录不符：它连同校验值一起被改动过，或者链尾记录被改动过。`;
    case 'end-missing':
      return `链尾记录不见了，最后一条是第 ${fault.entry.position} 条（${described(fault.entry, words)}）。`;
    case 'chain-gone':
      return `审计记录全部不见了，原有 ${fault.to} 条。`;
  }
}

export function fileFinding(fault: HeadFileFault): AuditFinding {
  const sentence =
    fault.kind === 'heads-altered'
      ? `导出的链头文件 audit-heads/${fault.file} 第 ${fault.line} 行的签名不符：被改动过，或 SECRET_KEY 已更换。`
      : `导出的链头缺第 ${fault.from === fault.to ? fault.from : `${fault.from} 至 ${fault.to}`} 次：文件或其中的行被删除了。`;
  return { kind: fault.kind, tenantId: null, position: 'from' in fault ? fault.from : fault.line, sentence };
}

/** @param exported how many times heads were exported, by the platform's audit */
export const filesGone = (exported: number): AuditFinding => ({
  kind: 'heads-missing',
  tenantId: null,
  position: 1,
  sentence: `审计记录载明导出过 ${exported} 次链头，本机数据目录的 audit-heads 里却没有任何文件：被删除了，或者不在这台机器上。`,
});
