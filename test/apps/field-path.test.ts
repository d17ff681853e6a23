import { describe, expect, it } from '@jest/globals';
import { isFieldPath } from '../../lib/apps/env-var.ts';
import { patternOf } from '../support/app-schema.ts';

/** True for a path that the schema of Apps allows. */
const isInSchema = async (path: string): Promise<boolean> =>
  new RegExp(await patternOf('env.[].valueFrom.fieldRef.fieldPath')).test(path);

describe('a field of the pod', () => {
  it.each([
    'metadata.name',
    'metadata.namespace',
    'metadata.uid',
    "metadata.labels['team']",
    "metadata.labels['example.org/Team_1.x']",
    "metadata.annotations['taskbridge.dev/command']",
    'spec.nodeName',
    'spec.serviceAccountName',
    'status.hostIP',
    'status.hostIPs',
    'status.podIP',
    'status.podIPs',
  ])('may be %s, as in the schema of Apps', async (path) => {
    expect([isFieldPath(path), await isInSchema(path)]).toEqual([true, true]);
  });

  it.each([
    'spec.foo',
    'spec.hostNetwork',
    'status.phase',
    'metadata.labels',
    'metadata.annotations',
    'metadata.resourceVersion',
    "metadata.name['a']",
    "metadata.labels['']",
    "metadata.labels['a b']",
    "metadata.labels['$(params.x)']",
    "metadata.labels['/a']",
    "metadata.labels['Example.org/a']",
    "metadata.labels['a']['b']",
    'metadata.labels[a]',
    ' metadata.name',
    'metadata.name\n',
    'metadataxname',
  ])('is not %j, nor in the schema of Apps', async (path) => {
    expect([isFieldPath(path), await isInSchema(path)]).toEqual([false, false]);
  });
});
