const LIGHT = {
  page: '#ffffff',
  ink: '#1f2328',
  soft: '#57606a',
  edge: '#8c959f',
  box: '#f6f8fa',
  state: '#fff8c5',
  io: '#ddf4ff',
  request: '#0550ae',
  trigger: '#953800',
  minute: '#116329',
};

const DARK: typeof LIGHT = {
  page: '#0d1117',
  ink: '#e6edf3',
  soft: '#9da7b3',
  edge: '#6e7681',
  box: '#161b22',
  state: '#3b2e00',
  io: '#0c2d4d',
  request: '#79c0ff',
  trigger: '#ffa657',
  minute: '#7ee787',
};

const variables = (colours: typeof LIGHT): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');

/** Style sheet of the picture. It fills its own background, so it reads on any page; dark where the reader's system is. */
export const STYLE = `
svg { ${variables(LIGHT)} }
@media (prefers-color-scheme: dark) { svg { ${variables(DARK)} } }
.page { fill: var(--page); }
.box { fill: var(--box); stroke: var(--edge); }
.frame { fill: none; stroke: var(--edge); stroke-dasharray: 5 4; }
.io { fill: var(--io); stroke: var(--edge); }
.state { fill: var(--state); stroke: var(--edge); }
text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.heading { font-size: 15px; font-weight: 600; }
.title { font-weight: 600; }
.line, .note { fill: var(--soft); font-size: 11px; }
.number { fill: var(--page); font-weight: 700; text-anchor: middle; }
.arrow { fill: none; stroke-width: 1.6; stroke: var(--edge); }
.back { stroke-dasharray: 4 3; }
${['request', 'trigger', 'minute'].map((walk) => `.arrow.${walk} { stroke: var(--${walk}); } .badge.${walk}, .head.${walk} { fill: var(--${walk}); }`).join('\n')}
.head.plain { fill: var(--edge); }
`;
