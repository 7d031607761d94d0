import { imageSize } from 'image-size';

export interface MediaType {
  /** As it is served. */
  type: string;
  /** Pixels; null for attachments. */
  width: number | null;
  height: number | null;
}

type Check = (bytes: Buffer) => boolean;
const starts =
  (...signatures: (string | number[])[]): Check =>
  (bytes) =>
    signatures.some((s) => {
      const signature = typeof s === 'string' ? Buffer.from(s, 'latin1') : Buffer.from(s);
      return bytes.subarray(0, signature.length).equals(signature);
    });
const zip = starts('PK\x03\x04', 'PK\x05\x06');
const ole = starts([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
const text: Check = (bytes) => !bytes.subarray(0, 65_536).includes(0);
/** A zip whose directory names this part: what tells a .docx from any archive. */
const zipWith =
  (part: string): Check =>
  (bytes) =>
    zip(bytes) && bytes.includes(part);

/** By extension: the type it is served as, and what its bytes must be. Names alone are not believed. */
const ATTACHMENTS: Record<string, [type: string, is: Check]> = {
  pdf: ['application/pdf', starts('%PDF-')],
  doc: ['application/msword', ole],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', zipWith('word/')],
  xls: ['application/vnd.ms-excel', ole],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', zipWith('xl/')],
  ppt: ['application/vnd.ms-powerpoint', ole],
  pptx: ['application/vnd.openxmlformats-officedocument.presentationml.presentation', zipWith('ppt/')],
  wps: ['application/vnd.ms-works', (b) => ole(b) || zip(b)],
  et: ['application/vnd.ms-excel', (b) => ole(b) || zip(b)],
  ofd: ['application/ofd', zip],
  zip: ['application/zip', zip],
  csv: ['text/csv; charset=utf-8', text],
  txt: ['text/plain; charset=utf-8', text],
};

const IMAGES: Record<string, [type: string, is: Check]> = {
  png: ['image/png', starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  jpg: ['image/jpeg', starts([0xff, 0xd8, 0xff])],
  jpeg: ['image/jpeg', starts([0xff, 0xd8, 0xff])],
  gif: ['image/gif', starts('GIF87a', 'GIF89a')],
  webp: [
    'image/webp',
    (b) => b.subarray(0, 4).toString('latin1') === 'RIFF' && b.subarray(8, 12).toString('latin1') === 'WEBP',
  ],
};

/**
 * What a file is, by its content; its name only says which kinds it may be. SVG, HTML, programs and scripts are no media.
 * @returns a phrase that says why not, when it may not be served
 */
export function mediaTypeOf(name: string, bytes: Buffer, role: 'image' | 'attachment'): MediaType | string {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const image = IMAGES[extension];
  if (image) {
    const [type, is] = image;
    if (!is(bytes)) return `内容不是 ${extension} 图片`;
    try {
      const { width, height } = imageSize(bytes);
      return { type, width, height };
    } catch {
      return '图片已损坏';
    }
  }
  if (role === 'image') return `不是可用的图片格式（${extension || '没有扩展名'}）`;
  const attachment = ATTACHMENTS[extension];
  if (!attachment) return `不支持的类型（${extension || '没有扩展名'}）`;
  const [type, is] = attachment;
  if (!is(bytes)) return `内容与扩展名 ${extension} 不符`;
  return { type, width: null, height: null };
}
