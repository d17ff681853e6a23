import { describe, expect } from '@jest/globals';
import { secretToken } from '../../../lib/platform/aws/secret-token.ts';
import { SECRET_TEXT, type Suite } from './cloud.ts';

/** Tokens in Secrets Manager. */
export const secretsContract: Suite = (cloud, it) => {
  describe('the port to secrets', () => {
    const tokenOf = (name: string) => {
      const { region, credentials, endpointOf } = cloud();
      return secretToken({ name, region, credentials, endpoint: endpointOf('secretsmanager') });
    };

    it('reads the text of a secret', async () => {
      expect(await tokenOf(cloud().secret)).toBe(SECRET_TEXT);
    });

    it('names a secret that is not there', async () => {
      const name = `${cloud().secret}/none`;
      await expect(tokenOf(name)).rejects.toThrow(
        `Secrets Manager refused the secret "${name}": ResourceNotFoundException`,
      );
    });
  });
};
