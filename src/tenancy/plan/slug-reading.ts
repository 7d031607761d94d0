import { pinyin } from 'pinyin-pro';

/** 绿园 → lvyuan: the pinyin of a name without tones, ü written v. Readings of names can be wrong: see the corrections. */
export function readingOf(name: string): string {
  return pinyin(name, { toneType: 'none', type: 'array', v: true })
    .join('')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
