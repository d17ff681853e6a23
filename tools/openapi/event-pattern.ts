import type { JsonSchema } from './shared.ts';

const fields: JsonSchema = { $ref: '#/components/schemas/EventPatternFields' };
const alternatives = (items: JsonSchema): JsonSchema => ({ type: 'array', minItems: 2, items });

/** Fields of an event pattern: of each, the list of what matches, or its own fields. */
export const EVENT_PATTERN_FIELDS: JsonSchema = {
  type: 'object',
  properties: { $or: alternatives(fields) },
  additionalProperties: { anyOf: [{ type: 'array', items: {} }, fields] },
  description:
    'Fields of an event pattern: lists of values and operators, or objects of fields. EventBridge checks the operators.',
};

/** An event pattern names its source, in each alternative. */
export const EVENT_PATTERN: JsonSchema = {
  allOf: [fields],
  type: 'object',
  anyOf: [
    { required: ['source'], properties: { source: { type: 'array', items: {} } } },
    {
      required: ['$or'],
      properties: { $or: alternatives({ $ref: '#/components/schemas/EventPattern' }) },
    },
  ],
  description:
    'An event pattern of EventBridge, which names the sources that the stage allows for the space. At most 2048 characters ' +
    'as JSON, 32 levels, and whole numbers up to 9007199254740991.',
};
