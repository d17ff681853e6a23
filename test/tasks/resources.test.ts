import { describe, expect, it } from '@jest/globals';
import { limitsFor, toComputeResources } from '../../lib/tasks/container.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

describe('limitsFor', () => {
  it.each([
    ['nothing given', {}, {}, { cpu: 100, memory: GiB, disk: GiB }],
    ['little memory', { memory: 64 * MiB }, {}, { cpu: 100, memory: 64 * MiB, disk: GiB }],
    ['much memory brings processor time', { memory: 4 * GiB }, {}, { cpu: 400, memory: 4 * GiB, disk: GiB }],
    [
      "the task's memory does too",
      { memory: GiB },
      { memory: 3 * GiB },
      { cpu: 300, memory: 3 * GiB, disk: GiB },
    ],
    [
      "the app's own values",
      { cpu: 50, memory: 2 * GiB, disk: 3 * GiB },
      {},
      { cpu: 50, memory: 2 * GiB, disk: 3 * GiB },
    ],
    [
      "the task's go before the app's, one by one",
      { cpu: 50, memory: 2 * GiB, disk: 3 * GiB },
      { memory: MiB * 512 },
      { cpu: 50, memory: MiB * 512, disk: 3 * GiB },
    ],
  ])('%s', (_, app, task, limits) => {
    expect(limitsFor(app, task)).toEqual(limits);
  });
});

describe('toComputeResources', () => {
  it('requests what it limits, and does not limit the processor', () => {
    expect(toComputeResources({ cpu: 250, memory: 256 * MiB, disk: GiB })).toEqual({
      requests: { cpu: '250m', memory: '256Mi', 'ephemeral-storage': '1024Mi' },
      limits: { memory: '256Mi', 'ephemeral-storage': '1024Mi' },
    });
  });
});
