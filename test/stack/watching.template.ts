import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { DEPLOYED, ofType, templateOf } from './support/stages.ts';

/** Observability: logs, alarms and a dashboard. */
export const watching = (): void => {
  describe.each(DEPLOYED)('the template of stage %s', (stage) => {
    it('has a log group of all functions and one of the gateway, each with a retention', () => {
      const groups = ofType(stage, 'AWS::Logs::LogGroup');
      expect(groups.map(([id]) => id).toSorted()).toEqual(['FunctionLogs', 'HttpApiLogGroup']);
      for (const [, { Properties }] of groups)
        expect(Properties).toMatchObject({ RetentionInDays: expect.any(Number) });
      for (const [, { Properties }] of ofType(stage, 'AWS::Lambda::Function'))
        expect(Properties.LoggingConfig).toMatchObject({
          LogFormat: 'JSON',
          LogGroup: { Ref: 'FunctionLogs' },
        });
    });

    it('measures each route of the API', () => {
      const [[, { Properties }] = ['', { Properties: {} }]] = ofType(stage, 'AWS::ApiGatewayV2::Stage');
      expect(Properties).toMatchObject({
        DefaultRouteSettings: {
          DetailedMetricsEnabled: true,
          ThrottlingRateLimit: 100,
          ThrottlingBurstLimit: 200,
        },
      });
    });

    it('has an alarm for each thing that operations must know', () => {
      const alarms = ofType(stage, 'AWS::CloudWatch::Alarm').map(
        ([, { Properties }]) => Properties.AlarmName,
      );
      expect(alarms).toEqual(
        [
          'dead-letters',
          'failed-invocations',
          'jobs-overdue',
          'prune',
          'reconcile',
          'reconcile-errors',
          'rules-refused',
          'runs-missed',
          'throttles',
          'trigger-throttles',
        ].map((name) => `taskbridge-${stage}-${name}`),
      );
      const body = templateOf(stage).Resources.Dashboard?.Properties.DashboardBody;
      expect(v.parse(v.object({ 'Fn::Sub': v.pipe(v.string(), v.parseJson()) }), body)).toMatchObject({
        'Fn::Sub': { widgets: expect.any(Array) },
      });
    });
  });

  describe('the alarm of throttled calls', () => {
    it('watches the functions that no concurrency is reserved for, which users call', () => {
      const { Metrics } = v.parse(
        v.object({ Metrics: v.array(v.looseObject({})) }),
        templateOf('prod').Resources.ThrottlesAlarm?.Properties,
      );
      const { Metrics: ofTriggers } = v.parse(
        v.object({ Metrics: v.array(v.looseObject({})) }),
        templateOf('prod').Resources.TriggerThrottlesAlarm?.Properties,
      );
      // An alarm adds up ten metrics at most.
      for (const metrics of [Metrics, ofTriggers]) expect(metrics.length - 1).toBeLessThanOrEqual(10);
      const watched = ofType('prod', 'AWS::Lambda::Function').filter(([, { Properties }]) =>
        JSON.stringify([Metrics, ofTriggers]).includes(`"Value":"${Properties.FunctionName}"`),
      );
      const unreserved = ofType('prod', 'AWS::Lambda::Function').filter(
        ([, { Properties }]) => Properties.ReservedConcurrentExecutions === undefined,
      );
      expect(watched.map(([id]) => id)).toEqual(unreserved.map(([id]) => id));
      expect(Metrics.length + ofTriggers.length).toBe(2 + unreserved.length);
    });
  });
};
