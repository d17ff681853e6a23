import { type ParameterWithDefault, ZIPS } from './template.ts';

type Contents = {
  readonly version: string;
  readonly chosen: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, ParameterWithDefault>>;
};

/** Notes of a release: how to verify, deploy, update and remove it, and its parameters. */
export function notesOf({ version, chosen, parameters }: Contents): string {
  const required = Object.entries(parameters).filter(([, { Default }]) => Default === undefined);
  const overrides = ['Stage=$STAGE', ...required.map(([name]) => `${name}=…`)].join(' ');
  return `# Taskbridge ${version}

| file | is |
|---|---|
| \`template.json\` | CloudFormation template |
| \`${ZIPS}/\` | code of the functions |
| \`cluster/\` | resources of the Kubernetes cluster, for \`kubectl apply -k\` |
| \`taskbridge-${version}.tgz\` | command line, as an npm package without dependencies |
| \`sbom.json\`, \`NOTICE\` | materials (CycloneDX) and their licences |
| \`SHA256SUMS\` | checksums of all files |

You need the AWS CLI, \`kubectl\`, and a cluster with Tekton. Node is not needed for the stack. The command line needs Node
20.19 or newer: \`npm install --global ./taskbridge-${version}.tgz\`.

## Verify

    sha256sum --check --strict SHA256SUMS

Compare SHA256SUMS itself with that of the publisher, or make the folder from the source of this version, with the
settings below: \`npm ci && npm run release\` gives the same files.

## Install or update

Cluster resources first, then the stack. The bucket may be any one of the region; \`package\` uploads the zips into it under
their hashes, so that an update replaces what changed.

    kubectl apply -k cluster/
    STAGE=prod BUCKET=my-bucket
    aws cloudformation package --template-file template.json --s3-bucket $BUCKET --s3-prefix taskbridge \\
      --use-json --output-template-file packaged.json
    aws cloudformation deploy --template-file packaged.json --s3-bucket $BUCKET --s3-prefix taskbridge \\
      --stack-name taskbridge-$STAGE --capabilities CAPABILITY_NAMED_IAM \\
      --parameter-overrides ${overrides}

\`ClusterCa\` is needed where the API's certificate is not of a public CA, as on EKS. An update keeps the values of parameters that it
does not name. On EKS, give the stack's roles their access entries then:
\`cluster/examples/eks-access-entries.yaml\`. A new AWS account has too little concurrency for the defaults: set the four
\`…Concurrency\` to 0.

## Parameters

| parameter | default | |
|---|---|---|
${Object.entries(parameters).map(rowOf).join('\n')}

## Chosen for this folder

Other values need another folder, \`npm run release -- --param=NAME=VALUE\`.

| setting | value |
|---|---|
${Object.entries(chosen)
  .map(([name, value]) => `| ${name} | ${value} |`)
  .join('\n')}

## Remove

    aws cloudformation delete-stack --stack-name taskbridge-$STAGE

The bucket of sources stays, and with \`onRemoval\` retain the logs and the dead letters: their names end with the id of the
removed stack, so that a new one of the same stage has its own.
`;
}

const rowOf = ([name, { Description, Default }]: readonly [string, ParameterWithDefault]): string => {
  const fallback = Default === undefined ? 'required' : Default === '' ? 'empty' : `\`${Default}\``;
  return `| ${name} | ${fallback} | ${Description} |`;
};
