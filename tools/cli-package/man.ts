import { GLOBAL_FLAGS } from '../../cli/flags.ts';
import type { Flag, Verb } from '../../cli/verb.ts';
import { VERSION } from '../../cli/version.ts';

/** Escapes a text for roff, in running lines and in arguments of macros alike. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\(rs')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replace(/^\./gm, '\\&.')
    .replace(
      /[^\n -~]/gu,
      (letter) => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`,
    );

const tagged = (term: string, text: string): string => `.TP\n.B ${roff(term)}\n${roff(text)}\n`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const flagOf = ({ flags, description, choices = [] }: Flag): string =>
  tagged(flags, `${description}${choices.length === 0 ? '' : `: ${choices.join(', ')}`}`);

const exampleOf = ([command, description]: Verb['examples'][number]): string =>
  `.PP\n${roff(sentence(description))}\n.PP\n.RS 4\n.EX\n${roff(`taskbridge ${command}`)}\n.EE\n.RE\n`;

function verbOf({ name, aliases = [], summary, more, args, flags, examples }: Verb): string {
  const usage = ['taskbridge', name, ...args.map((one) => one.name), '[flags]'].join(' ');
  const also = aliases.length === 0 ? '' : `\nAlso: ${roff(aliases.join(', '))}.`;
  return [
    `.SS ${roff(name)}\n.B ${roff(usage)}\n`,
    `.PP\n${roff(sentence(summary))}${more === undefined ? '' : `\n${roff(more)}`}${also}\n`,
    ...args.map((one) => tagged(one.name, one.description)),
    ...flags.filter(({ hidden }) => hidden !== true).map(flagOf),
    ...examples.map(exampleOf),
  ].join('');
}

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['TASKBRIDGE_URL', 'URL of Taskbridge, unless --url gives it'],
  ['TASKBRIDGE_SPACE', 'space, unless --space gives it'],
  ['TASKBRIDGE_TOKEN', 'bearer token, unless --token gives it'],
  ['XDG_CONFIG_HOME', 'folder of settings; default: ~/.config'],
  ['AWS_PROFILE, AWS_ACCESS_KEY_ID, …', 'credentials for signed requests, as the AWS CLI takes them'],
  ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'proxies'],
  ['NODE_EXTRA_CA_CERTS', 'file of certificate authorities to trust beside those of Node'],
];

const EXIT_STATUS: readonly (readonly [string, string])[] = [
  ['0', 'success'],
  ['1', 'the request failed'],
  ['2', 'wrong usage'],
  ['130', 'interrupted'],
  [
    'other',
    "run-task --wait exits with the task's exit code: 143 when it was terminated, 124 when it timed out",
  ],
];

/** Manual page of the command line in roff, from the verbs that the help has. */
export function manPage(verbs: readonly Verb[]): string {
  const groups = [...new Set(verbs.map(({ group }) => group))];
  const section = (title: string, body: readonly string[]): string => `.SH ${title}\n${body.join('')}`;
  return [
    `.TH TASKBRIDGE 1 "" "${roff(VERSION)}" "Taskbridge"\n`,
    section('NAME', [
      'taskbridge \\- tasks and scheduled jobs of Cloud Foundry\\-style apps, on Kubernetes\n',
    ]),
    section('SYNOPSIS', ['.B taskbridge\n.I verb\n.RI [ arguments ]\n.RI [ flags ]\n']),
    section('DESCRIPTION', [
      'Runs tasks of apps, and jobs on schedules and events, through the HTTP API of Taskbridge.\n',
      'Results go to standard output, messages to standard error.\n',
    ]),
    ...groups.map((group) =>
      section(group.toUpperCase(), verbs.filter((verb) => verb.group === group).map(verbOf)),
    ),
    section('GLOBAL FLAGS', GLOBAL_FLAGS.map(flagOf)),
    section(
      'ENVIRONMENT',
      ENVIRONMENT.map(([name, text]) => tagged(name, text)),
    ),
    section(
      'EXIT STATUS',
      EXIT_STATUS.map(([code, text]) => tagged(code, text)),
    ),
    section('FILES', [tagged('~/.config/taskbridge/config.json', 'URL and space as set by "target"')]),
  ].join('');
}
