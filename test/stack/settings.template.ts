import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readServerless } from '../../local/cloudformation/serverless.ts';
import { packageStack } from '../support/packaged.ts';
import { ofType, statementsOf } from './support/stages.ts';

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

    it.each(['network', 'clusterAuth', 'authorizer'])(
      'stop the packaging where %s is a word of none',
      async (name) => {
        await expect(packageStack('prod', { [name]: 'vpv' })).rejects.toMatchObject({
          stdout: expect.stringMatching(/Cannot resolve variable at .*: Value not found/),
        });
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
        AllowMethods: ['GET', 'PUT', 'POST', 'DELETE'],
        AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
        ExposeHeaders: ['location', 'retry-after'],
        MaxAge: 600,
      });
    });
  });
};
