/* Ports to EventBridge: the rules that wake jobs, and the bus that is told of their ends. */
import type { OutboundEvent } from '../events/outbound-events.ts';

/** A rule as a list gives it: of a schedule, with its expression, or of a trigger, with its pattern as JSON. */
export type RuleRecord = {
  readonly name: string;
  readonly expression?: string | undefined;
  readonly pattern?: string | undefined;
  readonly enabled: boolean;
};

/** The rule that one expression of a job's schedule, or its trigger, is to have. Its name says on which bus. */
export type JobRule = {
  readonly name: string;
  readonly space: string;
  readonly job: string;
} & ({ readonly expression: string } | { readonly pattern: string });

/** The rules of this stage. Every method throws `unavailable` when EventBridge is out of reach or too busy. */
export type Rules = {
  /** All rules with names of this stage, on both buses, those of jobs that are gone too. */
  list(): Promise<readonly RuleRecord[]>;
  /**
   * Makes the rule or mends it. `full`: no more rules fit on the bus. `notOurs`: the name is taken by a rule that this
   * stage did not make for this job.
   */
  put(rule: JobRule): Promise<'kept' | 'made' | 'full' | 'notOurs'>;
  /** Checks a pattern, as JSON, without writing a rule. EventBridge's refusal in its words; `undefined`: it is valid. */
  patternRefusal(pattern: string): Promise<string | undefined>;
  /** Removes the rule. `notOurs`: it stays, since this stage did not make it. */
  remove(name: string): Promise<'removed' | 'notThere' | 'notOurs'>;
};

/** The service's own bus. */
export type Bus = {
  /**
   * Sends events, at most ten at once. Of each, in their order: whether the bus took it; one that it did not take may be
   * sent again. Throws `unavailable` when EventBridge is out of reach: then some may have been taken.
   */
  put(events: readonly OutboundEvent[]): Promise<readonly boolean[]>;
};
