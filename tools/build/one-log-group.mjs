/** Log group of all functions (stack/resources.yml). */
const GROUP = 'FunctionLogs';

/**
 * Plugin of Serverless: all functions log into one group with a generated name, in place of a group for each with a fixed
 * name. Serverless takes fixed names alone (`provider.logs.lambda.logGroup`).
 */
export default class OneLogGroup {
  /** @param {{ service: { provider: { compiledCloudFormationTemplate: Template } } }} serverless */
  constructor({ service }) {
    this.hooks = {
      'before:package:finalize': () => useOneGroup(service.provider.compiledCloudFormationTemplate),
    };
  }
}

/**
 * @typedef {{ Type: string, DependsOn?: string[], Properties: Record<string, unknown> }} Resource
 * @typedef {{ Resources: Record<string, Resource> }} Template
 */

/** @param {Template} template */
function useOneGroup({ Resources }) {
  const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const names = functions.map(({ Properties }) => `/aws/lambda/${Properties.FunctionName}`);
  const groups = Object.keys(Resources).filter((id) =>
    names.includes(String(Resources[id]?.Properties.LogGroupName)),
  );
  for (const id of groups) delete Resources[id];
  for (const one of functions) {
    one.DependsOn = (one.DependsOn ?? []).filter((id) => !groups.includes(id));
    one.Properties.LoggingConfig = Object.assign({}, one.Properties.LoggingConfig, {
      LogGroup: { Ref: GROUP },
    });
  }
}
