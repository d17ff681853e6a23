import * as v from 'valibot';

const Text = v.pipe(v.string(), v.minLength(1));

/**
 * What CloudFormation sends for a custom resource. It may have more fields than these. `ResponseURL` is a signed address
 * that lets its bearer answer: it is never logged.
 */
export const StackEvent = v.object({
  RequestType: v.picklist(['Create', 'Update', 'Delete']),
  ResponseURL: v.pipe(v.string(), v.url()),
  StackId: Text,
  RequestId: Text,
  LogicalResourceId: Text,
  PhysicalResourceId: v.optional(Text),
});

export type StackEvent = v.InferOutput<typeof StackEvent>;
