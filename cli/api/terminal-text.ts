/**
 * Control characters but tab and line feed (C0, DEL, C1), and the embeddings, overrides and isolates of bidirectional text,
 * which show a text in another order than it has. Zero-width characters are letters' own: emoji and Persian need them.
 */
const UNSAFE = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text with its control characters shown: `^[` for ESC, as kubectl writes it, and so on for C0 and DEL; `\u009b` for others.
 * A terminal would obey them: write to the clipboard, set its title, move over other lines.
 */
export const visible = (text: string): string => text.replace(UNSAFE, picture);

/** Text for a JSON or double-quoted YAML string, with its control characters escaped. */
export const escaped = (text: string): string => text.replace(UNSAFE, toEscape);

/** True where {@link visible} changes the text. */
export const isUnsafe = (text: string): boolean => text.search(UNSAFE) !== -1;

function picture(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x80 ? `^${String.fromCharCode(code ^ 0x40)}` : toEscape(character);
}

const toEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const ESC = '\u001b';

/** Beginnings of strings that run to a terminator: DCS, SOS, OSC, PM, APC, after ESC and in C1. */
const STRINGS = 'PX]^_\u0090\u0098\u009d\u009e\u009f';

/** Parameters of a colour, a weight and the like (SGR). A private one, such as `>4;1`, is another command. */
const COLOUR = /^[\d;:]{0,63}$/;

/** State of the parser, and the parameters of a control sequence. */
type State =
  | { readonly in: 'text' | 'escape' | 'string' }
  | { readonly in: 'sequence'; readonly parameters: string };

const TEXT: State = { in: 'text' };

/** Text up to the next control character. */
const PLAIN = /[^\0-\u001f\u007f-\u009f]*/y;

/**
 * Returns a function that removes from the next part of a log whatever commands a terminal: cursor moves, and the strings that
 * set its title, its clipboard and its keys. Colours stay with `colours`. Sequences may be split between two parts.
 * A line feed ends a sequence, so that none hides the lines after it. States as in https://vt100.net/emu/dec_ansi_parser.
 */
export function newLogFilter({ colours }: { readonly colours: boolean }): (part: string) => string {
  let state = TEXT;
  return (part) => {
    let kept = '';
    for (let at = 0; at < part.length; at += 1) {
      if (state.in === 'text') {
        PLAIN.lastIndex = at;
        const [plain = ''] = PLAIN.exec(part) ?? [];
        kept += plain;
        at += plain.length;
      }
      const [next, output] = step(state, part.charAt(at));
      state = next;
      if (colours || !output.startsWith(ESC)) kept += output;
    }
    return kept;
  };
}

/** The state after a character, and the text that is kept. */
function step(state: State, character: string): readonly [State, string] {
  if (character === '\n') return [TEXT, character];
  if (character === ESC) return [{ in: 'escape' }, ''];
  // CAN and SUB cancel a sequence.
  if (character === '\u0018' || character === '\u001a') return [TEXT, ''];
  switch (state.in) {
    case 'text':
      return stepInText(character);
    case 'escape':
      return stepInEscape(character);
    case 'string':
      return [character === '\u0007' || character === '\u009c' ? TEXT : state, ''];
    case 'sequence':
      return stepInSequence(state.parameters, character);
  }
}

function stepInText(character: string): readonly [State, string] {
  if (character === '\u009b') return [{ in: 'sequence', parameters: '' }, ''];
  if (STRINGS.includes(character) && character >= '\u0080') return [{ in: 'string' }, ''];
  const isControl = character < ' ' || (character >= '\u007f' && character < '\u00a0');
  return [TEXT, isControl && character !== '\t' && character !== '\r' ? '' : character];
}

function stepInEscape(character: string): readonly [State, string] {
  if (character === '[') return [{ in: 'sequence', parameters: '' }, ''];
  if (STRINGS.includes(character)) return [{ in: 'string' }, ''];
  // Intermediate characters come before the final one.
  if (character >= ' ' && character <= '/') return [{ in: 'escape' }, ''];
  return character >= '0' && character <= '~' ? [TEXT, ''] : stepInText(character);
}

function stepInSequence(parameters: string, character: string): readonly [State, string] {
  if (character >= ' ' && character <= '?')
    return [{ in: 'sequence', parameters: `${parameters}${character}`.slice(0, 64) }, ''];
  if (character === 'm' && COLOUR.test(parameters)) return [TEXT, `${ESC}[${parameters}m`];
  return character >= '@' && character <= '~' ? [TEXT, ''] : stepInText(character);
}
