import { describe, expect, it } from '@jest/globals';
import { crumbsOf, hrefOf, parseRoute, type Route, titleOf } from '../../console/routes.ts';

const ROUTES: readonly (readonly [string, Route, string])[] = [
  ['#/spaces', { view: 'spaces' }, 'Spaces'],
  ['#/spaces/team-a', { view: 'space', space: 'team-a' }, 'team-a'],
  ['#/spaces/team-a/apps', { view: 'apps', space: 'team-a' }, 'Apps'],
  ['#/spaces/team-a/apps/billing', { view: 'app', space: 'team-a', app: 'billing' }, 'billing'],
  ['#/spaces/team-a/push', { view: 'push', space: 'team-a' }, 'Push an app'],
  ['#/spaces/team-a/push?app=billing', { view: 'push', space: 'team-a', app: 'billing' }, 'Edit billing'],
  ['#/spaces/team-a/tasks', { view: 'tasks', space: 'team-a', filter: {} }, 'Tasks'],
  [
    '#/spaces/team-a/tasks?app=billing&state=failed&limit=500',
    { view: 'tasks', space: 'team-a', filter: { app: 'billing', state: 'failed', limit: '500' } },
    'Tasks',
  ],
  [
    '#/spaces/team-a/tasks/billing-bcdfg',
    { view: 'task', space: 'team-a', task: 'billing-bcdfg' },
    'billing-bcdfg',
  ],
  ['#/spaces/team-a/jobs', { view: 'jobs', space: 'team-a' }, 'Jobs'],
  ['#/spaces/team-a/jobs/report', { view: 'job', space: 'team-a', job: 'report' }, 'report'],
  [
    '#/spaces/team-a/create-job?app=billing',
    { view: 'create-job', space: 'team-a', app: 'billing' },
    'Create a job',
  ],
];

describe('a URL', () => {
  it.each(ROUTES)('%s names its view, and the view its URL', (hash, route, title) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(hrefOf(route)).toBe(hash);
    expect(titleOf(route)).toBe(title);
  });

  it.each([
    ['#/spaces', []],
    ['#/spaces/team-a', [['Spaces', '#/spaces']]],
    ['#/spaces/team-a/jobs', [['team-a', '#/spaces/team-a']]],
    [
      '#/spaces/team-a/push?app=billing',
      [
        ['team-a', '#/spaces/team-a'],
        ['Apps', '#/spaces/team-a/apps'],
      ],
    ],
    [
      '#/spaces/team-a/tasks/billing-bcdfg',
      [
        ['team-a', '#/spaces/team-a'],
        ['Tasks', '#/spaces/team-a/tasks'],
      ],
    ],
  ])('%s has the breadcrumb of its view', (hash, crumbs) => {
    expect(crumbsOf(parseRoute(hash))).toEqual(crumbs);
  });

  it.each(['', '#', '#/'])('"%s" is that of the spaces', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'spaces' });
  });

  it.each([
    ...['#/spaces/..', '#/spaces/a/apps/..', '#/spaces/%2e%2e/tasks', '#/spaces/a/jobs/%2E'],
    ...['#/nowhere', '#/spaces/a/nothing', '#/spaces/a/apps/b/c', '#/spaces/a/push/b'],
  ])('%s is none', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'nothing' });
  });

  it('may contain any character, and never becomes another path', () => {
    const route = { view: 'app', space: 'a/b', app: 'c?d#e%' } as const;
    expect(parseRoute(hrefOf(route))).toEqual(route);
    expect(parseRoute('#/spaces/%E0%A4%A')).toEqual({ view: 'space', space: '%E0%A4%A' });
  });
});
