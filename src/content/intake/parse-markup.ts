import { type ChildNode, DomHandler } from 'domhandler';
import { Parser } from 'htmlparser2';
import { intakeErrors } from './errors.js';

/** Deepest nesting of elements that is read. Old pages with unclosed tags reach 60. */
const MAX_DEPTH = 250;
/** Elements of one file, its frame included; in a plain text, its lines. A hundred pages of a word processor have about 30,000. */
export const MAX_ELEMENTS = 100_000;
/** Cells of all tables of one file: a table of ten columns and two thousand lines is nothing that is read on a page. */
const MAX_CELLS = 20_000;

/** Stops at what no document has, before anything is made of it. Comments are no nodes: they part no text. */
class BoundedHandler extends DomHandler {
  private elements = 0;
  private cells = 0;

  constructor(private readonly file: string) {
    super(null, { withStartIndices: false });
  }

  override onopentag(name: string, attribs: Record<string, string>): void {
    if (this.tagStack.length > MAX_DEPTH) throw intakeErrors['intake.too-deep']({ name: this.file });
    if (++this.elements > MAX_ELEMENTS) throw tooManyElements(this.file);
    if ((name === 'td' || name === 'th') && ++this.cells > MAX_CELLS) {
      throw intakeErrors['intake.too-many-cells']({ name: this.file, limit: MAX_CELLS });
    }
    super.onopentag(name, attribs);
  }

  override oncomment(): void {}
  override oncommentend(): void {}
  override onprocessinginstruction(): void {}
}

/** Also for what becomes elements only before or behind the parser. */
export function tooManyElements(file: string): Error {
  return intakeErrors['intake.too-many-elements']({ name: file, limit: MAX_ELEMENTS });
}

/**
 * @param file its name, for the error
 * @throws intake.too-deep, intake.too-many-elements, intake.too-many-cells
 */
export function parseMarkup(html: string, file: string): ChildNode[] {
  const handler = new BoundedHandler(file);
  new Parser(handler, { decodeEntities: true }).end(html);
  return handler.dom;
}
