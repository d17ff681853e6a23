import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { readServerless } from '../../local/cloudformation/serverless.ts';
import { resolve } from '../../local/iam/intrinsics.ts';
import { Template } from '../../local/iam/template.ts';
import { packageStack } from '../support/packaged.ts';
import { ofType, statementsOf, templateOf } from './support/stages.ts';

/** Effects of the settings of a stage. */
export const settings = (): void => {
  describe('the settings of a stage', () => {
    const readerOf = (stage: string) => statementsOf(stage).filter(({ role }) => role === 'ReaderRole');

    it('give each identity its own token, and none where functions sign in by EKS', () => {
      const secrets = (stage: string) =>
        statementsOf(stage)
          .filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'))
          .map(({ role, Resource }) => `${role} ${Resource.join().split(':secret:')[1]}`);
      expect(secrets('prod')).toEqual([]);
      expect(secrets('all')).toEqual([
        'ReaderRole taskbridge/all/reader-??????',
        'SourceRole taskbridge/all/reader-??????',
        'RunnerRole taskbridge/all/runner-??????',
        'SchedulerRole taskbridge/all/runner-??????',
        'KeeperRole taskbridge/all/keeper-??????',
        'PusherRole taskbridge/all/keeper-??????',
        'ReconcilerRole taskbridge/all/keeper-??????',
      ]);
    });

    it('let the reader read the log group that they name', () => {
      const mayRead = (stage: string) =>
        readerOf(stage).some(({ Action }) => Action.includes('logs:FilterLogEvents'));
      expect([mayRead('prod'), mayRead('all')]).toEqual([false, true]);
    });

    it.each([
      ['prod', 'Retain'],
      ['dev', 'Delete'],
    ])('in stage %s %s logs and dead letters with the stack', (stage, policy) => {
      for (const id of ['FunctionLogs', 'HttpApiLogGroup', 'DeadLetters'])
        expect(templateOf(stage).Resources[id]).toMatchObject({
          DeletionPolicy: policy,
          UpdateReplacePolicy: policy,
        });
    });

    it('name what may be retained after the stack itself, so that a later one does not collide with it', () => {
      const retained = Object.entries(templateOf('prod').Resources).filter(
        ([, { DeletionPolicy }]) => DeletionPolicy === 'Retain',
      );
      const names = retained.map(([id, { Properties }]) => [
        id,
        JSON.stringify([Properties.QueueName, Properties.LogGroupName, Properties.BucketName]),
      ]);
      // CloudFormation makes up the name of the bucket.
      expect(names.filter(([, name]) => !name?.includes('{"Ref":"AWS::StackId"}'))).toEqual([
        ['Sources', '[null,null,null]'],
      ]);
      expect(names).toHaveLength(4);
    });

    it('reserve concurrency, or none where it is 0', () => {
      const reserved = (stage: string) => {
        const { Conditions } = v.parse(Template, templateOf(stage));
        return ofType(stage, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
          const one = resolve(Properties.ReservedConcurrentExecutions, {
            pseudo: {},
            conditions: Conditions,
          });
          return one === undefined ? [] : [[id, Number(one)]];
        });
      };
      expect(Object.fromEntries(reserved('prod'))).toEqual({
        FireDashjobLambdaFunction: 50,
        FireDasheventLambdaFunction: 50,
        RunDashtaskDashonDasheventLambdaFunction: 50,
        ReconcileLambdaFunction: 1,
        PruneLambdaFunction: 1,
        CleanupLambdaFunction: 1,
      });
      expect(reserved('all')).toEqual([]);
    });

    it('run all functions on the Node that they are bundled for', async () => {
      const { bundling } = await readServerless(
        fileURLToPath(new URL('../../serverless.yml', import.meta.url)),
      );
      const runtimes = ofType('prod', 'AWS::Lambda::Function').map(
        ([, { Properties }]) => Properties.Runtime,
      );
      expect([...new Set(runtimes)]).toEqual(['nodejs24.x']);
      expect(bundling.target).toBe('node24');
    });

    it('put all functions into the VPC or none', () => {
      const inVpc = (stage: string) =>
        ofType(stage, 'AWS::Lambda::Function').filter(
          ([, { Properties }]) => Properties.VpcConfig !== undefined,
        );
      expect(inVpc('prod')).toEqual([]);
      expect(inVpc('all')).toHaveLength(ofType('all', 'AWS::Lambda::Function').length);
    });

    it('choose who authorizes callers', () => {
      const kinds = (stage: string) => [
        ...new Set(
          ofType(stage, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.AuthorizationType),
        ),
      ];
      expect([kinds('prod'), kinds('all')]).toEqual([['AWS_IAM'], ['JWT']]);
    });

    it.each(['network', 'clusterAuth', 'authorizer', 'onRemoval'])(
      'stop the packaging where %s is a word of none',
      async (name) => {
        await expect(packageStack('prod', { [name]: 'vpv' })).rejects.toThrow(
          /Cannot resolve variable at .*: Value not found/,
        );
      },
      60_000,
    );
  });

  describe('pages of other origins', () => {
    it('may call the API of no stage that does not name the console', () => {
      for (const stage of ['dev', 'prod', 'local']) {
        const [[, api] = []] = ofType(stage, 'AWS::ApiGatewayV2::Api');
        expect(api?.Properties).toBeDefined();
        expect(api?.Properties).not.toHaveProperty('CorsConfiguration');
      }
    });

    it('are those of the console alone where it is named', () => {
      const [[, api] = []] = ofType('all', 'AWS::ApiGatewayV2::Api');
      expect(api?.Properties?.CorsConfiguration).toEqual({
        AllowOrigins: ['https://console.example'],
        AllowMethods: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
        AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
        ExposeHeaders: ['location', 'retry-after'],
        MaxAge: 600,
      });
    });
  });
};
