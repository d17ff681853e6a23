import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { resolve } from '../../local/iam/intrinsics.ts';
import { Template } from '../../local/iam/template.ts';
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
      const alarms = ofType(stage, 'AWS::CloudWatch::Alarm')
        .map(([, { Properties }]) => Properties.AlarmName)
        .filter((name) => !String(name).startsWith(`taskbridge-${stage}-errors-`));
      expect(alarms).toEqual(
        [
          'dead-letters',
          'api-errors',
          'failed-invocations',
          'jobs-overdue',
          'jobs-failing',
          'jobs-silent',
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

    it('has an alarm on the errors of each function, and on 5xx answers of the API', () => {
      const watched = ofType(stage, 'AWS::CloudWatch::Alarm').filter(
        ([, { Properties }]) => Properties.Namespace === 'AWS/Lambda',
      );
      const functions = ofType(stage, 'AWS::Lambda::Function').map(
        ([, { Properties }]) => Properties.FunctionName,
      );
      expect(watched.map(([, { Properties }]) => Properties.Dimensions)).toEqual(
        functions.map((name) => [{ Name: 'FunctionName', Value: name }]),
      );
      for (const [, { Properties }] of watched)
        expect(Properties).toMatchObject({
          ...{ MetricName: 'Errors', Statistic: 'Sum', Threshold: 0 },
          ComparisonOperator: 'GreaterThanThreshold',
        });
      expect(templateOf(stage).Resources.ApiErrorsAlarm?.Properties).toMatchObject({
        Namespace: 'AWS/ApiGateway',
        MetricName: '5xx',
        Dimensions: [
          { Name: 'ApiId', Value: { Ref: 'HttpApi' } },
          { Name: 'Stage', Value: '$default' },
        ],
      });
    });
  });

  describe('the alarms on jobs', () => {
    it.each([
      ['prod', 'none'],
      ['all', 'all'],
    ])('of stage %s are %s', (stage, made) => {
      const { Conditions } = v.parse(Template, templateOf(stage));
      const choice = { 'Fn::If': ['HasJobAlarms', 'all', 'none'] };
      expect(resolve(choice, { pseudo: {}, conditions: Conditions })).toBe(made);
      for (const id of ['JobsFailingAlarm', 'JobsSilentAlarm'])
        expect(templateOf(stage).Resources[id]?.Condition).toBe('HasJobAlarms');
    });
  });

  describe('the metrics of alarms and dashboard', () => {
    it('are those that the functions put', async () => {
      const text = await readFile(new URL('../../lib/platform/observability.ts', import.meta.url), 'utf8');
      const put = [...text.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, name]) => name);
      const watched = ofType('prod', 'AWS::CloudWatch::Alarm')
        .filter(([, { Properties }]) => Properties.Namespace === 'Taskbridge')
        .map(([, { Properties }]) => Properties.MetricName);
      const body = templateOf('prod').Resources.Dashboard?.Properties.DashboardBody;
      const { 'Fn::Sub': widgets } = v.parse(v.object({ 'Fn::Sub': v.string() }), body);
      const shown = [...widgets.matchAll(/\["Taskbridge", "(\w+)"/g)].map(([, name]) => name);
      expect(shown.length).toBeGreaterThan(5);
      expect([...watched, ...shown].filter((name) => !put.includes(String(name)))).toEqual([]);
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
